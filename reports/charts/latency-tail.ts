import { armTitle, type ReportInput, round } from '../data.js';
import { leastOf } from '../findings.js';
import type { Chart } from './chart.js';
import { type CurvePoint, curvePoints, curveSpec, quantileMs, quantileTable } from './latency-curves.js';
import { quantity } from './scales.js';

const listed = [0.5, 0.9, 0.99, 0.999, 0.9999];

/**
 * HdrHistogram's percentile plot: the axis is 1 ÷ (1 − share), logarithmic, so that each further nine of a percentile
 * gets as much room as the one before, and the tail is not pressed into the last pixel.
 */
export const latencyTail: Chart = {
  id: 'latency-tail',
  group: 'How late, how old',
  name: 'Its tail',
  question: 'How late do the unluckiest updates arrive?',
  answer: (input) =>
    leastOf(input, { metric: 'latencyP99Us', scale: 1e-3, unit: 'ms', what: 'lowest 99th percentile' }),
  reading:
    'Each step to the right is ten times rarer: one update in 10, in 100, in 1,000; upwards is later, logarithmic. A flat line keeps its promise even then. The axis is that of HdrHistogram’s percentile plots.',
  spec: (input) =>
    curveSpec(input, tailPoints(input), {
      x: {
        field: 'oneIn',
        type: 'quantitative',
        title: 'percentile of updates',
        scale: { type: 'log' },
        axis: {
          values: [1, 2, 10, 100, 1000, 10_000],
          labelExpr: "datum.value === 1 ? '0 %' : format(1 - 1 / datum.value, '.4~%')",
          grid: true,
        },
      },
      y: { field: 'ms', ...quantity('latency (ms)', true), axis: { tickCount: 4 } },
    }),
  describe: (input) =>
    input.summary.arms
      .map(
        (arm) =>
          `${armTitle(arm, input.summary)}: one in 100 later than ${quantileMs(arm.latencyQuantiles, 0.99)} ms, one in 1,000 than ${quantileMs(arm.latencyQuantiles, 0.999)} ms`,
      )
      .join('; '),
  table: (input) => quantileTable(input, listed),
};

/** About equal steps on this axis: what lies between would be drawn on top of them. */
const tailShares = [0, 0.2, 0.4, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995, 0.9998, 0.9999];

interface TailPoint extends CurvePoint {
  /** One update in this many is later. */
  readonly oneIn: number;
}

/** The maximum has no place on an axis that ends nowhere; the table of latencies has it. */
function tailPoints(input: ReportInput): TailPoint[] {
  return curvePoints(input, listed, tailShares)
    .filter(({ share }) => share < 1)
    .map((point) => ({ ...point, oneIn: round(1 / (1 - point.share)) }));
}
