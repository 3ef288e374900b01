/**
 * Starts the browser, and says why when it does not.
 *
 * DevTools talks over a pipe: nothing of it is on the loopback that is measured, and a browser whose pipe closes exits by
 * itself. That is how a worker that is killed takes it along.
 */
import puppeteer, { type Browser } from 'puppeteer';
import type { BrowserArgument } from '../../contract/control.js';
import type { Workload } from '../../contract/trial.js';

const flags = [
  // As root, which counting bytes on the wire needs, Chromium has no sandbox (crbug.com/638180). It opens our pages only.
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // /dev/shm is 64 MB in many containers.
  '--disable-dev-shm-usage',
];

/** What puppeteer switches off so that pages in the background run on; a hidden tab is measured with it on. */
const noThrottling = [
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
];
const launchTimeoutMs = 20_000;

/** @throws Error in one line when it does not start */
export async function launchBrowser(argument: BrowserArgument, workload: Workload): Promise<Browser> {
  const { executable, environment, profileFolder } = argument;
  try {
    return await puppeteer.launch({
      executablePath: executable,
      headless: 'shell',
      pipe: true,
      // Events of every request and every chunk cost the page time; they are switched on where bytes are counted.
      networkEnabled: false,
      issuesEnabled: false,
      userDataDir: profileFolder,
      env: { ...process.env, ...environment, TMPDIR: profileFolder },
      args: flags,
      ignoreDefaultArgs: workload.browser?.condition === 'hidden' ? noThrottling : [],
      timeout: launchTimeoutMs,
      // The harness decides when its workers stop.
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
      protocolTimeout: launchTimeoutMs,
    });
  } catch (error) {
    const lines = (error as Error).message.split('\n').map((line) => line.trim());
    const why = lines.find((line) => /error|cannot|not found/i.test(line)) ?? lines[0];
    throw new Error(`the browser ${executable} does not start: ${why}; see: pushlab doctor`);
  }
}
