import type { SuiteInput } from '../harness/model.js';

/**
 * Two updates per poll interval on average (λT = 2): polls neither mostly find nothing nor always find something,
 * and 30 updates in a window are enough for a mean.
 */
export const quick = {
  id: 'quick',
  title: 'Quick look at every transport',
  question: 'How fresh, how cheap and how complete is each transport for 20 subscribers of 20 updates a second?',
  repeats: 5,
  arms: [
    {
      workload: {
        id: 'quick',
        title: '20 subscribers, 20 updates/s (Poisson), 128 B, polled every 100 ms',
        subscribers: 20,
        updates: { rateHz: 20, arrival: 'poisson', burstSize: 1 },
        payloadBytes: 128,
        poll: { intervalMs: 100, pacing: 'request-start', phase: 'random', connection: 'keep-alive' },
        longPollTimeoutMs: 25_000,
        delivery: 'latest',
        warmupMs: 400,
        windowMs: 1_500,
        drainMs: 1_000,
      },
      transports: ['polling', 'conditional-polling', 'long-polling', 'sse', 'http-stream', 'websocket'],
    },
    {
      // A fetch costs Chromium some 3 ms of CPU: 100 polls a second leave half of its core.
      workload: {
        id: 'quick-pages',
        title: '5 subscribers, 30 updates/s (Poisson), 128 B, polled every 50 ms',
        subscribers: 5,
        updates: { rateHz: 30, arrival: 'poisson', burstSize: 1 },
        payloadBytes: 128,
        poll: { intervalMs: 50, pacing: 'request-start', phase: 'random', connection: 'keep-alive' },
        longPollTimeoutMs: 25_000,
        delivery: 'latest',
        warmupMs: 300,
        windowMs: 1_400,
        drainMs: 1_000,
      },
      transports: ['polling', 'sse', 'websocket'],
      clients: ['raw', 'browser'],
      repeats: 4,
    },
  ],
} satisfies SuiteInput;
