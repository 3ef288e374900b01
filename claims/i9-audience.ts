import type { Claim } from '../harness/model.js';
import { armsWith, digits, figure, intervalOf, number, workloadOf } from './evidence.js';

const theirs = { subscribers: [1, 10, 100, 1000], p50Ms: [0.998, 1.104, 1.455, 4.139], p99Ms: 5.479 } as const;
const theirGrowth = 4.139 / 0.998;
/** Twice or half of their factor is another factor. */
const alike = 2;

/** Milliseconds are of their machine and their stack. What travels is how much longer a thousand wait than one. */
export const i9: Claim = {
  id: 'I9',
  title: 'A thousand subscribers wait four times as long as one',
  says: 'One writer at 50 events a second: p50 of 0.998, 1.104, 1.455 and 4.139 ms at 1, 10, 100 and 1,000 SSE subscribers, p99 of 5.479 ms at 1,000.',
  source: { title: 'electric-sql/ds-bench, SSE comparison', url: 'https://github.com/electric-sql/ds-bench' },
  claimed: 'p50 at 1,000 ÷ p50 at 1 = 4.15',
  theirMethod: 'A load generator against their servers of durable streams, on a machine of theirs.',
  ourTest: 'SSE at 50 updates a second to 1, 10, 100 and 1,000 subscribers, published to received.',
  prediction:
    'A steeper rise: ours starts from under 0.1 ms, where theirs has a millisecond of its own that every event pays. What each subscriber adds should be alike: theirs is 3.1 µs.',
  threshold:
    'The factor within twice or half of theirs, 2.1 to 8.3; outside it is another factor. The milliseconds are not testable here.',
  wouldChange: 'A stack with a constant part like theirs in each event’s way (a write over HTTP, a network).',
  needs: 'SSE arms at 50 updates a second of 1 and 1,000 subscribers',
  experiments: ['audience'],
  timed: true,
  judge(evidence) {
    const arms = armsWith(evidence, ['sse'], ['serviceLatencyP50Us', 'serviceLatencyP99Us'])
      .filter((arm) => arm.client === 'raw' && workloadOf(evidence, arm).updates.rateHz === 50)
      .sort((a, b) => workloadOf(evidence, a).subscribers - workloadOf(evidence, b).subscribers);
    const at = (subscribers: number) => arms.find((arm) => workloadOf(evidence, arm).subscribers === subscribers);
    const [one, thousand] = [at(1), at(1000)];
    if (one === undefined || thousand === undefined) return null;
    const [first, last] = [figure(one, 'serviceLatencyP50Us'), figure(thousand, 'serviceLatencyP50Us')];
    const growth = {
      median: last.median / first.median,
      low: last.low / first.high,
      high: last.high / first.low,
    };
    const perSubscriberUs = (last.median - first.median) / 999;
    return {
      outcome:
        growth.low >= theirGrowth / alike && growth.high <= theirGrowth * alike
          ? 'reproduced'
          : growth.low > theirGrowth * alike || growth.high < theirGrowth / alike
            ? 'contradicted'
            : 'inconclusive',
      value: `${number(growth)} times; p50 ${arms.map((arm) => `${digits(figure(arm, 'serviceLatencyP50Us').median / 1000)} ms at ${workloadOf(evidence, arm).subscribers}`).join(', ')}; p99 ${digits(figure(thousand, 'serviceLatencyP99Us').median / 1000)} ms at 1,000`,
      interval: intervalOf(growth, '× one subscriber'),
      because: `a subscriber waits for the writes before its own: ${digits(perSubscriberUs)} µs for each other subscriber here, ${digits(((theirs.p50Ms[3] - theirs.p50Ms[0]) * 1000) / 999)} µs there. The factor also holds what an event takes to a single one, ${digits(first.median / 1000)} ms here and ${theirs.p50Ms[0]} ms there`,
      conditions: ['loopback; published to received', 'their milliseconds are of their machine and are not judged'],
      evidence: arms.map(({ key }) => key),
    };
  },
};
