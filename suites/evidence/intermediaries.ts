import type { SuiteInput } from '../../harness/model.js';
import { evidenceWorkload, fewRepeats } from './base.js';

const transports: SuiteInput['arms'][number]['transports'] = ['sse', 'websocket'];
const through = {
  ...evidenceWorkload,
  subscribers: 10,
  updates: { rateHz: 50, arrival: 'periodic', burstSize: 1 },
  delivery: 'every',
  windowMs: 1_500,
  drainMs: 1_500,
} as const;

/**
 * 50 updates of 128 B a second fill a buffer of 4 KiB about twice a second. Silences of two seconds outlast the idle timeout of
 * one, as a quiet feed outlasts that of a load balancer.
 */
export const intermediaries = {
  id: 'intermediaries',
  title: 'SSE and WebSocket through four proxies',
  question:
    'Does an update get through a proxy that ignores Upgrade, one that buffers responses, and one that cuts silent connections?',
  repeats: fewRepeats,
  quick: ['through-transparent', 'through-drop-upgrade', 'through-buffering'],
  arms: [
    ...(['transparent', 'drop-upgrade', 'buffering'] as const).map((proxy) => ({
      workload: {
        ...through,
        id: `through-${proxy}`,
        title: `10 subscribers, 50 updates/s, 128 B, through the proxy ${proxy}`,
        proxy,
      },
      transports,
      repeats: fewRepeats,
    })),
    {
      workload: {
        ...through,
        id: 'through-idle-timeout',
        title: '10 subscribers, an update each 2 s, 128 B, through a proxy that cuts connections idle for 1 s',
        updates: { rateHz: 0.5, arrival: 'periodic', burstSize: 1 },
        windowMs: 4_000,
        drainMs: 2_500,
        proxy: 'idle-timeout',
      },
      transports,
      repeats: fewRepeats,
    },
  ],
} satisfies SuiteInput;
