import { type Claim, formatCount } from '../harness/model.js';
import { armsWith, digits, figure, intervalOf, number, workloadOf } from './evidence.js';

const theirs = { p50Ms: { one: 0.998, thousand: 4.139 }, p99Ms: 5.479 } as const;
const theirIncrementUs = ((theirs.p50Ms.thousand - theirs.p50Ms.one) * 1000) / 999;
/** A write costs several times as much in another stack; twice or half of theirs is still of one size. */
const alike = 2;

/**
 * Milliseconds are of their machine, and so is the factor between them: it divides by what an event takes to a single
 * subscriber, which is a write over HTTP there and a loopback here. What each further subscriber adds has neither in it.
 */
export const i9: Claim = {
  id: 'I9',
  title: 'Each further subscriber adds 3.1 µs to the median wait',
  says: 'One writer at 50 events a second: p50 of 0.998, 1.104, 1.455 and 4.139 ms at 1, 10, 100 and 1,000 SSE subscribers, p99 of 5.479 ms at 1,000. From 1 to 1,000 that is 3.1 µs of p50 for each further subscriber.',
  source: { title: 'electric-sql/ds-bench, SSE comparison', url: 'https://github.com/electric-sql/ds-bench' },
  claimed: '(4.139 − 0.998) ms of p50 ÷ 999 subscribers = 3.1 µs',
  theirMethod: 'A load generator against their servers of durable streams, on a machine of theirs.',
  ourTest:
    'SSE at 50 updates a second to 1, 10, 100 and 1,000 subscribers, published to received; the rise of p50 from the first to the last, by subscribers.',
  prediction:
    'Of one size with theirs, as a subscriber waits for the writes before its own and a write costs some microseconds. The factor between a thousand and one is larger here: ours starts from under 0.1 ms, where theirs has a millisecond that every event pays.',
  threshold: `The rise within ${alike} times or half of theirs, ${digits(theirIncrementUs / alike)} to ${digits(theirIncrementUs * alike)} µs: it holds, for the rise alone. No rise at all contradicts it. Any other rise is one of another stack and machine: not testable here, as are the milliseconds and their factor.`,
  wouldChange: 'A server that writes to several subscribers at one time, or a machine several times faster or slower.',
  needs: 'SSE arms at 50 updates a second of 1 and 1,000 subscribers',
  experiments: ['audience'],
  timed: true,
  judge(evidence) {
    const arms = armsWith(evidence, ['sse'], ['serviceLatencyP50Us', 'serviceLatencyP99Us'])
      .filter(({ client, subject }) => client === 'raw' && subject === 'uws')
      .filter((arm) => workloadOf(evidence, arm).updates.rateHz === 50)
      .sort((a, b) => workloadOf(evidence, a).subscribers - workloadOf(evidence, b).subscribers);
    const at = (subscribers: number) => arms.find((arm) => workloadOf(evidence, arm).subscribers === subscribers);
    const [one, thousand] = [at(1), at(1000)];
    if (one === undefined || thousand === undefined) return null;
    const [first, last] = [figure(one, 'serviceLatencyP50Us'), figure(thousand, 'serviceLatencyP50Us')];
    const rise = {
      median: (last.median - first.median) / 999,
      low: (last.low - first.high) / 999,
      high: (last.high - first.low) / 999,
    };
    const within = rise.low >= theirIncrementUs / alike && rise.high <= theirIncrementUs * alike;
    const apart = rise.low > theirIncrementUs * alike || rise.high < theirIncrementUs / alike;
    const none = rise.high <= 0;
    return {
      outcome: none
        ? 'contradicted'
        : within
          ? 'holds under stated conditions'
          : apart
            ? 'not testable here'
            : 'inconclusive',
      value: `${number(rise)} µs for each further subscriber; p50 ${arms.map((arm) => `${digits(figure(arm, 'serviceLatencyP50Us').median / 1000)} ms at ${formatCount(workloadOf(evidence, arm).subscribers)}`).join(', ')}; p99 ${digits(figure(thousand, 'serviceLatencyP99Us').median / 1000)} ms at 1,000`,
      interval: intervalOf(rise, 'µs of p50 per subscriber'),
      because: none
        ? 'a thousand subscribers wait no longer than one'
        : `each further subscriber adds ${number(rise)} µs to the median wait here and ${digits(theirIncrementUs)} µs there${
            within
              ? `, which is within ${alike} times or half of it`
              : apart
                ? `: over ${alike} times or under half of it, by another stack on another machine, which says nothing of theirs`
                : `, and the interval does not say whether that is within ${alike} times or half of it`
          }. The factor from one to a thousand, ${digits(last.median / first.median)} here and ${digits(theirs.p50Ms.thousand / theirs.p50Ms.one)} there, also holds what an event takes to a single one: ${digits(first.median / 1000)} ms here and ${theirs.p50Ms.one} ms there`,
      conditions: [
        'the rise of p50 alone; their milliseconds, and the factor between them, are of their machine and are not judged',
        'loopback; published to received',
      ],
      evidence: arms.map(({ key }) => key),
    };
  },
};
