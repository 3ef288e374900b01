import type { Claim } from '../harness/model.js';
import { usefulByLaw } from './a7-useless-polls.js';
import { armsWith, contains, digits, figure, intervalOf, lambdaT, percents, workloadOf } from './evidence.js';

const claimedShare = 0.985;
const claimedLambdaT = 0.015;
/** Of λT: it is their share that says it, rounded to half a percent at best. */
const alike = 0.1;
/** Points: 98.5 % has half a percent of room on either side before it is another figure. */
const allowed = 0.005;

/** No rates come with it, so it names its own point on the law of A7: where polls are 66 times as frequent as updates. */
export const i16: Claim = {
  id: 'I16',
  title: '98.5 % of polls are wasted',
  says: 'Of the polls that an integration service sends to find out what changed, 98.5 % find nothing.',
  source: { title: 'Zapier, as quoted by DZone', url: null },
  claimed: '98.5 % of polls wasted',
  theirMethod: 'Counted by the service over its own customers, as it is quoted; rates and intervals are not given.',
  ourTest: 'Poll 66 times as often as there are updates, and count what brings nothing.',
  prediction: '1 − λT of polls for evenly spaced updates, e^(−λT) for random ones: both 98.5 % at λT = 0.015.',
  threshold:
    'Half a point around 98.5 %, at a λT within a tenth of 0.015: wider would be another figure, and their rates are only known from their share.',
  wouldChange: 'Other rates: it is the ratio of theirs, and no property of polling.',
  needs: 'a polling arm at λT = 0.015',
  experiments: ['rare-updates'],
  judge(evidence) {
    const [arm] = armsWith(evidence, ['polling'], ['uselessPollShare']).filter(
      (one) => Math.abs(lambdaT(workloadOf(evidence, one)) / claimedLambdaT - 1) <= alike,
    );
    if (arm === undefined) return null;
    const workload = workloadOf(evidence, arm);
    const share = figure(arm, 'uselessPollShare');
    const predicted = 1 - usefulByLaw(workload.updates.rateHz, workload);
    const near = (value: number) => Math.abs(value - claimedShare) <= allowed;
    return {
      outcome:
        near(share.low) && near(share.high)
          ? 'holds under stated conditions'
          : share.high < claimedShare - allowed || share.low > claimedShare + allowed
            ? 'contradicted'
            : 'inconclusive',
      value: `${percents(share)} in vain`,
      interval: intervalOf(share, 'share of polls'),
      because: `it is a point on the law of updates per poll: λT = ${digits(lambdaT(workload))} predicts ${digits(predicted * 100)} %, which lies ${contains(share, predicted) ? 'inside' : 'outside'} the interval`,
      conditions: [`${digits(1 / lambdaT(workload))} polls to an update (λT = ${digits(lambdaT(workload))})`],
      evidence: [arm.key],
    };
  },
};
