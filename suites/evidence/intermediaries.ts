import type { SuiteInput } from '../../harness/model.js';
import { evidenceRepeats, evidenceWorkload } from './base.js';

/** 50 updates of 128 B a second fill a buffer of 4 KiB about twice a second. */
export const intermediaries = {
  id: 'intermediaries',
  title: 'SSE and WebSocket through three proxies',
  question: 'Does an update get through a proxy that ignores Upgrade, and through one that buffers responses?',
  repeats: evidenceRepeats,
  arms: (['transparent', 'drop-upgrade', 'buffering'] as const).map((proxy) => ({
    workload: {
      ...evidenceWorkload,
      id: `through-${proxy}`,
      title: `10 subscribers, 50 updates/s, 128 B, through the proxy ${proxy}`,
      subscribers: 10,
      updates: { rateHz: 50, arrival: 'periodic', burstSize: 1 },
      delivery: 'every' as const,
      windowMs: 1_500,
      drainMs: 1_500,
      proxy,
    },
    transports: ['sse', 'websocket'],
  })),
} satisfies SuiteInput;
