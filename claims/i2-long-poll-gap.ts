import { type Arm, type Claim, type Estimate, fewestTrials } from '../harness/model.js';
import { digits, figure, intervalOf, number, paired, pairsOf, spread } from './evidence.js';

/** Nearer to one transit than to two. */
const aboutOne = 1.5;
const transits = 3;
/** An update that comes ten latencies after the last never meets a poller that has not asked again. */
const gapInLatencies = 10;

/** Counted in transits, so it travels: what the stream takes on average under the same updates is one. */
export const i2: Claim = {
  id: 'I2',
  title: 'Long polling takes one transit on average, and more than three at worst',
  says: 'An update takes about one network transit on average by long polling and by HTTP streaming; long polling’s maximum is over three (response, next request, response).',
  source: { title: 'RFC 6202, sections 2.2 and 3.2', url: 'https://www.rfc-editor.org/rfc/rfc6202' },
  claimed: 'mean about 1 transit; maximum over 3 for long polling',
  theirMethod:
    'Reasoning: an update published while the poller is on its way waits for a response and a request first.',
  ourTest:
    'Long polling and HTTP streaming side by side: rare updates, which always meet a waiting poller, and dense ones to fifty subscribers, which do not. A transit is what the stream takes on average under the same updates.',
  prediction:
    'Rare: a ratio a little over 1, as a response has a head. Dense: the p99 of long polling several transits, and above the stream’s own.',
  threshold:
    'Mean: the interval of the ratio below 1.5, nearer to one transit than to two. Maximum: the interval of long polling’s p99 above 3 transits, their figure, and above the stream’s own p99, or the load would do it and not the gap; a p99, as a maximum belongs to the machine. HTTP streaming is the unit and not judged.',
  wouldChange: 'A client that has a second request waiting while it works on the first response.',
  needs: 'long-polling and HTTP-streaming arms of the same workloads, one with rare updates',
  experiments: ['poll-gap'],
  timed: true,
  judge(evidence) {
    const pairs = pairsOf(evidence, ['long-polling', 'http-stream'], ['serviceLatencyMeanUs', 'serviceLatencyP99Us']);
    const rare = pairs.find(
      ({ a, workload: { subscribers, updates } }) =>
        subscribers === 1 && 1e6 / updates.rateHz > gapInLatencies * figure(a, 'serviceLatencyMeanUs').median,
    );
    if (rare === undefined) return null;
    const [dense] = pairs
      .filter(({ workload }) => workload.subscribers > 1)
      .sort((one, other) => other.workload.updates.rateHz - one.workload.updates.rateHz);
    const mean = paired(rare.a, rare.b, 'serviceLatencyMeanUs', (long, stream) => long / stream);
    if (mean === null) return null;
    const tail = dense === undefined ? null : tailOf(dense.a, dense.b);
    const tailOver = tail !== null && tail.inTransits.low > transits;
    const gaps = tailOver && tail.overStreams.low > 1;
    return {
      outcome:
        mean.low >= aboutOne
          ? 'contradicted'
          : mean.high >= aboutOne
            ? 'inconclusive'
            : gaps
              ? 'reproduced'
              : 'holds under stated conditions',
      value: [
        `rare updates: mean ${number(mean)} times the stream’s ${digits(figure(rare.b, 'serviceLatencyMeanUs').median)} µs`,
        ...(tail === null || dense === undefined
          ? []
          : [
              `dense updates: p99 ${number(tail.inTransits)} times the stream’s mean of ${digits(figure(dense.b, 'serviceLatencyMeanUs').median)} µs, the stream’s own p99 ${number(tail.ofStream)} times`,
            ]),
      ].join('; '),
      interval: intervalOf(mean, '× HTTP streaming'),
      because: [
        mean.high < aboutOne
          ? 'rare updates meet a poller that waits already'
          : mean.low >= aboutOne
            ? `rare updates take ${aboutOne} transits or more by long polling, though a poller waits for each`
            : `whether rare updates take less than ${aboutOne} transits by long polling is not certain here`,
        gaps
          ? `dense ones wait for it to ask again, and one in a hundred takes over ${transits} transits`
          : tailOver
            ? `of dense ones one in a hundred takes over ${transits} transits, but not for certain longer than by the stream: it may be the load`
            : tail !== null
              ? `that one in a hundred of dense ones takes over ${transits} transits is not certain here`
              : dense === undefined
                ? 'dense ones are not in this run'
                : 'dense ones were not measured often enough',
      ].join('; '),
      conditions: [
        'HTTP streaming takes one transit by definition: its average is the unit, and nothing is tested of it',
        'loopback: most of a transit is the two processes’ work, little of it the network’s',
        ...(mean.high < aboutOne && !gaps ? ['the average only'] : []),
      ],
      evidence: [rare, ...(dense === undefined ? [] : [dense])].flatMap(({ a, b }) => [a.key, b.key]),
    };
  },
};

interface Tail {
  /** p99 of long polling, and of the stream itself, by what the stream takes on average. */
  readonly inTransits: Estimate;
  readonly ofStream: Estimate;
  /** p99 ÷ p99. */
  readonly overStreams: Estimate;
}

/** Repetition by repetition; null when fewer than three pair up. */
function tailOf(long: Arm, stream: Arm): Tail | null {
  const ofStream = ratios(stream, stream);
  const inTransits = ratios(long, stream);
  const overStreams = paired(long, stream, 'serviceLatencyP99Us', (one, other) => one / other);
  return ofStream === null || inTransits === null || overStreams === null
    ? null
    : { inTransits, ofStream, overStreams };
}

/** p99 of the one ÷ mean of the other. `paired` takes one metric of both. */
function ratios(of: Arm, by: Arm): Estimate | null {
  const [p99s, means] = [figure(of, 'serviceLatencyP99Us').values, figure(by, 'serviceLatencyMeanUs').values];
  if (p99s.length !== of.repetitions.length || means.length !== by.repetitions.length) return null;
  const values = of.repetitions.flatMap((repetition, i) => {
    const mean = means[by.repetitions.indexOf(repetition)];
    return mean === undefined ? [] : [(p99s[i] as number) / mean];
  });
  return values.length < fewestTrials ? null : spread(values);
}
