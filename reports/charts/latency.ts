import type { TopLevelSpec } from 'vega-lite';
import { formatPoint, points, type ReportInput, sweepOf } from '../data.js';
import { leastOf } from '../findings.js';
import type { Chart } from './chart.js';
import { armColour, armShape, describePoints, figureSpec, rowsPerWorkload, schema, trialTicks } from './shared.js';

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
  question: 'How long after its intended time does an update arrive?',
  answer: (input) => leastOf(input, { metric: 'latencyP50Us', scale: 1e-3, unit: 'ms', what: 'lowest median latency' }),
  reading:
    'Each mark is the median over trials of that quantile, the bar behind it its interval, each tick a trial; the scale is logarithmic. Latency counts from when the schedule meant the update to leave, so a stalling server cannot hide its stall. For polling it holds the updates that were seen; those replaced before anyone asked are counted as superseded. The table has the service latency beside it, which counts from the actual publication: where the two differ, the source was late.',
  spec(input) {
    if (sweepOf(input.plan) !== null)
      return figureSpec(input, { metric: 'latencyP50Us', scale: 1e-3, axisTitle: 'latency p50 (ms)', log: true });
    const values = rows(input).filter(({ median }) => median !== null);
    if (values.length === 0) return null;
    const order = [...new Set(values.map(({ arm }) => arm))];
    const x = { type: 'quantitative', title: 'latency (ms, logarithmic)', scale: { type: 'log' } };
    const y = { field: 'arm', type: 'nominal', sort: order, title: null };
    const yOffset = { field: 'quantile', type: 'nominal', sort: ['p50', 'p90', 'p99'] };
    const chart = {
      encoding: { y, yOffset },
      layer: [
        {
          mark: { type: 'rule', strokeWidth: 3, opacity: 0.5 },
          encoding: { x: { ...x, field: 'low' }, x2: { field: 'high' }, color: armColour(input, false) },
        },
        trialTicks(x, armColour(input, false)),
        {
          mark: { type: 'point', filled: true, size: 60, opacity: 1 },
          encoding: { x: { ...x, field: 'median' }, color: armColour(input, false), shape: armShape(input) },
        },
        {
          mark: { type: 'text', align: 'left', dx: 8, fontSize: 10, color: 'theme:reference' },
          encoding: { x: { ...x, field: 'high' }, text: { field: 'quantile', type: 'nominal' } },
        },
      ],
    };
    return {
      $schema: schema,
      data: { values },
      ...rowsPerWorkload(values, 48, chart),
    } as unknown as TopLevelSpec;
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

function rows(input: ReportInput) {
  return quantiles.flatMap(({ metric, title }) =>
    points(input, metric, 1e-3).map((point) => ({ ...point, quantile: title })),
  );
}
