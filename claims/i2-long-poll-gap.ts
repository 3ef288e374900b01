import type { Claim } from '../harness/model.js';
import { digits, figure, intervalOf, number, paired, pairsOf } from './evidence.js';

/** Nearer to one transit than to two. */
const aboutOne = 1.5;
const transits = 3;
/** An update that comes ten latencies after the last never meets a poller that has not asked again. */
const gapInLatencies = 10;

/** Counted in transits, so it travels: the stream's own latency under the same updates is one. */
export const i2: Claim = {
  id: 'I2',
  title: 'Long polling takes one transit on average, and more than three at worst',
  says: 'An update takes about one network transit on average by long polling and by HTTP streaming; long polling’s maximum is over three (response, next request, response).',
  source: { title: 'RFC 6202, sections 2.2 and 3.2', url: 'https://www.rfc-editor.org/rfc/rfc6202' },
  claimed: 'mean about 1 transit; maximum over 3 for long polling',
  theirMethod:
    'Reasoning: an update published while the poller is on its way waits for a response and a request first.',
  ourTest:
    'Long polling and HTTP streaming side by side: rare updates, which always meet a waiting poller, and dense ones to fifty subscribers, which do not. A transit is what the stream takes.',
  prediction:
    'Rare: a ratio a little over 1, as a response has a head. Dense: the p99 of long polling several times the stream’s.',
  threshold:
    'Mean: the interval of the ratio below 1.5, nearer to one transit than to two. Maximum: the interval of the p99 ratio above 3, their figure; a p99, as a maximum belongs to the machine.',
  wouldChange: 'A client that has a second request waiting while it works on the first response.',
  needs: 'long-polling and HTTP-streaming arms of the same workloads, one with rare updates',
  experiments: ['poll-gap'],
  timed: true,
  judge(evidence) {
    const pairs = pairsOf(evidence, ['long-polling', 'http-stream'], ['serviceLatencyMeanUs', 'serviceLatencyP99Us']);
    const isRare = ({ a, workload }: (typeof pairs)[number]) =>
      1e6 / workload.updates.rateHz > gapInLatencies * figure(a, 'serviceLatencyMeanUs').median;
    const [rare] = pairs.filter((pair) => isRare(pair) && pair.workload.subscribers === 1);
    if (rare === undefined) return null;
    const dense = pairs.find((pair) => !isRare(pair));
    const mean = paired(rare.a, rare.b, 'serviceLatencyMeanUs', (long, stream) => long / stream);
    const tail =
      dense === undefined ? null : paired(dense.a, dense.b, 'serviceLatencyP99Us', (long, stream) => long / stream);
    if (mean === null) return null;
    const tailOver = tail !== null && tail.low > transits;
    return {
      outcome:
        mean.low >= aboutOne
          ? 'contradicted'
          : mean.high >= aboutOne
            ? 'inconclusive'
            : tailOver
              ? 'reproduced'
              : 'holds under stated conditions',
      value: [
        `rare updates: mean ${number(mean)} times the stream’s ${digits(figure(rare.b, 'serviceLatencyMeanUs').median)} µs`,
        ...(tail === null || dense === undefined
          ? []
          : [
              `dense updates: p99 ${number(tail)} times the stream’s ${digits(figure(dense.b, 'serviceLatencyP99Us').median)} µs`,
            ]),
      ].join('; '),
      interval: intervalOf(mean, '× HTTP streaming'),
      because: tailOver
        ? 'rare updates meet a poller that waits already, and dense ones wait for it to ask again'
        : `rare updates meet a poller that waits already; ${tail === null ? 'dense ones are not in this run' : 'that dense ones take over three times as long is not certain here'}`,
      conditions: [
        'loopback: most of a transit is the two processes’ work, little of it the network’s',
        ...(tailOver ? [] : ['the average only']),
      ],
      evidence: [rare, ...(dense === undefined ? [] : [dense])].flatMap(({ a, b }) => [a.key, b.key]),
    };
  },
};
