import type { SuiteInput } from '../../harness/model.js';
import { evidenceWorkload, fewRepeats } from './base.js';

/** The article polls every 5,000 ms by default and 3,000 ms in its usage, re-armed after the response; its events come each second. */
export const articleIntervals = {
  id: 'article-intervals',
  title: 'The article’s own intervals',
  question:
    'Polling every 5 s or 3 s against SSE at one event a second, as the article has it: what is the difference?',
  repeats: fewRepeats,
  quick: [],
  arms: [5000, 3000].map((intervalMs) => ({
    workload: {
      ...evidenceWorkload,
      id: `poll-${intervalMs}`,
      title: `100 subscribers, 1 update/s, 64 B, polled ${intervalMs} ms after each response`,
      subscribers: 100,
      updates: { rateHz: 1, arrival: 'periodic', burstSize: 1 },
      payloadBytes: 64,
      poll: { intervalMs, pacing: 'response-end', phase: 'random', connection: 'keep-alive' },
      warmupMs: intervalMs + 500,
      // A hundred random phases: what one subscriber sees in a whole number of intervals, all of them see in any time.
      windowMs: 6_000,
      drainMs: intervalMs + 1_000,
    },
    transports: ['polling', 'sse'],
    repeats: fewRepeats,
  })),
} satisfies SuiteInput;
