import type { TopLevelSpec } from 'vega-lite';
import { busy, keptUpShare, type Limit, type PushSweep, pushSweeps, slowerBy } from '../../claims/knee.js';
import type { Estimate } from '../../harness/model.js';
import { armTitle, formatPoint, type ReportInput, round } from '../data.js';
import type { Chart } from './chart.js';
import { panelHeightPx, panelWidthPx } from './rows.js';
import { looksOf, quantity, schema, tooltip } from './scales.js';

const panels = { delivered: 'delivered (%)', p99: 'p99 (ms)' } as const;

export const pushKnee: Chart = {
  id: 'push-knee',
  group: 'Audience and load',
  name: 'Rate it carries',
  question: 'From which push rate on does the server fall behind?',
  answer(input) {
    const found = sweeps(input).map(({ title, sweep }) => `${title} ${told(sweep.limit)}`);
    return found.length === 0 ? null : `The knee of claim A16: ${found.join('; ')}.`;
  },
  reading: `To the right the rate of updates, each owed to every subscriber. Above, what of all that is offered arrives in time; below, how late the last hundredth is. The vertical line is the knee: the first rate at which less than ${keptUpShare * 100} % is delivered, the p99 is over ${slowerBy} times that at the lowest rate, or subscribers are dropped, while the server’s core is ${busy.server * 100} % busy or it drops or loses. Hollow points: the load generator’s core was over ${busy.generator * 100} % busy, so it has a part in them.`,
  concerns: (input) => sweeps(input).length > 0,
  spec(input) {
    const values = sweeps(input).flatMap(({ title, sweep }) => rows(title, sweep));
    if (values.length === 0) return null;
    const x = { type: 'quantitative', title: 'updates per second', scale: { type: 'log', nice: false, padding: 20 } };
    const { color, shape } = looksOf(input, values, true);
    const told = (title: string) => tooltip({ arm: 'transport', shown: title }, { rateHz: 'updates per second' });
    const y = (field: string, title: string, log: boolean) => ({ field, ...quantity(title, log) });
    const panel = (title: string, log: boolean) => ({
      transform: [{ filter: { field: 'panel', equal: title } }],
      width: panelWidthPx,
      height: panelHeightPx,
      layer: [
        {
          mark: { type: 'rule', strokeDash: [4, 3], strokeWidth: 2 },
          encoding: {
            x: { ...x, field: 'knee' },
            color,
            tooltip: tooltip({ arm: 'transport' }, { knee: 'knee, updates per second' }),
          },
        },
        {
          mark: { type: 'rule', strokeWidth: 3, opacity: 0.55 },
          encoding: {
            x: { ...x, field: 'rateHz' },
            y: y('low', title, log),
            y2: { field: 'high' },
            color,
            tooltip: told(title),
          },
        },
        {
          mark: { type: 'line', strokeWidth: 2, opacity: 0.7 },
          encoding: {
            x: { ...x, field: 'rateHz' },
            y: y('median', title, log),
            color,
            tooltip: tooltip({ arm: 'transport' }),
          },
        },
        ...[1, 0].map((solid) => ({
          transform: [{ filter: { field: 'solid', equal: solid } }],
          mark: { type: 'point', filled: solid === 1, size: 70, opacity: 1, strokeWidth: 2 },
          encoding: {
            x: { ...x, field: 'rateHz' },
            y: y('median', title, log),
            color,
            shape,
            tooltip: told(title),
          },
        })),
      ],
    });
    return {
      $schema: schema,
      data: { values },
      vconcat: [panel(panels.delivered, false), panel(panels.p99, true)],
    } as unknown as TopLevelSpec;
  },
  describe: (input) =>
    `Delivered and p99 by updates per second: ${
      sweeps(input)
        .flatMap(({ title, sweep }) => rows(title, sweep))
        .map((row) => `${row.arm} at ${row.rateHz.toLocaleString('en')}: ${row.panel} ${formatPoint(row)}`)
        .join('; ') || 'not measured'
    }`,
  table: (input) => ({
    head: ['transport', 'updates/s', 'delivered %', 'p99 ms', 'server CPU %', 'load generator CPU %', 'dropped'],
    rows: sweeps(input).flatMap(({ title, sweep }) =>
      sweep.loads.map(({ rateHz, arm }) =>
        arm === undefined
          ? [title, rateHz.toLocaleString('en'), ...Array(5).fill('not measured')]
          : [
              title,
              rateHz.toLocaleString('en'),
              formatPoint(delivered(arm.metrics.achievedPerS, arm.metrics.offeredPerS)),
              formatPoint(scaled(arm.metrics.latencyP99Us, 1e-3)),
              formatPoint(scaled(arm.metrics.serverCpuShare, 100)),
              formatPoint(scaled(arm.metrics.generatorCpuShare, 100)),
              arm.counts.droppedSlow.toLocaleString('en'),
            ],
      ),
    ),
  }),
};

function told(limit: Limit | null): string {
  if (limit === null) return 'not to be told, as its lowest rate was not measured';
  if (limit.by === 'server') return `between ${limit.knee.before} and ${limit.knee.at} updates a second`;
  const why = {
    'load generator': 'the load generator is full',
    neither: 'it falls behind and no core is seen to be full',
    'not measured': 'the next rate has no trial that counts',
    'end of the sweep': 'the sweep ends',
  };
  return `not up to ${limit.from} updates a second, where ${why[limit.by]}`;
}

function sweeps({ plan, summary }: ReportInput): { title: string; sweep: PushSweep }[] {
  return pushSweeps({ plan, summary }).flatMap((sweep) => {
    const arm = sweep.loads.find((load) => load.arm !== undefined)?.arm;
    return arm === undefined ? [] : [{ title: armTitle(arm, summary), sweep }];
  });
}

function rows(title: string, { loads, limit }: PushSweep) {
  return loads.flatMap(({ rateHz, arm }) => {
    if (arm === undefined) return [];
    const { achievedPerS, offeredPerS, latencyP99Us, generatorCpuShare } = arm.metrics;
    const solid = (generatorCpuShare?.median ?? 0) >= busy.generator ? 0 : 1;
    const knee = limit?.by === 'server' && limit.knee.at === rateHz ? { knee: rateHz } : {};
    return [
      { arm: title, rateHz, panel: panels.delivered, ...delivered(achievedPerS, offeredPerS), solid, ...knee },
      { arm: title, rateHz, panel: panels.p99, ...scaled(latencyP99Us, 1e-3), solid, ...knee },
    ];
  });
}

function delivered(achieved: Estimate | undefined, offered: Estimate | undefined) {
  return scaled(achieved, offered === undefined ? Number.NaN : 100 / offered.median);
}

function scaled(estimate: Estimate | undefined, by: number) {
  const at = (value: number | undefined) => (value === undefined || Number.isNaN(by) ? null : round(value * by));
  const found = { median: at(estimate?.median), low: at(estimate?.low), high: at(estimate?.high) };
  return { ...found, shown: formatPoint(found) };
}
