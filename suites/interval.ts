import type { SuiteInput } from '../harness/model.js';
import { baseWorkload } from './base.js';

/** SSE has no poll interval: it is there as the line to compare with, under the same updates. */
export const interval = {
  id: 'interval',
  title: 'Poll interval: 10 ms to 2 s',
  question: 'What does a shorter poll interval buy in freshness, and what does it cost?',
  repeats: 3,
  arms: [10, 50, 200, 500, 2000].map((intervalMs) => ({
    workload: {
      ...baseWorkload,
      id: `interval-${intervalMs}`,
      title: `20 subscribers, 10 updates/s, 128 B, polled every ${intervalMs} ms`,
      updates: { rateHz: 10, arrival: 'poisson', burstSize: 1 },
      poll: { ...baseWorkload.poll, intervalMs },
      warmupMs: Math.max(500, intervalMs * 1.2),
      windowMs: Math.max(3_000, intervalMs * 3),
      drainMs: intervalMs + 1_000,
    },
    transports: ['polling', 'conditional-polling', 'sse'],
  })),
} satisfies SuiteInput;
