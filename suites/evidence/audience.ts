import type { SuiteInput } from '../../harness/model.js';
import { evidenceWorkload, fewRepeats } from './base.js';

/** 50 updates a second to 1, 10, 100 and 1,000 subscribers are the conditions of I9, and A2 needs no others. */
export const audience = {
  id: 'audience',
  title: 'One update to 1, 10, 100 and 1,000 subscribers',
  question: 'How long does an update take, in the server and on its way, as the audience grows?',
  repeats: fewRepeats,
  quick: ['audience-1', 'audience-1000'],
  arms: [1, 10, 100, 1000].map((subscribers) => ({
    workload: {
      ...evidenceWorkload,
      id: `audience-${subscribers}`,
      title: `${subscribers} subscribers, 50 updates/s, 128 B, polled every 500 ms`,
      subscribers,
      updates: { rateHz: 50, arrival: 'periodic', burstSize: 1 },
      poll: { ...evidenceWorkload.poll, intervalMs: 500 },
      warmupMs: 600,
      // A single subscriber needs time for a hundred latencies; of many each sees three polls.
      windowMs: subscribers === 1 ? 2_300 : 1_500,
    },
    transports: ['sse', 'polling'],
    repeats: fewRepeats,
  })),
} satisfies SuiteInput;
