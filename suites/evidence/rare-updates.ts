import type { SuiteInput } from '../../harness/model.js';
import { evidenceWorkload, fewRepeats } from './base.js';

/** λT = 0.015, where 98.5 % of polls are in vain by the law: I16. Three updates and two hundred polls of each subscriber. */
export const rareUpdates = {
  id: 'rare-updates',
  title: 'Two hundred polls to three updates',
  question: 'How many polls are in vain when almost none can bring anything?',
  repeats: fewRepeats,
  arms: [
    {
      workload: {
        ...evidenceWorkload,
        id: 'rare-updates',
        title: '20 subscribers, 1.5 updates/s, 128 B, polled every 10 ms',
        subscribers: 20,
        updates: { rateHz: 1.5, arrival: 'periodic', burstSize: 1 },
        poll: { ...evidenceWorkload.poll, intervalMs: 10 },
      },
      transports: ['polling'],
      repeats: fewRepeats,
    },
  ],
} satisfies SuiteInput;
