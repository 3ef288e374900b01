import type { SuiteInput } from '../harness/model.js';
import { baseWorkload, everyTransport } from './base.js';

type Workload = SuiteInput['arms'][number]['workload'];

const fast = { rateHz: 50, arrival: 'periodic', burstSize: 1 } as const;

function through(proxy: NonNullable<Workload['proxy']>, title: string, over: Partial<Workload> = {}) {
  return {
    workload: {
      ...baseWorkload,
      id: proxy,
      title: `10 subscribers, 50 updates/s, 128 B, ${title}`,
      subscribers: 10,
      updates: fast,
      delivery: 'every',
      windowMs: 4_000,
      drainMs: 4_000,
      proxy,
      ...over,
    },
    transports: [...everyTransport],
  } satisfies SuiteInput['arms'][number];
}

/** 50 updates of 128 B a second fill a buffer of 4 KiB about twice a second. A silence of 1.3 s outlasts an idle timeout of 1 s. */
export const proxies = {
  id: 'proxies',
  title: 'What gets through a proxy',
  question: 'Which transports pass an intermediary that ignores Upgrade, buffers responses or cuts silent connections?',
  repeats: 3,
  arms: [
    through('transparent', 'through a transparent proxy'),
    through('drop-upgrade', 'through a proxy that ignores Upgrade'),
    through('buffering', 'through a proxy that buffers responses'),
    through('idle-timeout', 'through a proxy that cuts idle connections', {
      title: '10 subscribers, an update each 1.3 s, 128 B, through a proxy that cuts connections idle for 1 s',
      updates: { rateHz: 1 / 1.3, arrival: 'periodic', burstSize: 1 },
      // Until SSE, away for a second after each cut, has been there for an update: before, it cannot say what it missed.
      warmupMs: 3_000,
      windowMs: 7_800,
    }),
  ],
} satisfies SuiteInput;
