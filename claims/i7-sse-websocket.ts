import { type Arm, type Claim, type Estimate, figureOfInterval } from '../harness/model.js';
import { digits, figure, intervalOf, number, paired, pairsOf } from './evidence.js';
import { busy, keepsUp, keptUpShare } from './knee.js';

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
    'Throughput alike within 2 %, as an open loop allows; CPU less where the whole interval of the paired ratio lies below 1. "Slightly" is not judged: it has no figure. Loads that one of the two is saturated at are left out: there throughput is what a core can do, and CPU time ends at a core (changed after a first run: docs/decisions/0023).',
  wouldChange: 'A load beyond what either can do, where throughput is no longer given by the source.',
  needs: `SSE and WebSocket arms of one workload of ${leastPerS.toLocaleString('en')} deliveries/s or more`,
  experiments: ['update-rate'],
  // A tenth of CPU time, which is what this is about, is within what neighbours on a core change.
  timed: true,
  judge(evidence) {
    const all = pairsOf(evidence, ['websocket', 'sse'], ['achievedPerS', 'serverCpuUsPerUpdate', 'offeredPerS'])
      .filter(({ b, a }) => a.client === 'raw' && figure(b, 'offeredPerS').median >= leastPerS)
      .flatMap(({ a, b }) => {
        const rate = paired(a, b, 'achievedPerS', (websocket, sse) => websocket / sse);
        const cpu = paired(a, b, 'serverCpuUsPerUpdate', (websocket, sse) => websocket / sse);
        return rate === null || cpu === null ? [] : [{ a, b, rate, cpu }];
      });
    if (all.length === 0) return null;
    const found = all.filter(({ a, b }) => keepsUp(a) && keepsUp(b));
    const left = all.filter((pair) => !found.includes(pair));
    const sameRate = found.filter(({ rate }) => isAlike(rate));
    const otherRate = found.filter(({ rate }) => rate.high < 1 - alike || rate.low > 1 + alike);
    const less = found.filter(({ cpu }) => cpu.high < 1);
    const more = found.filter(({ cpu }) => cpu.low > 1);
    const [only] = found;
    const of = (those: readonly unknown[]) => `at ${those.length} of ${found.length} loads`;
    return {
      outcome:
        found.length === 0
          ? 'inconclusive'
          : otherRate.length > 0 || more.length === found.length
            ? 'contradicted'
            : sameRate.length < found.length
              ? 'inconclusive'
              : less.length === found.length
                ? 'reproduced'
                : less.length > 0
                  ? 'holds under stated conditions'
                  : 'inconclusive',
      value: all
        .map(
          (pair) =>
            `${loadOf(pair)}: throughput ${number(pair.rate)}, server CPU ${number(pair.cpu)} times SSE’s${left.includes(pair) ? ' (left out)' : ''}`,
        )
        .join('; '),
      inShort: `throughput ${all.map(({ rate }) => figureOfInterval(rate).figure).join(' and ')}, server CPU ${all.map(({ cpu }) => figureOfInterval(cpu).figure).join(' and ')} times SSE’s`,
      interval: found.length === 1 && only !== undefined ? intervalOf(only.cpu, '× SSE') : null,
      because:
        found.length === 0
          ? 'at no load did both have room on the server’s core and deliver what is offered'
          : [
              `throughput is alike ${of(sameRate)}${otherRate.length === 0 ? '' : ` and is not ${of(otherRate)}`}`,
              `WebSocket takes less CPU for certain ${of(less)}${more.length === 0 ? '' : ` and more ${of(more)}`}`,
            ].join('; '),
      conditions: [
        `below saturation: the server’s core less than ${busy.server * 100} % busy and ${keptUpShare * 100} % of what is offered delivered, by both`,
        ...left.map((pair) => `left out, as one of the two was beyond that: ${loadOf(pair)}`),
        ...(less.length > 0 && less.length < found.length ? less.map((pair) => `less CPU ${loadOf(pair)}`) : []),
        '3 million events a second are of their machine; here each update is sent by itself, not in batches',
      ],
      // What was left out took part in nothing, so it need not have enough trials.
      evidence: (found.length === 0 ? all : found).flatMap(({ a, b }) => [a.key, b.key]),
    };
  },
};

function loadOf({ b }: { readonly b: Arm }): string {
  return `at ${digits(figure(b, 'offeredPerS').median)} deliveries/s offered`;
}

function isAlike({ low, high }: Pick<Estimate, 'low' | 'high'>): boolean {
  return low >= 1 - alike && high <= 1 + alike;
}
