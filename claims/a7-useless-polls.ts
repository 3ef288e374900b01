import type { Workload } from '../contract/trial.js';
import type { Arm, Claim, Estimate, Evidence } from '../harness/model.js';
import {
  aConstant,
  agrees,
  armsWith,
  article,
  atEnds,
  differs,
  digits,
  figure,
  intervalOf,
  percent,
  percents,
  spread,
  subjectNote,
  workloadOf,
} from './evidence.js';

const claimedShare = 0.2;
/** Points, as for I6: the figure has no decimals, and polls at the edges of a window fall either way. */
const allowed = 0.02;

type Range = Pick<Estimate, 'median' | 'low' | 'high'>;

/** One arm, by polls and by bytes. */
interface Found {
  readonly arm: Arm;
  readonly lambdaT: number;
  readonly polls: Range;
  /** Null: not measured, as of pages in a browser. */
  readonly bytes: Estimate | null;
  readonly predicted: number;
}

/**
 * The article's value is about bandwidth, and its other half about what is wasted. So useful is read both ways: of the
 * polls, those that bring something new; of the bytes both ways, updates that the subscriber did not have yet.
 *
 * A poll is useful when at least one update came since the last one: with rate λ and interval T that is
 * 1 − e^(−λT) for Poisson arrivals (none in an interval: e^(−λT)), and min(1, λT) for evenly spaced ones.
 * It is a law of the two rates, not a constant of polling. Of bytes, payload and header fields decide as well.
 */
export const a7: Claim = {
  id: 'A7',
  title: 'Polling is 20 % efficient',
  says: 'Of the bandwidth that polling takes, 20 % is of use and 80 % is wasted.',
  source: article,
  claimed: '20 % useful, 80 % wasted',
  theirMethod: aConstant,
  ourTest:
    'For rates and intervals from λT = 0.1 to 100, the share of polls that bring something new, and the share of all bytes, requests and responses with their heads, that are updates the subscriber did not have.',
  prediction:
    'Useful are 1 − e^(−λT) of the polls for random arrivals and min(1, λT) for evenly spaced ones, so 20 % only near λT = 0.22 or 0.20. Of the bytes it is that share × p ÷ (p + h), with p the payload and h the heads of a poll, as each brings the state again.',
  threshold:
    'Two points around 20 %, the claim’s own figure, as for I6: an arm agrees when its whole interval lies there, by polls or by bytes, and speaks against the claim when all of it lies outside. One that agrees makes the claim hold at its λT; where none does, one against it by polls and one by bytes contradict it. Changed after a first run (docs/decisions/0023).',
  wouldChange:
    'A rate, an interval and a payload that the claim names: then it would be right or wrong for those. As a constant of polling it cannot be reproduced.',
  needs: 'an interval-polling arm',
  experiments: ['update-rate', 'poll-interval', 'article-intervals', 'sparse-updates'],
  statement: 'universal',
  judge(evidence) {
    const arms = armsWith(evidence, ['polling'], ['uselessPollShare', 'offeredPerS']);
    const found = arms.map((arm) => foundIn(evidence, arm)).sort((a, b) => a.lambdaT - b.lambdaT);
    const [first] = found;
    if (first === undefined) return null;
    const readings = found.flatMap(({ lambdaT, polls, bytes }) => [
      { by: 'polls', lambdaT, share: polls },
      ...(bytes === null ? [] : [{ by: 'bytes', lambdaT, share: bytes }]),
    ]);
    const holding = readings.filter(({ share }) => agrees(share, claimedShare, allowed));
    const against = readings.filter(({ share }) => differs(share, claimedShare, allowed));
    const wide = readings.filter((reading) => !holding.includes(reading) && !against.includes(reading));
    const where = (those: typeof readings) => those.map(({ by, lambdaT }) => `of the ${by} at λT = ${digits(lambdaT)}`);
    const bothAgainst = ['polls', 'bytes'].every((by) => against.some((reading) => reading.by === by));
    return {
      outcome: holding.length > 0 ? 'holds under stated conditions' : bothAgainst ? 'contradicted' : 'inconclusive',
      value: found.map((one) => describe(one, arms)).join('; '),
      ...atEnds(
        found.map(({ lambdaT, polls }) => `${percent(polls.median)} % of the polls useful at λT = ${digits(lambdaT)}`),
      ),
      because: [
        law(found),
        ...(holding.length === 0
          ? ['nothing measured here is 20 % for certain']
          : [`it is 20 % ${where(holding).join(', ')}`]),
        ...(holding.length > 0 && against.length > 0
          ? [`${against.length} of ${readings.length} shares are otherwise, which contradicts it as it stands`]
          : []),
        ...(wide.length === 0 ? [] : [`too wide to say so or otherwise: ${where(wide).join(', ')}`]),
        ...(found.every(({ bytes }) => bytes === null)
          ? ['bytes were not measured, and they are what it is about']
          : []),
      ].join('; '),
      interval: found.length === 1 ? intervalOf(first.polls, 'share of polls') : null,
      conditions: holding.length === 0 ? found.map(({ lambdaT }) => `λT = ${digits(lambdaT)}`) : where(holding),
      evidence: arms.map(({ key }) => key),
    };
  },
};

