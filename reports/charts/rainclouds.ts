/**
 * Latencies as rainclouds: of each arm the density of all updates, the estimates with their intervals, and below them every
 * trial (M. Allen et al., "Raincloud plots: a multi-platform tool for robust data visualization", Wellcome Open
 * Research 4:63, 2019).
 *
 * Workloads of one part of a run that differ in one number are not a dozen of such panels but one, over that number.
 */
import type { TopLevelSpec } from 'vega-lite';
import type { Workload } from '../../contract/trial.js';
import type { Arm } from '../../harness/model.js';
import {
  armTitle,
  formatNumber,
  formatPoint,
  points,
  type ReportInput,
  round,
  type Sweep,
  sweepOf,
  workloadLabel,
  workloadOf,
} from '../data.js';
import { density } from '../density.js';
import { partsOf } from '../findings-tables.js';
import { figureTooltip, sweepAxis } from './figure.js';
import { estimates, having } from './marks.js';
import { panelsOf, panelTitle, panelWidthPx } from './rows.js';
import { looksOf, quantity, schema, tooltip } from './scales.js';

/** Along the height of an arm's row, in which the hill's peak is at 1. */
const heights = { estimates: -0.2, firstTrial: -0.4, lastTrial: -1 } as const;
const rowPx = 74;
const sweepPx = 240;
/** A hill of 40 points is smooth; of many arms fewer, so that the file stays small. */
const places = { few: 40, many: 24 } as const;
const manyArms = 8;
const shownQuantiles = [
  ['latencyP50Us', 'p50'],
  ['latencyP90Us', 'p90'],
  ['latencyP99Us', 'p99'],
] as const;

/** Either the rainclouds of one workload, or the median over what several differ in. */
interface Panel {
  readonly title: string;
  readonly workloads: readonly Workload[];
  readonly sweep: Sweep | null;
}

type Row = { readonly arm: string; readonly workload: string } & Readonly<Record<string, unknown>>;

/** Null when nothing was measured. */
export function cloudsOrSweeps(input: ReportInput): TopLevelSpec | null {
  const all = rowsByArm(input);
  const panels = panelsIn(input)
    .map((panel) => ({ ...panel, rows: rowsOf(panel, all) }))
    .filter(({ rows }) => rows.length > 0);
  if (panels.length === 0) return null;
  const values = panels.flatMap(({ rows }) => rows);
  const hasSweep = panels.some(({ sweep }) => sweep !== null);
  const looks = looksOf(input, values, hasSweep);
  const drawn = panels.map(({ sweep, rows }) => (sweep === null ? clouds(rows, looks) : curves(rows, looks, sweep)));
  if (drawn.length === 1) return { $schema: schema, data: { values }, ...drawn[0] } as unknown as TopLevelSpec;
  return {
    $schema: schema,
    data: { values },
    vconcat: panels.map(({ title, sweep }, i) => ({
      transform: [{ filter: { field: sweep === null ? 'workload' : 'panel', equal: title } }],
      title: panelTitle(title),
      ...drawn[i],
    })),
    resolve: { scale: { x: hasSweep ? 'independent' : 'shared', y: 'independent' } },
  } as unknown as TopLevelSpec;
}

function panelsIn(input: ReportInput): Panel[] {
  const { plan } = input;
  return partsOf(input).flatMap(({ title, workloads }): Panel[] => {
    const sweep = sweepOf({ ...plan, workloads: [...workloads] });
    return sweep === null || title === null || !hasOneArmEach(input, workloads)
      ? workloads.map((workload) => ({ title: workloadLabel(plan, workload), workloads: [workload], sweep: null }))
      : [{ title, workloads, sweep }];
  });
}

/** Arms of one transport look alike: as lines nobody could tell them apart, while clouds have their names beside them. */
function hasOneArmEach({ summary }: ReportInput, workloads: readonly Workload[]): boolean {
  return workloads.every(({ id }) => {
    const there = summary.arms.filter(({ workloadId }) => workloadId === id).map(({ transport }) => transport);
    return new Set(there).size === there.length;
  });
}

/** What can be drawn of an arm: its cloud, and its median alone for a line through several workloads. */
interface OfArm {
  readonly workload: Workload;
  readonly cloud: readonly Row[];
  readonly median: readonly Row[];
}

function rowsOf({ title, workloads, sweep }: Panel, all: readonly OfArm[]): Row[] {
  const own = all.filter(({ workload }) => workloads.includes(workload));
  return sweep === null
    ? own.flatMap(({ cloud }) => cloud)
    : own.flatMap(({ workload, median }) => median.map((row) => ({ ...row, panel: title, x: sweep.of(workload) })));
}

