import type { SuiteInput } from '../../harness/model.js';
import { evidenceWorkload, fewRepeats } from './base.js';

/**
 * Five updates of 39 B, four polls to an update, as the HAR files of I5 have them; five times as fast, since bytes know
 * no time. Without a warm-up: what was sent before the window is then the handshake and nothing else.
 */
export const fiveUpdates = {
  id: 'five-updates',
  title: 'Five small updates',
  question: 'How many bytes do five updates of 39 B cost, connection included?',
  repeats: fewRepeats,
  arms: [
    {
      workload: {
        ...evidenceWorkload,
        id: 'five-updates',
        title: '10 subscribers, 5 updates of 39 B within a second, polled every 50 ms',
        subscribers: 10,
        // The first comes after one period, and the last has to come a poll before the window's end.
        updates: { rateHz: 5.5, arrival: 'periodic', burstSize: 1 },
        payloadBytes: 39,
        poll: { ...evidenceWorkload.poll, intervalMs: 50 },
        warmupMs: 0,
        windowMs: 1_000,
      },
      transports: ['sse', 'long-polling', 'polling', 'websocket'],
      repeats: fewRepeats,
    },
  ],
} satisfies SuiteInput;
