import type { SuiteInput } from '../../harness/model.js';
import { evidenceRepeats, evidenceWorkload } from './base.js';

/**
 * λT from 0.22, where 20 % of polls are useful by the law of A7, to 100, where each poll stands for a hundred updates.
 * Fifty subscribers, so that the server's work is more than its timers.
 */
export const updateRate = {
  id: 'update-rate',
  title: 'Update rate against poll rate',
  question: 'What does it cost the server to push every update, and to be polled for the newest?',
  repeats: evidenceRepeats,
  quick: ['rate-30', 'rate-1000'],
  arms: [2.2, 10, 30, 100, 1000].map((rateHz) => ({
    workload: {
      ...evidenceWorkload,
      id: `rate-${rateHz}`,
      title: `50 subscribers, ${rateHz} updates/s, 128 B, polled every 100 ms`,
      subscribers: 50,
      updates: { rateHz, arrival: 'poisson', burstSize: 1 },
      windowMs: windowMsAt(rateHz),
    },
    transports: rateHz < 100 ? ['polling', 'sse'] : ['polling', 'sse', 'websocket'],
  })),
} satisfies SuiteInput;

/** The slowest rate needs time for more than a handful of updates; the fastest has 1,500 in less than the others' 2 s. */
function windowMsAt(rateHz: number): number {
  if (rateHz < 5) return 3_200;
  return rateHz < 1_000 ? evidenceWorkload.windowMs : 1_500;
}