function foundIn(evidence: Evidence, arm: Arm): Found {
  const workload = workloadOf(evidence, arm);
  const useless = figure(arm, 'uselessPollShare');
  // The rate as it came out, not as asked for: a short window of random arrivals has its own.
  const rates = figure(arm, 'offeredPerS').values.map((perS) => perS / workload.subscribers);
  return {
    arm,
    lambdaT: (mean(rates) * workload.poll.intervalMs) / 1000,
    polls: { median: 1 - useless.median, low: 1 - useless.high, high: 1 - useless.low },
    bytes: usefulBytes(arm),
    predicted: mean(rates.map((rate) => usefulByLaw(rate, workload))),
  };
}

/** Of everything the sockets carried, both ways; null where a trial did not count all of it. */
function usefulBytes({ metrics, trials }: Arm): Estimate | null {
  const [useful, all] = [metrics.downPayloadBytesPerUpdate?.values, metrics.bytesPerUpdate?.values];
  if (useful?.length !== trials || all?.length !== trials) return null;
  return spread(useful.map((bytes, i) => bytes / (all[i] as number)));
}

function describe({ arm, lambdaT, polls, bytes }: Found, arms: readonly Arm[]): string {
  const ofBytes = bytes === null ? 'bytes not measured' : `${percents(bytes)} of the bytes`;
  return `${percents(polls)} of the polls useful at λT = ${digits(lambdaT)}, ${ofBytes}${subjectNote(arm, arms)}`;
}

/** Of polls only: what of the bytes is of use depends on payload and header fields besides. */
function law(found: readonly Found[]): string {
  const furthest = Math.max(...found.map(({ polls, predicted }) => Math.abs(polls.median - predicted)));
  const predicted = found.map((one) => `${percent(one.predicted)} %`).join('; ');
  return (
    `which polls are useful follows from update rate × poll interval (λT), which predicts ${predicted} of them here (${digits(furthest * 100)} points off at most); ` +
    'of polls 20 % lies near λT = 0.22 (random arrivals) or 0.20 (evenly spaced ones) only'
  );
}

/** Share of polls that find something new. Bursts count as one arrival. */
export function usefulByLaw(rateHz: number, { updates, poll }: Pick<Workload, 'updates' | 'poll'>): number {
  const arrivalsPerPoll = (rateHz / (updates.arrival === 'bursts' ? updates.burstSize : 1)) * (poll.intervalMs / 1000);
  return updates.arrival === 'poisson' ? 1 - Math.exp(-arrivalsPerPoll) : Math.min(1, arrivalsPerPoll);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
