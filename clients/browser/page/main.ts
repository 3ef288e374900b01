/**
 * The page: some subscribers, their log, and what the driver may ask. It does nothing else while it is measured.
 */
import { type PageFeature, pageFeatures } from '../../../contract/clients.js';
import { seededRandom } from '../../../contract/random.js';
import type { PageApi, PageSetup, Subscriber } from '../protocol.js';
import { nowMs } from './clock.js';
import { openSubscriber } from './index.js';
import { Log } from './log.js';

let log: Log | null = null;
const subscribers: Subscriber[] = [];
const ready = new Set<number>();
/** Start and length of each long task, in ms. */
const longTasks: [number, number][] = [];

// A task over 50 ms: long enough for a user to notice (W3C Long Tasks).
new PerformanceObserver((list) => {
  for (const { startTime, duration } of list.getEntries()) longTasks.push([startTime, duration]);
}).observe({ type: 'longtask', buffered: true });

const api: PageApi = {
  setUp(setup: PageSetup) {
    const opened = new Log(setup);
    log = opened;
    for (const { index, seed } of setup.subscribers)
      subscribers.push(
        openSubscriber({ index, setup, random: seededRandom(seed), log: opened, ready: () => void ready.add(index) }),
      );
  },
  connect() {
    for (const subscriber of subscribers) subscriber.connect();
  },
  readyCount: () => ready.size,
  start(atMs) {
    setTimeout(
      () => {
        for (const subscriber of subscribers) subscriber.start();
      },
      Math.max(0, atMs - nowMs()),
    );
  },
  lowestHeld: () => log?.lowestHeld() ?? 0,
  longTasks(fromMs, toMs) {
    const inside = longTasks.filter(([startMs]) => startMs >= fromMs && startMs < toMs);
    return [inside.length, inside.reduce((sum, [, ms]) => sum + ms, 0)];
  },
  firstUpdateMs: () => log?.firstUpdateMs ?? null,
  features: () =>
    Object.fromEntries(pageFeatures.map((name) => [name, typeof Reflect.get(window, name) === 'function'])) as Record<
      PageFeature,
      boolean
    >,
  rows: () => log?.encode() ?? '',
  stop() {
    for (const subscriber of subscribers) subscriber.stop();
  },
};
Object.assign(window, { pushlab: api });
