import type { SuiteInput } from '../../harness/model.js';
import { evidenceWorkload, fewRepeats } from './base.js';

/** At 10 ms polling is nearly as fresh as push, at 500 ms it is not: the same updates in both. */
export const pollInterval = {
  id: 'poll-interval',
  title: 'Poll interval: 10 and 500 ms',
  question: 'How stale does polling leave its subscribers, and what does it cost to poll often enough?',
  repeats: fewRepeats,
  quick: ['interval-10ms'],
  arms: [10, 500].map((intervalMs) => ({
    workload: {
      ...evidenceWorkload,
      id: `interval-${intervalMs}ms`,
      title: `20 subscribers, 10 updates/s, 128 B, polled every ${intervalMs} ms`,
      updates: { rateHz: 10, arrival: 'poisson', burstSize: 1 },
      poll: { ...evidenceWorkload.poll, intervalMs },
      warmupMs: Math.max(400, intervalMs * 1.2),
    },
    transports: ['polling', 'sse'],
    repeats: fewRepeats,
  })),
} satisfies SuiteInput;
