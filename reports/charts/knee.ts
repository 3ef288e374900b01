import type { TopLevelSpec } from 'vega-lite';
import { formatNumber, formatPoint, type Point, points, type ReportInput, round, sweepOf } from '../data.js';
import type { Chart } from './chart.js';
import { looksOf, quantity, schema, tooltip } from './scales.js';

/** Sweeps in which the load grows; over an interval or a payload there is no knee to find. */
const loads = ['updates per second', 'subscribers'];

interface Loaded {
  readonly arm: string;
  readonly workload: string;
  /** Place in the sweep: the curve may turn back, so it is not drawn in the order of its x. */
  readonly load: number;
  readonly deliveredPerS: number;
  readonly p99Ms: number;
}

export const knee: Chart = {
  id: 'knee',
  group: 'Audience and load',
  name: 'Subscribers it carries',
  question: 'How much is delivered before latency gives way?',
  answer(input) {
    const most = new Map<string, Loaded>();
    for (const one of loaded(input))
      if (one.deliveredPerS > (most.get(one.arm)?.deliveredPerS ?? 0)) most.set(one.arm, one);
    if (most.size === 0) return null;
    const told = [...most.values()].map(
      ({ arm, deliveredPerS, p99Ms }) =>
        `${arm} ${formatNumber(deliveredPerS)} updates a second at a p99 of ${formatNumber(p99Ms)} ms`,
    );
    return `Most delivered here: ${told.join(', ')}.`;
  },
  reading:
    'Each point is one load of the run: to the right what all subscribers together received per second, upwards the 99th percentile of latency, both logarithmic. Loads that follow one another are joined. Where the line turns upwards and stops going right is the knee: more load is only more waiting. Whether it is the server’s or the load generator’s is in the table.',
  concerns: ({ plan }) => loads.includes(sweepOf(plan)?.title ?? ''),
  spec(input) {
    const values = loaded(input);
    if (values.length === 0) return null;
    const { color, shape } = looksOf(input, values, true);
    return {
      $schema: schema,
      data: { values },
      width: 'container',
      height: 320,
      encoding: {
        x: { field: 'deliveredPerS', ...quantity('updates delivered per second, all subscribers', true) },
        y: { field: 'p99Ms', ...quantity('latency p99 (ms)', true) },
        color,
      },
      layer: [
        {
          mark: { type: 'line', strokeWidth: 2, opacity: 0.7 },
          encoding: { order: { field: 'load', type: 'quantitative' }, tooltip: tooltip({ arm: 'transport' }) },
        },
        {
          mark: { type: 'point', filled: true, size: 60, opacity: 1 },
          encoding: {
            shape,
            tooltip: tooltip(
              { arm: 'transport', workload: 'workload' },
              { deliveredPerS: 'delivered per second', p99Ms: 'latency p99, ms' },
            ),
          },
        },
      ],
    } as unknown as TopLevelSpec;
  },
  describe: (input) =>
    `Updates delivered per second and p99 of latency in ms: ${loaded(input)
      .map(
        ({ arm, workload, deliveredPerS, p99Ms }) =>
          `${arm} (${workload}) ${formatNumber(deliveredPerS)}, ${formatNumber(p99Ms)}`,
      )
      .join('; ')}`,
  table(input) {
    const columns = [
      ['offered/s', 'offeredPerS', 1],
      ['delivered/s', 'achievedPerS', 1],
      ['p99 ms', 'latencyP99Us', 1 / 1000],
      ['lost %', 'lostShare', 100],
      ['server, share of a core %', 'serverCpuShare', 100],
      ['generator, share of a core %', 'generatorCpuShare', 100],
    ] as const;
    const values = columns.map(([, metric, scale]) => points(input, metric, scale));
    return {
      head: ['workload', 'transport', ...columns.map(([title]) => title), 'dropped slow'],
      rows: (values[0] ?? []).map((point, i) => [
        point.workload,
        point.arm,
        ...values.map((column) => formatPoint(column[i] as Point)),
        String(input.summary.arms[i]?.counts.droppedSlow ?? 0),
      ]),
    };
  },
};

function loaded(input: ReportInput): Loaded[] {
  const delivered = points(input, 'achievedPerS', 1);
  const p99 = points(input, 'latencyP99Us', 1 / 1000);
  return delivered.flatMap(({ arm, workload, x, median }, i) => {
    const p99Ms = p99[i]?.median;
    // Neither has a place on a logarithmic axis.
    if (median === null || median <= 0 || p99Ms == null || p99Ms <= 0) return [];
    return [{ arm, workload, load: x ?? 0, deliveredPerS: round(median), p99Ms: round(p99Ms) }];
  });
}
