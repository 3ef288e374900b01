/**
 * What is done to pages while they are measured: hidden behind another tab, cut off for a while, on a slow processor.
 */
import type { Browser } from 'puppeteer';
import type { BrowserWorkload } from '../../contract/trial.js';
import type { Tab } from './tab.js';

export interface Condition {
  windowOpens(windowUs: number): void;
  /** What a page needs to catch up after the window is given back. */
  end(): Promise<void>;
}

/** A phone of the middle class beside a desktop (Chromium's own preset of "4x slowdown"). */
const cpuThrottling = 4;

const nothing: Condition = { windowOpens() {}, async end() {} };

export async function applyCondition(
  condition: BrowserWorkload['condition'],
  tabs: readonly Tab[],
  browser: Browser,
): Promise<Condition> {
  switch (condition) {
    case 'ordinary':
      return nothing;
    case 'hidden':
      await hide(tabs, browser);
      return nothing;
    case 'cpu-throttled':
      await Promise.all(
        tabs.map(({ session }) => session.send('Emulation.setCPUThrottlingRate', { rate: cpuThrottling })),
      );
      return nothing;
    case 'offline':
      return offline(tabs);
  }
}

async function hide(tabs: readonly Tab[], _browser: Browser): Promise<void> {
  for (const { page } of tabs) await page.browserContext().newPage();
  for (const tab of tabs) {
    const state = await tab.page.evaluate('document.visibilityState');
    if (state !== 'hidden') throw new Error(`a page behind another tab says it is ${String(state)}`);
  }
}

/** For the middle third of the window. */
function offline(tabs: readonly Tab[]): Condition {
  const timers: NodeJS.Timeout[] = [];
  const emulate = (isOffline: boolean) =>
    Promise.all(
      tabs.map(({ session }) =>
        session.send('Network.emulateNetworkConditions', {
          offline: isOffline,
          latency: 0,
          downloadThroughput: -1,
          uploadThroughput: -1,
        }),
      ),
    );
  return {
    windowOpens(windowUs) {
      timers.push(setTimeout(() => void emulate(true).catch(() => {}), windowUs / 3000));
      timers.push(setTimeout(() => void emulate(false).catch(() => {}), (windowUs * 2) / 3000));
    },
    async end() {
      for (const timer of timers) clearTimeout(timer);
      await emulate(false);
    },
  };
}
