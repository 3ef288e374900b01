import type { Claim } from '../harness/model.js';
import { armsWith, digits, figure, intervalOf, lambdaT, percents, workloadOf } from './evidence.js';

const claimedShare = 0.75;
const lambdaTClaimed = 0.25;
/** Points: their figure has no decimals, and polls at the edges of a window fall either way. */
const allowed = 0.02;

/** One update for every four polls, so three find nothing: time itself does not matter. */
export const i6: Claim = {
  id: 'I6',
  title: 'Polled every 5 s, data of every 20 s: 75 % of polls are in vain',
  says: 'When data changes every 20 s and is polled every 5 s, three polls of four carry nothing new.',
  source: {
    title: 'Streamdata.io, Benchmark: Server-Sent Events vs polling (2015)',
    url: 'https://blog.axway.com/product-insights/amplify-platform/streams/benchmark-server-sent-events-versus-polling',
  },
  claimed: '75 % of polls carry nothing',
  theirMethod:
    'Their set-up; the share is not printed there but follows: three polls of four fall between two changes.',
  ourTest:
    'Evenly spaced updates and polls at a quarter of an update per poll, fifty times as fast; count what brings nothing.',
  prediction: '1 − λT = 75 %, for evenly spaced updates.',
  threshold:
    'Within two points of 75 %: their figure has no decimals, and polls at the edges of a window fall either way.',
  wouldChange: 'Updates at random: e^(−0.25) = 77.9 % are then in vain, outside of the two points.',
  needs: 'a polling arm with evenly spaced updates, four polls to each',
  experiments: ['sparse-updates'],
  judge(evidence) {
    const [arm] = armsWith(evidence, ['polling'], ['uselessPollShare']).filter((one) => {
      const workload = workloadOf(evidence, one);
      return workload.updates.arrival === 'periodic' && Math.abs(lambdaT(workload) / lambdaTClaimed - 1) < 0.01;
    });
    if (arm === undefined) return null;
    const share = figure(arm, 'uselessPollShare');
    return {
      outcome:
        Math.abs(share.low - claimedShare) <= allowed && Math.abs(share.high - claimedShare) <= allowed
          ? 'reproduced'
          : share.high < claimedShare - allowed || share.low > claimedShare + allowed
            ? 'contradicted'
            : 'inconclusive',
      value: `${percents(share)} in vain`,
      interval: intervalOf(share, 'share of polls'),
      because: `one update comes for every four polls (λT = ${digits(lambdaT(workloadOf(evidence, arm)))}), and the other three find nothing`,
      conditions: ['evenly spaced updates', 'fifty times as fast: only the ratio of the two intervals counts'],
      evidence: [arm.key],
    };
  },
};
