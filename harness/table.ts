/** The table at the end of a run: one row per arm, intervals beside medians, nothing hidden when it is missing. */
import type { TrialPlan } from '../contract/trial.js';
import {
  type Arm,
  clockBoundUs,
  type Estimate,
  type MetricId,
  type Plan,
  type Summary,
  stepOf,
  timedByClock,
  type Verdicts,
} from './model.js';

interface Column {
  readonly title: string;
  readonly metric: MetricId;
  /** From the metric's own unit to the column's. */
  readonly scale: number;
  readonly decimals: number;
  /** What the figure can say of transports that it does not apply to. */
  readonly appliesTo?: (transport: TrialPlan['transport']) => boolean;
}

const polls = (transport: TrialPlan['transport']) => transport.endsWith('polling');

const columns: readonly Column[] = [
  { title: 'latency p50 ms', metric: 'latencyP50Us', scale: 1e-3, decimals: 2 },
  { title: 'p99 ms', metric: 'latencyP99Us', scale: 1e-3, decimals: 2 },
  { title: 'staleness ms', metric: 'stalenessMeanUs', scale: 1e-3, decimals: 1 },
  { title: 'bytes/update', metric: 'bytesPerUpdate', scale: 1, decimals: 0 },
  { title: 'useless polls %', metric: 'uselessPollShare', scale: 100, decimals: 1, appliesTo: polls },
  { title: 'server CPU µs/update', metric: 'serverCpuUsPerUpdate', scale: 1, decimals: 0 },
];

export function formatSummary(plan: Plan, summary: Summary): string {
  const blocks = plan.workloads.flatMap((workload) => {
    const arms = summary.arms.filter(({ workloadId }) => workloadId === workload.id);
    return arms.length === 0 ? [] : [`${workload.title}\n${formatArms(arms, summary)}`];
  });
  const notes = summary.arms.length === 0 ? [] : [`median over trials, [low–high]: ${summary.intervalMethod}`];
  for (const { id, notMeasured } of summary.probes)
    notes.push(notMeasured === null ? `measured beside the trials: ${id}.json` : `${id} not measured: ${notMeasured}`);
  if (summary.excluded.length > 0) notes.push(`${summary.excluded.length} of ${summary.planned} trials left out:`);
  for (const { trialId, reason } of summary.excluded.slice(0, 5)) notes.push(`  ${trialId}: ${reason}`);
  if (summary.excluded.length > 5) notes.push('  … all in summary.json');
  for (const [reason, number] of countReasons(summary.notRun))
    notes.push(`${number} of ${summary.planned} trials not run: ${reason}`);
  const warnings = summary.warnings.filter(({ warning }) => !warning.disqualifying);
  if (warnings.length > 0) notes.push(`${warnings.length} warnings: ${countKinds(warnings)}`);
  notes.push(...costOfMeasuring(summary));
  return `${[...blocks, notes.join('\n')].join('\n\n')}\n`;
}

/** What the trust apparatus takes of a run: the floor before it, and the readings at each window's edges. */
function costOfMeasuring({ floor, metering: { perTrialUs, share } }: Summary): string[] {
  if (perTrialUs === null || share === null) return [];
  const before = floor === null ? '' : `${(floor.elapsedMs / 1000).toFixed(1)} s for the floor and `;
  return [
    `measuring the measurement: ${before}${(perTrialUs / 1000).toFixed(1)} ms a trial, ${(share * 100).toFixed(1)} % of the run`,
  ];
}

/** A line for each verdict, then what is not in this run in one, then the judges that failed. */
export function formatVerdicts({ verdicts, broken }: Verdicts): string {
  const untested = verdicts.filter(({ outcome }) => outcome === 'not tested').map(({ id }) => id);
  const lines = [
    ...verdicts
      .filter(({ outcome }) => outcome !== 'not tested')
      .map(
        ({ id, outcome, title, value }) => `${id.padEnd(4)} ${outcome}: ${title}${value === null ? '' : ` — ${value}`}`,
      ),
    ...(untested.length === 0 ? [] : [`not tested, this run lacks the evidence: ${untested.join(', ')}`]),
    ...broken.map(({ id, error }) => `${id.padEnd(4)} broken, its judge failed: ${error}`),
  ];
  return `${lines.join('\n')}\n`;
}

/** Left-aligned first column, right-aligned others. */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function formatArms(arms: readonly Arm[], { resolutionUs }: Summary): string {
  const head = ['transport', ...columns.map(({ title }) => title), 'delivered', 'superseded', 'lost'];
  const rows = arms.map((arm) => [
    armLabel(arm),
    ...columns.map((column) => formatCell(arm, column, resolutionUs ?? 0)),
    String(arm.counts.delivered),
    String(arm.counts.superseded),
    String(arm.counts.lost),
  ]);
  return formatTable([head, ...rows]);
}

/** The transport, and what is not as usual. */
function armLabel({ transport, client, subject, loop }: Arm): string {
  const unusual = [
    ...(client === 'raw' ? [] : [client]),
    ...(subject === 'uws' ? [] : [subject]),
    ...(loop === 'closed' ? ['closed loop'] : []),
  ];
  return unusual.length === 0 ? transport : `${transport} (${unusual.join(', ')})`;
}

function formatCell(arm: Arm, { metric, scale, decimals, appliesTo }: Column, resolutionUs: number): string {
  if (appliesTo !== undefined && !appliesTo(arm.transport)) return '—';
  const estimate = arm.metrics[metric];
  if (estimate === undefined) return 'not measured';
  if (timedByClock(metric) && estimate.median < resolutionUs) return `< ${(resolutionUs * scale).toPrecision(2)}`;
  const bound = clockBoundUs(arm, metric) * scale;
  return bound === 0
    ? formatEstimate(estimate, scale, decimals)
    : `${formatEstimate(estimate, scale, stepDecimals(bound), stepOf(bound))} ±${stepOf(bound)}`;
}

/** Digits after the point that a step needs. */
function stepDecimals(bound: number): number {
  return Math.max(0, -Math.floor(Math.log10(stepOf(bound))));
}

/** `1.23 [1.10–1.40]`; one value alone has no interval. */
function formatEstimate({ median, low, high, values }: Estimate, scale: number, decimals: number, step = 0): string {
  const stepped = (value: number) => (step === 0 ? value : Math.round(value / step) * step);
  const format = (value: number) => stepped(value * scale).toFixed(decimals);
  return values.length < 2 ? format(median) : `${format(median)} [${format(low)}–${format(high)}]`;
}

function countReasons(notRun: Summary['notRun']): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { reason } of notRun) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return counts;
}

function countKinds(warnings: Summary['warnings']): string {
  const counts = new Map<string, number>();
  for (const { warning } of warnings) counts.set(warning.kind, (counts.get(warning.kind) ?? 0) + 1);
  return [...counts].map(([kind, count]) => `${count} × ${kind}`).join(', ');
}
