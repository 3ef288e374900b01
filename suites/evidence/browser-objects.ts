import type { SuiteInput } from '../../harness/model.js';
import { evidenceWorkload } from './base.js';

/**
 * A page per subscriber, so that none shares a connection pool. Every update is owed, so that what a gap costs is counted.
 *
 * The server asks for a retry after a second (`retry: 1000`): the windows are as long as it takes to see who comes back,
 * and the error lasts longer than that second, or nobody would meet it.
 */
export const brokenPages = {
  ...evidenceWorkload,
  subscribers: 3,
  updates: { rateHz: 50, arrival: 'periodic', burstSize: 1 },
  delivery: 'every',
  warmupMs: 300,
  drainMs: 500,
} as const satisfies Omit<SuiteInput['arms'][number]['workload'], 'id' | 'title'>;

/** Enough for a verdict; what is judged here is there or not, and seconds of waiting are the price. */
export const repeats = 3;

/** What A11 needs: one loss and one refusal, and the platform's objects alone. */
export const browserObjects = {
  id: 'browser-objects',
  title: 'What browser objects do alone when a connection breaks',
  question: 'Do EventSource and WebSocket come back by themselves after a restart, and after an error of the server?',
  repeats,
  quick: [],
  arms: [
    {
      workload: {
        ...brokenPages,
        id: 'page-restart',
        title: '3 pages, 50 updates/s, 128 B; server killed, away for 500 ms',
        windowMs: 2_500,
        faults: [{ kind: 'restart-server' as const, atMs: 500, forMs: 500 }],
      },
      transports: ['sse', 'websocket'],
      clients: ['browser-bare'],
      repeats,
    },
    {
      workload: {
        ...brokenPages,
        id: 'page-answer-500',
        title: '3 pages, 50 updates/s, 128 B; connections reset, then 500 for 1.5 s',
        windowMs: 3_300,
        proxy: 'transparent',
        faults: [{ kind: 'answer-500' as const, atMs: 500, forMs: 1_500 }],
      },
      transports: ['sse', 'websocket'],
      clients: ['browser-bare'],
      repeats,
    },
  ],
} satisfies SuiteInput;
