import type { SuiteInput } from '../harness/model.js';
import { baseWorkload } from './base.js';

type Arm = SuiteInput['arms'][number];
type Fault = NonNullable<Arm['workload']['faults']>[number];

/**
 * Every update is owed, so that what a gap costs is counted. A wrong answer lasts longer than the 1.5 s an event stream
 * waits at most, or it would never be met.
 */
function arm(id: string, title: string, fault: Omit<Fault, 'atMs'>, over: Partial<Arm['workload']> = {}): Arm {
  return {
    workload: {
      ...baseWorkload,
      id,
      title: `10 subscribers, 50 updates/s, 128 B; ${title}`,
      subscribers: 10,
      updates: { rateHz: 50, arrival: 'poisson', burstSize: 1 },
      delivery: 'every',
      warmupMs: 300,
      windowMs: 4_000,
      drainMs: 5_000,
      proxy: fault.kind === 'restart-server' ? 'none' : 'transparent',
      faults: [{ ...fault, atMs: 1_000 }],
      ...over,
    },
    transports: ['polling', 'long-polling', 'sse', 'websocket'],
  };
}

export const reconnect = {
  id: 'reconnect',
  title: 'What a broken connection costs',
  question: 'When a connection breaks or a server dies: how long until updates come again, and which are missed?',
  repeats: 3,
  arms: [
    arm('restart', 'server killed, away for 500 ms', { kind: 'restart-server', forMs: 500 }),
    arm('reset', 'connections reset', { kind: 'reset-connections' }),
    arm(
      'reset-fresh',
      'connections reset, and nobody says where it was',
      { kind: 'reset-connections' },
      { resume: false },
    ),
    arm('answer-204', 'connections reset, then 204 for 2 s', { kind: 'answer-204', forMs: 2_000 }),
    arm('answer-500', 'connections reset, then 500 for 2 s', { kind: 'answer-500', forMs: 2_000 }),
    arm('wrong-type', 'connections reset, then an HTML page for 2 s', { kind: 'wrong-content-type', forMs: 2_000 }),
    arm('half-event', 'connections closed in the middle of an update', { kind: 'half-event' }),
  ],
} satisfies SuiteInput;
