import type { SuiteInput } from '../harness/model.js';
import { everyTransport } from './base.js';
import { scenarios } from './evidence/scenarios.js';

type Arm = SuiteInput['arms'][number];

/** Polling is at most a tenth staler than push then: it adds half its interval to an age of at least half a gap. */
const intervalPerGap = 0.1;
/** More often than this a poller only waits for its own response. */
const shortestIntervalMs = 5;

/**
 * Every scenario of the article over all six transports at the interval a product would poll at; and again with polls so
 * frequent that polling is as fresh as push, where that can be: what does equal freshness cost?
 */
export const scenariosFull = {
  id: 'scenarios-full',
  title: 'Every scenario, every transport',
  question: 'Which transport suits which product, as it would be polled and at equal freshness?',
  repeats: 3,
  quick: ['scenario-dashboard', 'fresh-dashboard'],
  arms: scenarios.arms.flatMap(({ workload }): Arm[] => [
    { workload, transports: [...everyTransport] },
    ...asFresh(workload),
  ]),
} satisfies SuiteInput;

function asFresh(workload: Arm['workload']): Arm[] {
  const { rateHz, burstSize = 1 } = workload.updates;
  const intervalMs = Math.round((intervalPerGap * 1000 * burstSize) / rateHz);
  if (intervalMs < shortestIntervalMs) return [];
  const [name = ''] = workload.title.split(':');
  return [
    {
      workload: {
        ...workload,
        id: workload.id.replace('scenario-', 'fresh-'),
        title: `${name} at equal freshness: polled every ${intervalMs} ms`,
        poll: { ...workload.poll, intervalMs },
      },
      transports: ['polling', 'conditional-polling', 'sse', 'websocket'],
    },
  ];
}
