import type { SuiteInput } from '../harness/model.js';
import { baseWorkload, everyTransport } from './base.js';

export const rate = {
  id: 'rate',
  title: 'Update rate: 1 to 1,000 a second',
  question: 'From which update rate on does coalescing by polling beat pushing every update?',
  repeats: 3,
  arms: [1, 10, 100, 1000].map((rateHz) => ({
    workload: {
      ...baseWorkload,
      id: `rate-${rateHz}`,
      title: `20 subscribers, ${rateHz} updates/s, 128 B, polled every 100 ms`,
      updates: { rateHz, arrival: 'poisson', burstSize: 1 },
      // The slowest rate needs time for a handful of updates.
      windowMs: rateHz === 1 ? 10_000 : 3_000,
    },
    transports: [...everyTransport],
  })),
} satisfies SuiteInput;
