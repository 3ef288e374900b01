/**
 * The Chromium that comes inside an npm package (@sparticuz/chromium, Linux on x64): so that `npm ci` is enough.
 *
 * The package unpacks into the folder for temporary files, under a name without a version, and would take whatever
 * lies there already. Here it unpacks into a new folder, which then gets its versioned name in one step: what has
 * that name is whole, whoever else was unpacking meanwhile.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const packageName = '@sparticuz/chromium';
/** Two seconds on an idle machine. */
const unpackTimeoutMs = 120_000;
/** The package adds the libraries that a bare system lacks only where it believes to run on this. */
const withLibraries = 'AWS_Lambda_nodejs20.x';

interface Embedded {
  readonly executable: string;
  /** NSS and expat, for systems that do not have them. */
  readonly libraries: string;
  readonly fonts: string;
}

/** Why it cannot be here, or null; looks at the installation only. */
export function whyNoEmbedded(): string | null {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return `the embedded Chromium is for Linux on x64, this is ${process.platform} on ${process.arch}`;
  return entryOf() === null ? `${packageName} is not installed (npm ci without --omit=optional)` : null;
}

/**
 * Unpacks it where that has not been done for this version (200 MB, about 2 s).
 *
 * @throws Error in one line when it cannot be unpacked
 */
export function unpackEmbedded(): Embedded {
  const entry = entryOf();
  if (entry === null) throw new Error(whyNoEmbedded() ?? `${packageName} is not installed`);
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'pushlab');
  const folder = join(cache, `chromium-${versionOf(entry)}`);
  if (!existsSync(folder)) unpackInto(folder, entry);
  return {
    executable: join(folder, 'chromium'),
    libraries: join(folder, 'al2023', 'lib'),
    fonts: join(folder, 'fonts'),
  };
}

function unpackInto(folder: string, entry: string): void {
  const beside = `${folder}.${process.pid}.tmp`;
  try {
    mkdirSync(beside, { recursive: true });
    const script = `const { default: chromium } = await import(${JSON.stringify(entry)}); await chromium.executablePath();`;
    execFileSync(process.execPath, ['--input-type=module', '-e', script], {
      // A process of its own, because the package looks at the environment when it is loaded, and changes it.
      env: { ...process.env, TMPDIR: beside, AWS_EXECUTION_ENV: withLibraries },
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: unpackTimeoutMs,
    });
    renameSync(beside, folder);
  } catch (error) {
    // Somebody else was quicker, and theirs is as good.
    if (existsSync(folder)) return;
    const lines = (error as Error).message.trim().split('\n');
    const why = lines.find((line) => /error/i.test(line) && !line.startsWith('Command failed')) ?? lines[0];
    throw new Error(
      `the embedded Chromium cannot be unpacked into ${dirname(folder)}: ${why?.trim()}; it takes 200 MB there (XDG_CACHE_HOME chooses another folder)`,
    );
  } finally {
    if (existsSync(beside)) rmSync(beside, { recursive: true });
  }
}

/** The package's main module, or null where it is not installed. */
function entryOf(): string | null {
  try {
    const entry = import.meta.resolve(packageName);
    return existsSync(fileURLToPath(entry)) ? entry : null;
  } catch {
    return null;
  }
}

/** Its package.json is not exported, so it is found by going up. */
function versionOf(entry: string): string {
  for (let folder = dirname(fileURLToPath(entry)); folder !== dirname(folder); folder = dirname(folder)) {
    const path = join(folder, 'package.json');
    if (!existsSync(path)) continue;
    const { name, version } = JSON.parse(readFileSync(path, 'utf8')) as { name?: string; version?: string };
    if (name === packageName && version !== undefined) return version;
  }
  throw new Error(`${packageName} has no package.json above ${entry}`);
}
