import { armTitle } from '../data.js';
import { leastOf } from '../findings.js';
import type { Chart } from './chart.js';
import { curvePoints, curveSpec, quantileMs, quantileTable } from './latency-curves.js';
import { quantity } from './scales.js';

const listed = [0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99];

export const latencyEcdf: Chart = {
  id: 'latency-ecdf',
  group: 'How late, how old',
  name: 'Its distribution',
  question: 'Which share of the updates arrives within a given time?',
  answer: (input) =>
    leastOf(input, { metric: 'latencyP90Us', scale: 1e-3, unit: 'ms', what: 'soonest for nine updates in ten' }),
  reading:
    'Further left is sooner; a steep line is steady, a long slope at the top a heavy tail. A straight slope over the poll interval is what evenly spread waiting looks like. All trials of an arm together.',
  spec: (input) =>
    curveSpec(input, curvePoints(input, listed), {
      x: { field: 'ms', ...quantity('latency (ms, logarithmic)', true) },
      y: {
        field: 'share',
        type: 'quantitative',
        title: 'share of updates within',
        axis: { format: '%' },
        scale: { domain: [0, 1] },
      },
    }),
  describe: (input) =>
    input.summary.arms
      .map((arm) => {
        const at = (q: number) => quantileMs(arm.latencyQuantiles, q);
        return `${armTitle(arm, input.summary)}: half within ${at(0.5)} ms, 95 % within ${at(0.95)} ms`;
      })
      .join('; '),
  table: (input) => quantileTable(input, listed),
};
