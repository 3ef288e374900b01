/**
 * A client worker whose subscribers are pages of a headless browser: one browser, one trial.
 *
 * Life and messages as in contract/control.ts. Whatever goes wrong in a page is the trial's failure, in the page's own
 * words and with a picture of it. However this process ends, the browser goes with it: its DevTools pipe closes.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ClientArgument, FromClient, ToClient } from '../../contract/control.js';
import { BrowserClient } from './driver.js';
import type { Tab } from './tab.js';

/** An orderly end takes a tenth of a second; this is for one that does not come. */
const closeTimeoutMs = 1_000;

const argument = parseArgument(process.argv[2]);
let client: BrowserClient | null = null;
let failed = false;

process.on('disconnect', () => void leave(0));
// The harness may have gone while this file was being compiled.
if (process.send !== undefined && !process.connected) process.exit(0);
process.on('uncaughtException', (error) => void fail(error.message, null));
process.on('message', (message: ToClient) => {
  answer(message).catch((error: Error) => fail(error.message, null));
});

try {
  client = await BrowserClient.launch(argument, (message, tab) => void fail(message, tab));
  say({ type: 'loaded' });
} catch (error) {
  await fail((error as Error).message, null);
}

async function answer(message: ToClient): Promise<void> {
  if (client === null) throw new Error(`'${message.type}' before the browser was started`);
  switch (message.type) {
    case 'connect':
      return say({ type: 'ready', connected: await client.connect(message.host, message.port, message.patienceMs) });
    case 'start':
      return client.start(message);
    case 'finish': {
      const { firstWindowSeq, lastWindowSeq, deadlineUs } = message;
      const report = await client.finish(firstWindowSeq, lastWindowSeq, deadlineUs);
      return say({ type: 'report', report }, () => void leave(0));
    }
  }
}

async function fail(message: string, tab: Tab | null): Promise<void> {
  // The first failure is the cause; a browser that goes down says more.
  if (failed) return;
  failed = true;
  const pictured = tab !== null && (await picture(tab));
  const where = pictured ? ` (${argument.browser?.screenshotFile})` : '';
  say({ type: 'fatal', message: `${message}${where}` }, () => void leave(1));
}

async function picture(tab: Tab): Promise<boolean> {
  const file = argument.browser?.screenshotFile;
  if (file === undefined) return false;
  mkdirSync(dirname(file), { recursive: true });
  return tab.screenshot(file);
}

async function leave(code: number): Promise<void> {
  failed = true;
  await client?.close(closeTimeoutMs);
  // The harness does it too; but it may be the one that is gone.
  if (argument.browser !== undefined)
    rmSync(argument.browser.profileFolder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  process.exit(code);
}

function say(message: FromClient, sent?: () => void): void {
  if (process.connected) process.send?.(message, undefined, undefined, sent);
  else sent?.();
}

function parseArgument(text: string | undefined): ClientArgument {
  if (text === undefined || process.send === undefined) {
    console.error('clients/browser/main.ts is started by the harness, with one JSON argument and an IPC channel');
    process.exit(2);
  }
  return JSON.parse(text) as ClientArgument;
}
