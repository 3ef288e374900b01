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
 * 50 updates of 128 B a second fill a buffer of 4 KiB about twice a second. Silences of 1.3 s outlast the idle timeout of
 * one, as a quiet feed outlasts that of a load balancer. Who has no update yet cannot say after a cut what it missed: the
 * warm-up is as long as it takes nearly all of SSE, away for about a second after each cut, to be there for one (at 2.6 s).
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
        title: '10 subscribers, an update each 1.3 s, 128 B, through a proxy that cuts connections idle for 1 s',
        updates: { rateHz: 1 / 1.3, arrival: 'periodic', burstSize: 1 },
        warmupMs: 3_000,
        windowMs: 3_900,
        drainMs: 2_500,
        proxy: 'idle-timeout',
      },
      transports,
      repeats: fewRepeats,
    },
  ],
} satisfies SuiteInput;
