import type { SuiteInput } from '../../harness/model.js';
import { evidenceWorkload, fewRepeats } from './base.js';

/**
 * 67 B is the article's own event; the others lie on both sides of where 95 % is reached at each level (152 B for the
 * event alone, 285 B with chunk framing, over 1 KiB with TCP/IP). Bytes do not vary, so a short window is enough.
 */
export const payloadSize = {
  id: 'payload-size',
  title: 'Payload: 67 B to 64 KiB',
  question: 'From which payload on does the framing of SSE and WebSocket stop mattering?',
  repeats: fewRepeats,
  quick: ['bytes-67', 'bytes-4096'],
  arms: [67, 256, 512, 1024, 4096, 65_536].map((payloadBytes) => ({
    workload: {
      ...evidenceWorkload,
      id: `bytes-${payloadBytes}`,
      title: `10 subscribers, 20 updates/s, ${payloadBytes} B`,
      subscribers: 10,
      updates: { rateHz: 20, arrival: 'periodic', burstSize: 1 },
      payloadBytes,
      warmupMs: 200,
      windowMs: 800,
    },
    transports: ['sse', 'websocket'],
    repeats: fewRepeats,
  })),
} satisfies SuiteInput;
