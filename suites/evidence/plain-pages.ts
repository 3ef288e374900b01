import type { SuiteInput } from '../../harness/model.js';
import { evidenceWorkload } from './base.js';
import { repeats } from './browser-objects.js';

/** The two objects as the platform has them, with no line around them and nothing in their way. */
export const plainPages = {
  id: 'plain-pages',
  title: 'EventSource and WebSocket in a page, nothing added',
  question: 'Does a browser bring what a page needs for SSE, and for WebSocket?',
  repeats,
  arms: [
    {
      workload: {
        ...evidenceWorkload,
        id: 'plain-pages',
        title: '3 pages, 20 updates/s, 128 B',
        subscribers: 3,
        delivery: 'every',
        warmupMs: 300,
        windowMs: 1_000,
        drainMs: 500,
      },
      transports: ['sse', 'websocket'],
      clients: ['browser-bare'],
      repeats,
    },
  ],
} satisfies SuiteInput;
