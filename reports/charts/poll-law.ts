import type { TopLevelSpec } from 'vega-lite';
import { armsWith, lambdaT } from '../../claims/evidence.js';
import { armTitle, formatNumber, formatPoint, type ReportInput, round, workloadOf } from '../data.js';
import type { Chart } from './chart.js';
import { armColour, armShape, schema } from './shared.js';

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
}

export const pollLaw: Chart = {
  id: 'poll-law',
  question: 'Does the share of useless polls follow from updates per poll?',
  answer(input) {
    const found = vain(input);
    if (found.length === 0) return null;
    const furthest = Math.max(...found.map(({ median, predicted }) => Math.abs(median - predicted)));
    return `From λT = ${formatNumber(Math.min(...found.map((one) => one.lambdaT)))} to ${formatNumber(Math.max(...found.map((one) => one.lambdaT)))} the measured share is ${formatNumber(furthest)} points off the law at most.`;
  },
  reading:
    'To the right the updates that come in a poll interval (λT, by the rate that came about), logarithmic; upwards the polls that bring nothing. The solid curve is the law for random arrivals, e^(−λT), the dashed one that for evenly spaced ones, 1 − λT. Crosses are published shares of wasted polls: each is right at one λT, and no property of polling.',
  concerns: (input) => new Set(vain(input).map(({ planned }) => planned)).size > 1,
  spec(input) {
    const values = vain(input);
    if (values.length === 0) return null;
    const x = { field: 'lambdaT', type: 'quantitative', title: 'updates per poll (λT)', scale: { type: 'log' } };
    const y = (field: string) => ({
      field,
      type: 'quantitative',
      title: 'useless polls (%)',
      scale: { domain: [0, 100] },
    });
    return {
      $schema: schema,
      data: { values: [...values, ...claimed, ...curves(values)] },
      width: 'container',
      height: 300,
      layer: [
        {
          // Rows of another kind in between would break the line.
          transform: [{ filter: { field: 'random', valid: true } }],
          mark: { type: 'line', color: 'theme:reference' },
          encoding: { x, y: y('random') },
        },
        {
          transform: [{ filter: { field: 'spaced', valid: true } }],
          mark: { type: 'line', color: 'theme:reference', strokeDash: [4, 3] },
          encoding: { x, y: y('spaced') },
        },
        {
          mark: { type: 'rule', strokeWidth: 3, opacity: 0.55 },
          encoding: { x, y: y('low'), y2: { field: 'high' }, color: armColour(input, false) },
        },
        {
          mark: { type: 'point', filled: true, size: 70, opacity: 1 },
          encoding: { x, y: y('median'), color: armColour(input, false), shape: armShape(input) },
        },
        {
          mark: { type: 'point', shape: 'cross', size: 120, color: 'theme:reference', strokeWidth: 2 },
          encoding: { x, y: y('claimedShare') },
        },
        {
          mark: { type: 'text', dx: 10, dy: -8, align: 'left', color: 'theme:reference' },
          encoding: { x, y: y('claimedShare'), text: { field: 'claim' } },
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
      return [
        {
          arm: armTitle(arm, summary),
          workload: workload.title,
          lambdaT: round(at),
          planned: round(lambdaT(workload)),
          median: round(share.median * 100),
          low: round(share.low * 100),
          high: round(share.high * 100),
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
