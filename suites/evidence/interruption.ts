import type { SuiteInput } from '../../harness/model.js';
import { evidenceWorkload, fewRepeats } from './base.js';

/** One reset in three seconds: what coming back costs in bytes shows as heads and repeated updates of the window. */
export const interruption = {
  id: 'interruption',
  title: 'An event stream that is reset',
  question: 'How many bytes does it cost an event stream to come back?',
  repeats: fewRepeats,
  quick: [],
  arms: [
    {
      workload: {
        ...evidenceWorkload,
        id: 'interruption',
        title: '10 subscribers, 50 updates/s, 128 B; connections reset once',
        subscribers: 10,
        updates: { rateHz: 50, arrival: 'periodic', burstSize: 1 },
        delivery: 'every',
        windowMs: 3_000,
        drainMs: 3_000,
        proxy: 'transparent',
        faults: [{ kind: 'reset-connections', atMs: 800 }],
      },
      transports: ['sse'],
      repeats: fewRepeats,
    },
  ],
} satisfies SuiteInput;
