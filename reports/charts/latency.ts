import type { TopLevelSpec } from 'vega-lite';
import { formatPoint, points, sweepOf } from '../data.js';
import { leastOf } from '../findings.js';
import type { Chart } from './chart.js';
import { describePoints, figureSpec } from './figure.js';
import { cloudsOrSweeps } from './rainclouds.js';

const quantiles = [
  { metric: 'latencyP50Us', title: 'p50' },
  { metric: 'latencyP90Us', title: 'p90' },
  { metric: 'latencyP99Us', title: 'p99' },
] as const;

const serviceQuantiles = [
  { metric: 'serviceLatencyP50Us', title: 'service p50' },
  { metric: 'serviceLatencyP99Us', title: 'service p99' },
] as const;

export const latency: Chart = {
  id: 'latency',
  group: 'How late, how old',
  name: 'Latency',
  question: 'How long after its intended time does an update arrive?',
  answer: (input) => leastOf(input, { metric: 'latencyP50Us', scale: 1e-3, unit: 'ms', what: 'lowest median latency' }),
  reading:
    'The hill is where updates arrive, all trials together, each scaled to its own peak and without the last half percent. Below it, from left to right, p50, p90 and p99 as medians over trials, each with its interval; then a line for each trial, outliers too: its 5th to 95th percentile, thick around its middle half, with a dot at its median. Where workloads differ in one number only, the median is drawn over that number. The scale is logarithmic. Latency counts from when the schedule meant the update to leave, so a stalling server cannot hide its stall; the table has the service latency beside it, which counts from the publication. For polling it holds the updates that were seen.',
  spec(input): TopLevelSpec | null {
    return sweepOf(input.plan) === null
      ? cloudsOrSweeps(input)
      : figureSpec(input, {
          metric: 'latencyP50Us',
          scale: 1e-3,
          axisTitle: 'latency p50 (ms)',
          log: true,
        });
  },
  describe: (input) =>
    quantiles.map(({ metric, title }) => `${title} in ms: ${describePoints(points(input, metric, 1e-3))}`).join('. '),
  table(input) {
    const columns = [...quantiles, ...serviceQuantiles];
    const byQuantile = columns.map(({ metric }) => points(input, metric, 1e-3));
    const several = input.plan.workloads.length > 1;
    return {
      head: [...(several ? ['workload'] : []), 'transport', ...columns.map(({ title }) => `${title} ms`)],
      rows: (byQuantile[0] ?? []).map((point, i) => [
        ...(several ? [point.workload] : []),
        point.arm,
        ...byQuantile.map((column) => formatPoint(column[i] as (typeof column)[number])),
      ]),
    };
  },
};
