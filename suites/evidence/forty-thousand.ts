import type { SuiteInput } from '../../harness/model.js';
import { evidenceWorkload } from './base.js';

/** One update falls inside the window, the next beyond it: who has it is connected, and from the first to the last is one spread. */
export const fortyThousand = {
  id: 'forty-thousand',
  title: 'Forty thousand event streams',
  question: 'Does one machine hold 40,000 event streams and reach them all, and what memory does that take?',
  repeats: 3,
  quick: [],
  arms: [
    {
      workload: {
        ...evidenceWorkload,
        id: 'streams-40000',
        title: '40,000 connections, 2 s idle, then one update',
        subscribers: 40_000,
        updates: { rateHz: 0.4, arrival: 'periodic', burstSize: 1 },
        delivery: 'every',
        idleMs: 2_000,
        warmupMs: 1_000,
        windowMs: 3_000,
        drainMs: 10_000,
      },
      transports: ['sse'],
      repeats: 3,
    },
  ],
} satisfies SuiteInput;
