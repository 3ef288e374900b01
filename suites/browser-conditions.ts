import type { SuiteInput } from '../harness/model.js';
import { baseWorkload } from './base.js';

type Condition = NonNullable<SuiteInput['arms'][number]['workload']['browser']>['condition'];

/** Long enough that a timer held to one a second fires several times. */
function under(condition: NonNullable<Condition>, what: string): SuiteInput['arms'][number] {
  return {
    workload: {
      ...baseWorkload,
      id: condition,
      title: `3 pages, ${what}; 10 updates/s, 128 B, polled every 100 ms`,
      subscribers: 3,
      updates: { rateHz: 10, arrival: 'poisson', burstSize: 1 },
      warmupMs: 1_000,
      windowMs: 6_000,
      drainMs: 4_000,
      browser: { condition },
    },
    transports: ['polling', 'long-polling', 'sse', 'websocket'],
    clients: ['browser'],
  };
}

export const browserConditions = {
  id: 'browser-conditions',
  title: 'Pages hidden, offline, on a slow processor',
  question:
    'What becomes of each transport when its page is in the background, loses the network or has a slow processor?',
  repeats: 3,
  arms: [
    under('ordinary', 'in front'),
    under('hidden', 'hidden'),
    under('offline', 'offline for two of six seconds'),
    under('cpu-throttled', 'on a processor four times slower'),
  ],
} satisfies SuiteInput;
