import type { Workload } from '../contract/trial.js';
import type { Claim } from '../harness/model.js';
import {
  aConstant,
  armsWith,
  article,
  contains,
  digits,
  figure,
  intervalOf,
  percents,
  subjectNote,
  workloadOf,
} from './evidence.js';

const claimedShare = 0.2;

/**
 * A poll is useful when at least one update came since the last one: with rate λ and interval T that is
 * 1 − e^(−λT) for Poisson arrivals (none in an interval: e^(−λT)), and min(1, λT) for evenly spaced ones.
 * It is a law of the two rates, not a constant of polling.
 */
export const a7: Claim = {
  id: 'A7',
  title: 'Polling is 20 % efficient',
  says: 'Of all polls, 20 % bring something new and 80 % are wasted.',
  source: article,
  claimed: '20 % useful, 80 % wasted',
  theirMethod: aConstant,
  ourTest:
    'Count the polls that bring something new, for rates and intervals from λT = 0.1 to 100, and set them against what arrivals and polls predict.',
  prediction:
    'Useful are 1 − e^(−λT) of the polls for random arrivals and min(1, λT) for evenly spaced ones, so 20 % only near λT = 0.22 or 0.20.',
  threshold:
    '20 %, which is the claim’s own figure: an arm agrees when its interval holds it. One that does makes the claim hold at its λT; none contradicts it.',
  wouldChange:
    'A rate and an interval that the claim names: then it would be right or wrong for those. As a constant of polling it cannot be reproduced.',
  needs: 'an interval-polling arm',
  experiments: ['update-rate', 'poll-interval', 'article-intervals', 'sparse-updates'],
  statement: 'universal',
  judge(evidence) {
    const arms = armsWith(evidence, ['polling'], ['uselessPollShare', 'offeredPerS']);
    if (arms.length === 0) return null;
    const found = arms
      .map((arm) => {
        const workload = workloadOf(evidence, arm);
        const useless = figure(arm, 'uselessPollShare');
        // The rate as it came out, not as asked for: a short window of random arrivals has its own.
        const rates = figure(arm, 'offeredPerS').values.map((perS) => perS / workload.subscribers);
        const lambdaT = (mean(rates) * workload.poll.intervalMs) / 1000;
        return {
          note: subjectNote(arm, arms),
          useful: { median: 1 - useless.median, low: 1 - useless.high, high: 1 - useless.low, values: [] },
          lambdaT,
          predicted: mean(rates.map((rate) => usefulByLaw(rate, workload))),
        };
      })
      .sort((a, b) => a.lambdaT - b.lambdaT);
    const [only] = found;
    const furthest = Math.max(...found.map(({ useful, predicted }) => Math.abs(useful.median - predicted)));
    const holds = found.filter(({ useful }) => contains(useful, claimedShare));
    return {
      outcome: holds.length === 0 ? 'contradicted' : 'holds under stated conditions',
      value: found
        .map(({ useful, lambdaT, note }) => `${percents(useful)} useful at λT = ${digits(lambdaT)}${note}`)
        .join('; '),
      because:
        `it follows from update rate × poll interval (λT), which predicts ${found.map(({ predicted }) => `${digits(predicted * 100)} %`).join('; ')} here (${digits(furthest * 100)} points off at most); ` +
        '20 % holds only near λT = 0.22 (random arrivals) or 0.20 (evenly spaced ones)',
      interval: found.length === 1 && only !== undefined ? intervalOf(only.useful, 'share of polls') : null,
      conditions: (holds.length === 0 ? found : holds).map(({ lambdaT }) => `λT = ${digits(lambdaT)}`),
      evidence: arms.map(({ key }) => key),
    };
  },
};

/** Share of polls that find something new. Bursts count as one arrival. */
export function usefulByLaw(rateHz: number, { updates, poll }: Pick<Workload, 'updates' | 'poll'>): number {
  const arrivalsPerPoll = (rateHz / (updates.arrival === 'bursts' ? updates.burstSize : 1)) * (poll.intervalMs / 1000);
  return updates.arrival === 'poisson' ? 1 - Math.exp(-arrivalsPerPoll) : Math.min(1, arrivalsPerPoll);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
