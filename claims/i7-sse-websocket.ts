import type { Claim, Estimate } from '../harness/model.js';
import { digits, figure, intervalOf, number, paired, pairsOf } from './evidence.js';

/** Fewer deliveries than this are no throughput to speak of. */
const leastPerS = 1000;
const alike = 0.02;

/** Three million events a second are of their machine and their batches. That the two are alike can be seen anywhere. */
export const i7: Claim = {
  id: 'I7',
  title: 'SSE and WebSocket have the same throughput, WebSocket slightly less CPU',
  says: 'WebSocket and SSE deliver alike (3 million events a second, in batches), with slightly less CPU for WebSocket.',
  source: { title: 'Timeplus, WebSocket vs SSE', url: 'https://www.timeplus.com/post/websocket-vs-sse' },
  claimed: 'same throughput; slightly less CPU',
  theirMethod: 'One streaming database that sends its events in batches, over both.',
  ourTest:
    'Deliveries per second and the server’s CPU time per delivered update, WebSocket ÷ SSE, under the same updates.',
  prediction:
    'The same throughput below saturation, and a little less CPU: a frame head instead of an event and a chunk.',
  threshold:
    'Throughput alike within 2 %, as an open loop allows; CPU less where the whole interval of the paired ratio lies below 1. "Slightly" is not judged: it has no figure.',
  wouldChange: 'A load beyond what either can do, where throughput is no longer given by the source.',
  needs: `SSE and WebSocket arms of one workload of ${leastPerS.toLocaleString('en')} deliveries/s or more`,
  experiments: ['update-rate'],
  // A tenth of CPU time, which is what this is about, is within what neighbours on a core change.
  timed: true,
  judge(evidence) {
    const found = pairsOf(evidence, ['websocket', 'sse'], ['achievedPerS', 'serverCpuUsPerUpdate'])
      .filter(({ b, a }) => a.client === 'raw' && figure(b, 'offeredPerS').median >= leastPerS)
      .flatMap(({ a, b }) => {
        const rate = paired(a, b, 'achievedPerS', (websocket, sse) => websocket / sse);
        const cpu = paired(a, b, 'serverCpuUsPerUpdate', (websocket, sse) => websocket / sse);
        return rate === null || cpu === null ? [] : [{ a, b, rate, cpu }];
      });
    if (found.length === 0) return null;
    const sameRate = found.filter(({ rate }) => isAlike(rate));
    const less = found.filter(({ cpu }) => cpu.high < 1);
    const more = found.filter(({ cpu }) => cpu.low > 1);
    const otherRate = found.some(({ rate }) => rate.high < 1 - alike || rate.low > 1 + alike);
    const [only] = found;
    return {
      outcome:
        otherRate || more.length === found.length
          ? 'contradicted'
          : sameRate.length < found.length
            ? 'inconclusive'
            : less.length === found.length
              ? 'reproduced'
              : less.length > 0
                ? 'holds under stated conditions'
                : 'inconclusive',
      value: found
        .map(
          ({ b, rate, cpu }) =>
            `at ${digits(figure(b, 'achievedPerS').median)} deliveries/s: throughput ${number(rate)}, server CPU ${number(cpu)} times SSE’s`,
        )
        .join('; '),
      interval: found.length === 1 && only !== undefined ? intervalOf(only.cpu, '× SSE') : null,
      because:
        more.length === found.length
          ? 'both deliver what is offered, and WebSocket takes more CPU for it'
          : `both deliver what is offered; WebSocket takes less CPU for certain at ${less.length} of ${found.length} loads`,
      conditions: [
        'below saturation; 3 million events a second are of their machine',
        'each update sent by itself, not in batches',
      ],
      evidence: found.flatMap(({ a, b }) => [a.key, b.key]),
    };
  },
};

function isAlike({ low, high }: Pick<Estimate, 'low' | 'high'>): boolean {
  return low >= 1 - alike && high <= 1 + alike;
}
