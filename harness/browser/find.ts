/**
 * Which browser plays the clients: decided once, when a run is planned.
 *
 * Without a choice: the embedded Chromium, else Chrome as puppeteer manages it, else one of the system. The first is
 * preferred because its version is pinned with everything else; two machines then compare the same browser.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { findProgram } from '../meters/environment.js';
import { UserError } from '../user-error.js';
import { unpackEmbedded, whyNoEmbedded } from './embedded.js';

/** Names on the search path, then where macOS keeps applications. */
const systemPrograms = ['google-chrome-stable', 'google-chrome', 'chromium', 'chromium-browser'];
const macApplications = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];
/** Starting a browser only to be told its version takes a fraction of a second. */
const versionTimeoutMs = 20_000;

type BrowserSource = 'embedded' | 'managed' | 'system' | 'path';

interface FoundBrowser {
  readonly state: 'found';
  readonly source: BrowserSource;
  readonly executable: string;
  /** As it says itself: `Chromium 147.0.7727.0`. */
  readonly version: string;
  /** What must be in its environment beside ours. */
  readonly environment: Readonly<Record<string, string>>;
}

interface NoBrowser {
  readonly state: 'none';
  readonly why: string;
}

/** What to do where there is none. */
export const browserAdvice =
  'npm ci installs one on Linux x64 (@sparticuz/chromium); elsewhere install Chrome or Chromium, or name one: --browser <path>';

/**
 * @param choice a path, `embedded`, `system` or `none`; null: the first that works
 * @throws UserError when the browser that was chosen cannot be used
 */
export function findBrowser(choice: string | null): FoundBrowser | NoBrowser {
  if (choice === 'none') return { state: 'none', why: 'switched off by --browser none' };
  if (choice === null) return firstOf(['embedded', 'managed', 'system']);
  const found = choice === 'embedded' || choice === 'system' ? tryOut(choice) : tryPath('path', choice, {});
  if (found.state === 'none') throw new UserError(`--browser ${choice}: ${found.why}`);
  return found;
}

function firstOf(sources: readonly Exclude<BrowserSource, 'path'>[]): FoundBrowser | NoBrowser {
  const reasons: string[] = [];
  for (const source of sources) {
    const found = tryOut(source);
    if (found.state === 'found') return found;
    reasons.push(found.why);
  }
  return { state: 'none', why: `no browser: ${reasons.join('; ')}` };
}

function tryOut(source: Exclude<BrowserSource, 'path'>): FoundBrowser | NoBrowser {
  switch (source) {
    case 'embedded':
      return tryEmbedded();
    case 'managed':
      return tryManaged();
    case 'system':
      return trySystem();
  }
}

function tryEmbedded(): FoundBrowser | NoBrowser {
  const why = whyNoEmbedded();
  if (why !== null) return { state: 'none', why };
  try {
    const { executable, libraries, fonts } = unpackEmbedded();
    const environment: Record<string, string> = existsSync('/etc/fonts/fonts.conf') ? {} : { FONTCONFIG_PATH: fonts };
    const plain = tryPath('embedded', executable, environment);
    // The system's own libraries where it has them: those that come along were built for another one.
    return plain.state === 'found'
      ? plain
      : tryPath('embedded', executable, { ...environment, LD_LIBRARY_PATH: libraries });
  } catch (error) {
    return { state: 'none', why: (error as Error).message };
  }
}

function tryManaged(): FoundBrowser | NoBrowser {
  const none: NoBrowser = {
    state: 'none',
    why: 'puppeteer has installed none (npx puppeteer browsers install chrome)',
  };
  let path: string;
  try {
    // Loaded only here: it takes half a second, and whoever plans a run looks for a browser.
    const { executablePath } = createRequire(import.meta.url)('puppeteer') as typeof import('puppeteer');
    path = executablePath();
  } catch {
    return none;
  }
  return existsSync(path) ? tryPath('managed', path, {}) : none;
}

function trySystem(): FoundBrowser | NoBrowser {
  const path =
    systemPrograms.map(findProgram).find((found) => found !== null) ?? macApplications.find((app) => existsSync(app));
  return path === undefined
    ? { state: 'none', why: `the system has none of ${systemPrograms.join(', ')}` }
    : tryPath('system', path, {});
}

function tryPath(
  source: BrowserSource,
  executable: string,
  environment: Readonly<Record<string, string>>,
): FoundBrowser | NoBrowser {
  if (!existsSync(executable)) return { state: 'none', why: `there is no file ${executable}` };
  try {
    const printed = execFileSync(executable, ['--version'], {
      env: { ...process.env, ...environment },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: versionTimeoutMs,
    });
    const version = printed.split('\n')[0]?.trim() ?? '';
    if (!/chrom/i.test(version))
      return { state: 'none', why: `${executable} says it is ${JSON.stringify(version)}, which is no Chromium` };
    return { state: 'found', source, executable, version, environment };
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string };
    const why = (stderr?.trim() || message).split('\n')[0];
    return { state: 'none', why: `${executable} does not start: ${why}` };
  }
}
