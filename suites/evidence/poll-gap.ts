import type { SuiteInput } from '../../harness/model.js';
import { evidenceWorkload, fewRepeats } from './base.js';

/**
 * Between a long poll's response and the next request an update has to wait. To one subscriber at 50 updates a second
 * that never happens: it asks again long before the next. Fifty subscribers at 300 random ones a second take longer to
 * ask again than the source takes to publish. Every update is owed, since a gap that only skips would not show.
 */
export const pollGap = {
  id: 'poll-gap',
  title: 'The gap between two long polls',
  question: 'What does an update wait when it is published between a long poll’s response and the next request?',
  repeats: fewRepeats,
  arms: [
    { id: 'gap-rare', subscribers: 1, rateHz: 50, arrival: 'periodic' as const },
    { id: 'gap-dense', subscribers: 50, rateHz: 300, arrival: 'poisson' as const },
  ].map(({ id, subscribers, rateHz, arrival }) => ({
    workload: {
      ...evidenceWorkload,
      id,
      title: `${subscribers} subscribers, ${rateHz} updates/s (${arrival}), 128 B, each owed`,
      subscribers,
      updates: { rateHz, arrival, burstSize: 1 },
      delivery: 'every' as const,
      // A hundred updates of the slower one.
      windowMs: 2_000,
    },
    transports: ['long-polling', 'http-stream'],
    repeats: fewRepeats,
  })),
} satisfies SuiteInput;
