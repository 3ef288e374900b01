import type { TopLevelSpec } from 'vega-lite';
import { armsWith, lambdaT } from '../../claims/evidence.js';
import { armTitle, formatNumber, formatPoint, type ReportInput, round, workloadOf } from '../data.js';
import type { Chart } from './chart.js';
import { estimates, having } from './marks.js';
import { looksOf, quantity, schema, tooltip } from './scales.js';

/** What claims say without their rates: each is one point of a law, at the λT that makes it true. */
const claimed = [
  { claim: 'A7', claimedShare: 80, lambdaT: 0.223 },
  { claim: 'I6', claimedShare: 75, lambdaT: 0.25 },
  { claim: 'I16', claimedShare: 98.5, lambdaT: 0.015 },
];

interface Vain {
  readonly arm: string;
  readonly workload: string;
  /** By the rate that came about, and by the one asked for. */
  readonly lambdaT: number;
  readonly planned: number;
  readonly median: number;
  readonly low: number;
  readonly high: number;
  readonly predicted: number;
  readonly arrival: string;
  readonly shown: string;
}

export const pollLaw: Chart = {
  id: 'poll-law',
  group: 'Polls',
  name: 'Their law',
  question: 'Does the share of useless polls follow from updates per poll?',
  answer(input) {
    const found = vain(input);
    if (found.length === 0) return null;
    const furthest = Math.max(...found.map(({ median, predicted }) => Math.abs(median - predicted)));
    const held = found.filter(({ low, high, predicted }) => low <= predicted && predicted <= high).length;
    return `From λT = ${formatNumber(Math.min(...found.map((one) => one.lambdaT)))} to ${formatNumber(Math.max(...found.map((one) => one.lambdaT)))} the measured share is ${formatNumber(furthest)} percentage points off the law at most; ${held} of ${found.length} intervals hold it.`;
  },
  reading:
    'To the right the updates that come in a poll interval (λT, by the rate that came about), logarithmic; upwards the polls that bring nothing. The solid curve is the law for random arrivals, e^(−λT), the dashed one that for evenly spaced ones, 1 − λT. Crosses are published shares of wasted polls: each is right at one λT, and no property of polling.',
  concerns: (input) => new Set(vain(input).map(({ planned }) => planned)).size > 1,
  spec(input) {
    const values = vain(input);
    if (values.length === 0) return null;
    const x = { field: 'lambdaT', ...quantity('updates per poll (λT)', true) };
    const y = { type: 'quantitative', title: 'useless polls (%)', scale: { domain: [0, 100] } };
    const law = (field: string, arrivals: string, strokeDash: readonly number[]) => ({
      ...having(field),
      mark: { type: 'line', color: 'theme:reference', strokeDash: [...strokeDash] },
      encoding: { x, y: { ...y, field }, tooltip: { value: `the law for ${arrivals} arrivals` } },
    });
    const ofClaim = tooltip({ claim: 'claim' }, { claimedShare: 'useless polls, %', lambdaT: 'right at λT' });
    return {
      $schema: schema,
      data: { values: [...values, ...claimed, ...curves(values)] },
      width: 'container',
      height: 300,
      layer: [
        law('random', 'random', [1, 0]),
        law('spaced', 'evenly spaced', [4, 3]),
        ...estimates('y', {
          axis: y,
          looks: looksOf(input, values, true),
          at: { x },
          tooltip: tooltip(
            { arm: 'transport', workload: 'workload', shown: 'useless polls, %' },
            { predicted: 'by the law, %', lambdaT: 'updates per poll (λT)' },
          ),
        }),
        {
          mark: { type: 'point', shape: 'cross', size: 120, color: 'theme:reference', strokeWidth: 2 },
          encoding: { x, y: { ...y, field: 'claimedShare' }, tooltip: ofClaim },
        },
        {
          mark: { type: 'text', dx: 10, dy: -8, align: 'left', color: 'theme:reference' },
          encoding: { x, y: { ...y, field: 'claimedShare' }, text: { field: 'claim' }, tooltip: ofClaim },
        },
      ],
    } as unknown as TopLevelSpec;
  },
  describe: (input) =>
    `Useless polls in percent, and by the law: ${
      vain(input)
        .map((one) => `${formatPoint(one)}, ${formatNumber(one.predicted)} at λT = ${formatNumber(one.lambdaT)}`)
        .join('; ') || 'not measured'
    }`,
  table: (input) => ({
    head: ['workload', 'transport', 'λT', 'arrivals', 'useless polls %', 'by the law %'],
    rows: vain(input).map((one) => [
      one.workload,
      one.arm,
      formatNumber(one.lambdaT),
      one.arrival,
      formatPoint(one),
      formatNumber(one.predicted),
    ]),
  }),
};

/** Bursts count as one arrival each, and have no curve of their own. */
function vain({ plan, summary }: ReportInput): Vain[] {
  const arms = armsWith({ plan, summary }, ['polling', 'conditional-polling'], ['uselessPollShare', 'offeredPerS']);
  return arms
    .flatMap((arm): Vain[] => {
      const { uselessPollShare: share, offeredPerS: offered } = arm.metrics;
      if (share === undefined || offered === undefined) return [];
      const workload = workloadOf(plan, arm);
      const { arrival, burstSize } = workload.updates;
      const perS = offered.median / workload.subscribers / (arrival === 'bursts' ? burstSize : 1);
      const at = (perS * workload.poll.intervalMs) / 1000;
      if (at <= 0) return [];
      const percent = (part: number) => round(part * 100);
      const estimate = { median: percent(share.median), low: percent(share.low), high: percent(share.high) };
      return [
        {
          arm: armTitle(arm, summary),
          workload: workload.title,
          lambdaT: round(at),
          planned: round(lambdaT(workload)),
          ...estimate,
          shown: formatPoint(estimate),
          predicted: round(100 * (arrival === 'poisson' ? Math.exp(-at) : Math.max(0, 1 - at))),
          arrival,
        },
      ];
    })
    .sort((a, b) => a.lambdaT - b.lambdaT);
}

/** Both laws from below the least λT to above the largest, at equal steps of its logarithm. */
function curves(values: readonly Vain[]) {
  const low = Math.min(0.01, ...values.map((one) => one.lambdaT));
  const high = Math.max(3, ...values.map((one) => one.lambdaT));
  const steps = 60;
  return Array.from({ length: steps + 1 }, (_, i) => {
    const at = low * (high / low) ** (i / steps);
    return {
      lambdaT: round(at),
      random: round(100 * Math.exp(-at)),
      spaced: round(100 * Math.max(0, 1 - at)),
    };
  });
}