function rowsByArm(input: ReportInput): OfArm[] {
  const { plan, summary } = input;
  const quantiles = shownQuantiles.map(([metric, quantile]) =>
    points(input, metric, 1e-3).map(({ arm, workload, median, low, high, bound }): Row[] => {
      if (median === null) return [];
      const shown = formatPoint({ median, low, high, ...(bound === undefined ? {} : { bound }) });
      return [{ arm, workload, quantile, median, low, high, shown }];
    }),
  );
  return summary.arms.map((arm, i) => {
    const workload = workloadOf(plan, arm);
    const names = { arm: armTitle(arm, summary), workload: workloadLabel(plan, workload) };
    const drawn = [...hill(arm, summary.arms.length), ...trials(arm)].map((row) => ({ ...names, ...row }));
    const found = quantiles.map((rows) => rows[i] ?? []);
    return { workload, cloud: [...drawn, ...found.flat()], median: found[0] ?? [] };
  });
}

function hill({ latencyQuantiles, counts }: Arm, arms: number): object[] {
  const found = density(latencyQuantiles, counts.delivered, arms > manyArms ? places.many : places.few);
  const peak = Math.max(...found.map((one) => one.density));
  return found.map((one) => ({
    ms: Number((one.value / 1000).toPrecision(4)),
    height: Number((one.density / peak).toFixed(3)),
  }));
}

/** Below one another, in the order of repetitions. */
function trials({ trialLatencyQuantiles = [], repetitions }: Arm): object[] {
  return trialLatencyQuantiles.flatMap((quantiles, i) => {
    const at = (q: number) => quantiles.find(([one]) => one === q)?.[1];
    const [low, from, middle, to, high] = [0.05, 0.25, 0.5, 0.75, 0.95].map(at);
    if (low === undefined || from === undefined || middle === undefined || to === undefined || high === undefined)
      return [];
    const ms = (us: number) => round(Math.max(us, 1) / 1000);
    const { firstTrial, lastTrial } = heights;
    return [
      {
        lane: round(firstTrial + ((lastTrial - firstTrial) * (i + 0.5)) / trialLatencyQuantiles.length),
        repetition: `repetition ${(repetitions[i] ?? i) + 1}`,
        least: ms(low),
        from: ms(from),
        middle: ms(middle),
        to: ms(to),
        most: ms(high),
        half: `${formatNumber(from / 1000)} to ${formatNumber(to / 1000)}`,
        nearlyAll: `${formatNumber(low / 1000)} to ${formatNumber(high / 1000)}`,
      },
    ];
  });
}

/** A row an arm, its name above it. */
function clouds(rows: readonly Row[], looks: ReturnType<typeof looksOf>) {
  const x = quantity('latency (ms, logarithmic)', true);
  const y = { type: 'quantitative', axis: null, scale: { domain: [heights.lastTrial, 1] } };
  const { color } = looks;
  const ofTrial = tooltip(
    {
      arm: 'transport',
      workload: 'workload',
      repetition: 'trial',
      half: 'middle half, ms',
      nearlyAll: '5th to 95th percentile, ms',
    },
    { middle: 'median, ms' },
  );
  const line = (from: string, to: string, strokeWidth: number, opacity: number) => ({
    ...having('lane'),
    mark: { type: 'rule', strokeWidth, opacity },
    encoding: { x: { ...x, field: from }, x2: { field: to }, y: { ...y, field: 'lane' }, color, tooltip: ofTrial },
  });
  const layer = [
    {
      ...having('height'),
      mark: { type: 'area', opacity: 0.45, interpolate: 'monotone' },
      encoding: {
        x: { ...x, field: 'ms' },
        y: { ...y, field: 'height' },
        y2: { datum: 0 },
        color,
        tooltip: tooltip({ arm: 'transport', workload: 'workload' }),
      },
    },
    line('least', 'most', 1, 0.55),
    line('from', 'to', 2.5, 0.8),
    {
      ...having('lane'),
      mark: { type: 'point', filled: true, shape: 'circle', size: 22, opacity: 1 },
      encoding: { x: { ...x, field: 'middle' }, y: { ...y, field: 'lane' }, color, tooltip: ofTrial },
    },
    ...estimates('x', {
      axis: x,
      at: { y: { ...y, datum: heights.estimates } },
      looks,
      tooltip: tooltip({ arm: 'transport', workload: 'workload', quantile: 'latency', shown: 'ms' }),
    }),
  ];
  return {
    facet: panelsOf('arm', rows),
    spacing: 2,
    spec: { width: panelWidthPx, height: rowPx, layer },
  };
}

/** The medians of several workloads over the number they differ in. */
function curves(rows: readonly Row[], { color, shape, strokeDash }: ReturnType<typeof looksOf>, sweep: Sweep) {
  const title = 'latency p50 (ms)';
  const y = quantity(title, true);
  return {
    width: panelWidthPx,
    height: sweepPx,
    encoding: { x: sweepAxis(rows as readonly { readonly x?: number }[], sweep.title) },
    layer: [
      {
        mark: { type: 'line', strokeWidth: 2 },
        encoding: { y: { ...y, field: 'median' }, color, strokeDash, tooltip: tooltip({ arm: 'transport' }) },
      },
      ...estimates('y', { axis: y, looks: { color, shape }, tooltip: figureTooltip(title) }),
    ],
  };
}
