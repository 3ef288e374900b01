import type { SuiteInput } from '../harness/model.js';

type Arm = SuiteInput['arms'][number];

/** What the sweeps keep still while they move one thing. */
export const baseWorkload = {
  subscribers: 20,
  updates: { rateHz: 20, arrival: 'poisson', burstSize: 1 },
  payloadBytes: 128,
  poll: { intervalMs: 100, pacing: 'request-start', phase: 'random', connection: 'keep-alive' },
  longPollTimeoutMs: 25_000,
  delivery: 'latest',
  warmupMs: 500,
  windowMs: 3_000,
  drainMs: 1_000,
} as const satisfies Omit<Arm['workload'], 'id' | 'title'>;

export const everyTransport = [
  'polling',
  'conditional-polling',
  'long-polling',
  'sse',
  'http-stream',
  'websocket',
] as const satisfies Arm['transports'];
