import type { SuiteInput } from '../../harness/model.js';
import { evidenceWorkload, fewRepeats } from './base.js';

/** Data every 20 s, polled every 5 s, as I6 has it, fifty times as fast: only the ratio of the two decides. */
export const sparseUpdates = {
  id: 'sparse-updates',
  title: 'Four polls to an update',
  question: 'How many polls are in vain when data changes a quarter as often as it is asked for?',
  repeats: fewRepeats,
  arms: [
    {
      workload: {
        ...evidenceWorkload,
        id: 'sparse-updates',
        title: '50 subscribers, an update every 400 ms, 128 B, polled every 100 ms',
        subscribers: 50,
        updates: { rateHz: 2.5, arrival: 'periodic', burstSize: 1 },
      },
      transports: ['polling'],
      repeats: fewRepeats,
    },
  ],
} satisfies SuiteInput;
