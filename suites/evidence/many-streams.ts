import type { SuiteInput } from '../../harness/model.js';
import { evidenceWorkload } from './base.js';

/** As I14 has it: 5,000 event streams, ten events of 82 B a second to each, 50,000 a second in all. */
export const manyStreams = {
  id: 'many-streams',
  title: 'Ten events a second to five thousand streams',
  question: 'Does one server send 5,000 event streams ten events a second each, without an error?',
  repeats: 3,
  quick: [],
  arms: [
    {
      workload: {
        ...evidenceWorkload,
        id: 'streams-5000',
        title: '5,000 subscribers, 10 updates/s, 82 B',
        subscribers: 5_000,
        updates: { rateHz: 10, arrival: 'periodic', burstSize: 1 },
        payloadBytes: 82,
        delivery: 'every',
        warmupMs: 500,
        windowMs: 3_000,
        drainMs: 5_000,
      },
      transports: ['sse'],
      repeats: 3,
    },
  ],
} satisfies SuiteInput;
