import type { SuiteInput } from '../harness/model.js';
import { baseWorkload, everyTransport } from './base.js';

export const payload = {
  id: 'payload',
  title: 'Payload: 16 B to 64 KiB',
  question: 'From which payload size on does the overhead of a transport stop mattering?',
  repeats: 3,
  arms: [16, 128, 512, 4096, 65_536].map((payloadBytes) => ({
    workload: {
      ...baseWorkload,
      id: `payload-${payloadBytes}`,
      title: `20 subscribers, 10 updates/s, ${payloadBytes} B, polled every 100 ms`,
      updates: { rateHz: 10, arrival: 'poisson', burstSize: 1 },
      payloadBytes,
    },
    transports: [...everyTransport],
  })),
} satisfies SuiteInput;
