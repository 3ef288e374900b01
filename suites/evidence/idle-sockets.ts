import type { SuiteInput } from '../../harness/model.js';
import { evidenceWorkload } from './base.js';

/** Idle WebSockets at two counts, as I11 has them: a line through both is what a connection takes. */
export const idleSockets = {
  id: 'idle-sockets',
  title: 'Idle WebSockets',
  question: 'What memory does an idle WebSocket take, in the server and in the kernel?',
  repeats: 3,
  quick: [],
  arms: [1_000, 10_000].map((subscribers) => ({
    workload: {
      ...evidenceWorkload,
      id: `idle-sockets-${subscribers}`,
      title: `${subscribers.toLocaleString('en')} WebSockets, 3 s idle`,
      subscribers,
      updates: { rateHz: 2, arrival: 'periodic' as const, burstSize: 1 },
      delivery: 'every' as const,
      idleMs: 3_000,
      warmupMs: 200,
      windowMs: 600,
      drainMs: 5_000,
    },
    transports: ['websocket'] as const,
    repeats: 3,
  })),
} satisfies SuiteInput;
