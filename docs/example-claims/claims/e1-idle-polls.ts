import type { Claim } from '../../../harness/model.js';

const claimedShare = 0.9;

/** An example of a claim of one's own: it is made up, and so is who says it. */
const claim: Claim = {
  id: 'E1',
  title: 'Nine of ten polls for our configuration find nothing',
  says: 'Of the polls that our services send for their configuration, 90 % are answered with what they already have.',
  source: { title: 'An example, made up for this page', url: null },
  claimed: '90 % useless',
  theirMethod: 'Made up: somebody counted an afternoon of access logs.',
  ourTest:
    'Change the configuration ten times more rarely than it is asked for, and count the polls that find nothing.',
  prediction: 'max(0, 1 − λT) of evenly spaced changes: 90 % at a tenth of a change per poll.',
  threshold: 'Two points of 90 %, as their figure has no decimals and a log of an afternoon no more than that.',
  wouldChange: 'Another ratio of changes to polls.',
  needs: 'an interval-polling arm of the workload `configuration`',
  experiments: ['configuration'],
  judge({ summary }) {
    const arm = summary.arms.find(
      ({ workloadId, transport }) => workloadId === 'configuration' && transport === 'polling',
    );
    const useless = arm?.metrics.uselessPollShare;
    if (arm === undefined || useless === undefined) return null;
    const { median, low, high } = useless;
    const near = (share: number) => Math.abs(share - claimedShare) <= 0.02;
    return {
      outcome:
        near(low) && near(high)
          ? 'reproduced'
          : high < claimedShare - 0.02 || low > claimedShare + 0.02
            ? 'contradicted'
            : 'inconclusive',
      value: `${(median * 100).toFixed(1)} % useless (${(low * 100).toFixed(1)}–${(high * 100).toFixed(1)})`,
      interval: { median, low, high, unit: 'share of polls' },
      because: 'a change comes for every tenth poll, and the other nine find nothing',
      conditions: ['changes evenly spaced, ten polls to each'],
      evidence: [arm.key],
    };
  },
};

export default claim;
