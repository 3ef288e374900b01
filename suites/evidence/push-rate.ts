import type { SuiteInput } from '../../harness/model.js';
import { evidenceWorkload } from './base.js';

/**
 * Up to and beyond what the server can send. With updates of 128 B its core and the load generator's fill at the same rate,
 * and a knee would be nobody's; those of 4 KiB are three segments each, which the sender pays for, so the server is full
 * first. Each update is owed: what a subscriber would do without is not for the server to decide.
 */
export const pushRate = {
  id: 'push-rate',
  title: 'Push rate up to the knee',
  question: 'How often can a server push before it falls behind?',
  repeats: 3,
  quick: [],
  arms: [10, 50, 100, 150, 200].map((rateHz) => ({
    workload: {
      ...evidenceWorkload,
      id: `push-${rateHz}`,
      title: `500 subscribers, ${rateHz} updates/s, 4,096 B`,
      subscribers: 500,
      updates: { rateHz, arrival: 'periodic' as const, burstSize: 1 },
      payloadBytes: 4_096,
      delivery: 'every' as const,
      warmupMs: 200,
      windowMs: 800,
      drainMs: 1_000,
    },
    transports: ['sse', 'websocket'] as const,
    repeats: 3,
  })),
} satisfies SuiteInput;
