import type { SuiteInput } from '../harness/model.js';
import { baseWorkload, everyTransport } from './base.js';

/** Enough subscribers that a fan-out costs more than the tick that starts it, and 1,000 polls a second. */
export const subjects = {
  id: 'subjects',
  title: 'uWebSockets.js and plain Node',
  question: 'How much of each figure is the transport, and how much the server beneath it?',
  repeats: 5,
  arms: [
    {
      workload: {
        ...baseWorkload,
        id: 'subjects',
        title: '100 subscribers, 20 updates/s (Poisson), 128 B, polled every 100 ms',
        subscribers: 100,
        windowMs: 2_000,
      },
      transports: [...everyTransport],
      subjects: ['uws', 'node'],
    },
  ],
} satisfies SuiteInput;
