/**
 * What is done to pages while they are measured: hidden, cut off for a while, on a slow processor.
 */
import type { BrowserWorkload } from '../../contract/trial.js';
import type { Tab } from './tab.js';

export interface Condition {
  /** Over before the window is. @throws Error when the browser does not do it */
  windowOpens(windowUs: number): Promise<void>;
}

/** A phone of the middle class beside a desktop (Chromium's own preset of "4x slowdown"). */
const cpuThrottling = 4;

const nothing: Condition = { async windowOpens() {} };

export async function applyCondition(
  condition: BrowserWorkload['condition'],
  tabs: readonly Tab[],
): Promise<Condition> {
  switch (condition) {
    case 'ordinary':
      return nothing;
    case 'hidden':
      await hide(tabs);
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

/** Minimized: in a headless browser every tab has a window of its own, and none is ever behind another. */
async function hide(tabs: readonly Tab[]): Promise<void> {
  for (const { page, session } of tabs) {
    const { windowId } = await session.send('Browser.getWindowForTarget');
    await session.send('Browser.setWindowBounds', { windowId, bounds: { windowState: 'minimized' } });
    const state = await page.evaluate('document.visibilityState');
    if (state !== 'hidden') throw new Error(`a minimized page says it is ${String(state)}`);
  }
}

/** For the middle third of the window. It takes DevTools' network events, whose cost the others are spared. */
function offline(tabs: readonly Tab[]): Condition {
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
    async windowOpens(windowUs) {
      await Promise.all(tabs.map(({ session }) => session.send('Network.enable')));
      await sleepMs(windowUs / 3000);
      await emulate(true);
      await sleepMs(windowUs / 3000);
      await emulate(false);
    },
  };
}

function sleepMs(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
