import type { SuiteInput } from '../harness/model.js';
import { baseWorkload } from './base.js';

const polledEvery5s = { ...baseWorkload.poll, intervalMs: 5_000 } as const;
const transports = ['sse', 'websocket', 'long-polling'] as const;

/**
 * First what a connection takes in memory, as a slope over three counts, idle and after one update. Then ten thousand
 * held for over a minute (18 s idle, 1 s, 42 s), with an update every seven seconds: six of them in the window.
 */
export const connections = {
  id: 'connections',
  title: 'Ten thousand connections',
  question: 'Does one server hold 10,000 connections and reach them all, and what memory does each of them take?',
  repeats: 3,
  arms: [
    ...[100, 2_500, 10_000].map((subscribers) => ({
      workload: {
        ...baseWorkload,
        id: `memory-${subscribers}`,
        title: `${subscribers.toLocaleString('en')} connections, 3 s idle, then one update`,
        subscribers,
        updates: { rateHz: 0.4, arrival: 'periodic' as const },
        poll: polledEvery5s,
        delivery: 'every' as const,
        idleMs: 3_000,
        warmupMs: 1_000,
        windowMs: 2_000,
        drainMs: 10_000,
      },
      transports: [...transports],
    })),
    {
      workload: {
        ...baseWorkload,
        id: 'held-10000',
        title: '10,000 connections held for 61 s, an update every 7 s',
        subscribers: 10_000,
        updates: { rateHz: 1 / 7, arrival: 'periodic' as const },
        poll: polledEvery5s,
        delivery: 'every' as const,
        idleMs: 18_000,
        warmupMs: 1_000,
        windowMs: 42_000,
        drainMs: 10_000,
      },
      transports: [...transports],
    },
  ],
} satisfies SuiteInput;
