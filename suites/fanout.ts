import type { SuiteInput } from '../harness/model.js';
import { baseWorkload, everyTransport } from './base.js';

/** 1,000 pollers every 100 ms would be 10,000 requests/s, so everyone polls once a second and updates come at 10/s. */
export const fanout = {
  id: 'fanout',
  title: 'Subscribers: 1 to 1,000',
  question: 'How does each transport stand up as the audience grows from 1 to 1,000 subscribers?',
  repeats: 3,
  arms: [1, 10, 100, 1000].map((subscribers) => ({
    workload: {
      ...baseWorkload,
      id: `subscribers-${subscribers}`,
      title: `${subscribers} subscribers, 10 updates/s, 128 B, polled every second`,
      subscribers,
      updates: { rateHz: 10, arrival: 'poisson', burstSize: 1 },
      poll: { ...baseWorkload.poll, intervalMs: 1000 },
      warmupMs: 1_200,
      windowMs: 4_000,
      drainMs: 2_000,
    },
    transports: [...everyTransport],
  })),
} satisfies SuiteInput;
