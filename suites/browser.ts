import type { SuiteInput } from '../harness/model.js';
import { baseWorkload, everyTransport } from './base.js';

/** One page per subscriber, and each user one page: what a browser adds to the same updates. */
const pages = {
  ...baseWorkload,
  id: 'pages',
  title: '5 subscribers, 10 updates/s, 128 B, polled every 100 ms',
  subscribers: 5,
  updates: { rateHz: 10, arrival: 'poisson', burstSize: 1 },
  warmupMs: 1_000,
  windowMs: 4_000,
} as const;

export const browser = {
  id: 'browser',
  title: 'Pages in a browser beside raw sockets',
  question: 'What does a page add to each transport, alone and in a crowd?',
  repeats: 3,
  arms: [
    { workload: pages, transports: [...everyTransport], clients: ['raw', 'browser'] },
    { workload: pages, transports: ['sse'], clients: ['browser-fetch', 'browser-article'] },
    { workload: pages, transports: ['conditional-polling'], clients: ['browser-cache'] },
    {
      // Few pages as probes, and the load made by raw subscribers, which cost a hundredth of a page.
      workload: {
        ...pages,
        id: 'crowd',
        title: '2 subscribers among 500, 10 updates/s, 128 B, polled every second',
        subscribers: 2,
        poll: { ...baseWorkload.poll, intervalMs: 1_000 },
        drainMs: 2_000,
        crowd: 500,
      },
      transports: ['polling', 'sse', 'websocket'],
      clients: ['raw', 'browser'],
    },
  ],
} satisfies SuiteInput;
