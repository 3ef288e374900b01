/**
 * The table at the end of a run: one row per arm, intervals beside medians, nothing hidden when it is missing. Where it
 * would not fit, a block per figure with bars.
 */
import type { TrialPlan } from '../contract/trial.js';
import { leaders } from '../reports/findings.js';
import { figureOf } from '../reports/verdict-figure.js';
import { formatTable } from './columns.js';
import {
  type Arm,
  clockBoundUs,
  type Estimate,
  fixed,
  formatCount,
  type MetricId,
  type Outcome,
  outcomeMarks,
  type Plan,
  rangeOf,
  type Summary,
  stepOf,
  timedByClock,
  type Verdicts,
} from './model.js';
import { estimated } from './numbers.js';
import { plainTerminal, type Style, styled, type Terminal, wrapped } from './terminal.js';

interface Column {
  readonly title: string;
  readonly metric: MetricId;
  /** From the metric's own unit to the column's. */
  readonly scale: number;
  /** What the figure can say of transports that it does not apply to. */
  readonly appliesTo?: (transport: TrialPlan['transport']) => boolean;
}

const polls = (transport: TrialPlan['transport']) => transport.endsWith('polling');

const columns: readonly Column[] = [
  { title: 'latency p50 ms', metric: 'latencyP50Us', scale: 1e-3 },
  { title: 'p99 ms', metric: 'latencyP99Us', scale: 1e-3 },
  { title: 'staleness ms', metric: 'stalenessMeanUs', scale: 1e-3 },
  { title: 'bytes/update', metric: 'bytesPerUpdate', scale: 1 },
  { title: 'useless polls %', metric: 'uselessPollShare', scale: 100, appliesTo: polls },
  { title: 'server CPU µs/update', metric: 'serverCpuUsPerUpdate', scale: 1 },
];

export function formatSummary(plan: Plan, summary: Summary, terminal: Terminal = plainTerminal): string {
  const blocks = plan.workloads.flatMap((workload) => {
    const arms = summary.arms.filter(({ workloadId }) => workloadId === workload.id);
    return arms.length === 0 ? [] : [`${wrapped(workload.title, terminal)}\n${formatArms(arms, summary, terminal)}`];
  });
  const notes =
    summary.arms.length === 0
      ? []
      : [`median over trials, [low–high]: ${summary.intervalMethod}; ${marks.best} best, ${marks.tied} tied for best`];
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
  const told = notes.map((note) => styled(wrapped(note, terminal, 2), 'dim', terminal));
  return `${[...blocks, told.join('\n')].join('\n\n')}\n`;
}

/** What the trust apparatus takes of a run: the floor before it, and the readings at each window's edges. */
function costOfMeasuring({ floor, metering: { perTrialUs, share } }: Summary): string[] {
  if (perTrialUs === null || share === null) return [];
  const before = floor === null ? '' : `${(floor.elapsedMs / 1000).toFixed(1)} s for the floor and `;
  return [
    `measuring the measurement: ${before}${(perTrialUs / 1000).toFixed(1)} ms a trial, ${(share * 100).toFixed(1)} % of the run`,
  ];
}

const outcomeStyles: Readonly<Record<Outcome, Style>> = {
  reproduced: 'green',
  'holds under stated conditions': 'green',
  contradicted: 'red',
  'refuted by arithmetic': 'red',
  undefined: 'yellow',
  inconclusive: 'yellow',
  'not testable here': 'dim',
  'not tested': 'dim',
};

/** A line for each verdict, then what is not in this run in one, then the judges that failed. */
export function formatVerdicts({ verdicts, broken }: Verdicts, terminal: Terminal = plainTerminal): string {
  const untested = verdicts.filter(({ outcome }) => outcome === 'not tested').map(({ id }) => id);
  const lines = [
    ...verdicts
      .filter(({ outcome }) => outcome !== 'not tested')
      .map((verdict) => {
        const { id, outcome, title, value } = verdict;
        const named = `${outcomeMarks[outcome]} ${outcome}`;
        const text = wrapped(
          `${id.padEnd(4)} ${named}: ${title}${value === null ? '' : ` — ${figureOf(verdict)}`}`,
          terminal,
          'A2b  '.length,
        );
        return terminal.colours ? text.replace(named, styled(named, outcomeStyles[outcome], terminal)) : text;
      }),
    ...(untested.length === 0
      ? []
      : [wrapped(`not tested, this run lacks the evidence: ${untested.join(', ')}`, terminal, 2)]),
    ...broken.map(({ id, error }) => wrapped(`${id.padEnd(4)} broken, its judge failed: ${error}`, terminal, 5)),
  ];
  return `${lines.join('\n')}\n`;
}

const marks = { best: '▸', tied: '≈' } as const;

function formatArms(arms: readonly Arm[], summary: Summary, terminal: Terminal): string {
  const cells = columns.map((column) => markedCells(arms, column, summary));
  const counts = (['delivered', 'superseded', 'lost'] as const).map((name) =>
    arms.map(({ counts: of }) => formatCount(of[name])),
  );
  const head = ['transport', ...columns.map(({ title }) => title), 'delivered', 'superseded', 'lost'];
  const table = formatTable([
    head,
    ...arms.map((arm, i) => [armLabel(arm), ...[...cells, ...counts].map((column) => column[i] ?? '')]),
  ]);
  const width = Math.max(...table.split('\n').map((line) => line.length));
  const text =
    width <= terminal.columns ? table : `${stacked(arms, cells, counts, terminal)}\n(as a table: ${width} columns)`;
  // The figure, not its interval.
  return terminal.colours ? text.replace(/[▸≈] \S+/g, (figure) => styled(figure, 'bold', terminal)) : text;
}

/** The cells of a column; what no arm beats bears a mark, and one of its own where several tie for it. */
function markedCells(arms: readonly Arm[], column: Column, summary: Summary): string[] {
  const { metric } = column;
  const measured = arms.filter(({ metrics: { [metric]: of } }) => of !== undefined && of.values.length > 1);
  const best = leaders(measured, metric, summary);
  return arms.map((arm) => {
    const text = formatCell(arm, column, summary.resolutionUs ?? 0);
    const isMarked = measured.length > 1 && best.includes(arm) && /^\d/.test(text);
    return isMarked ? `${best.length === 1 ? marks.best : marks.tied} ${text}` : text;
  });
}

/** Bars shorter than this say nothing. */
const shortestBar = 6;
const longestBar = 40;

/** A block per figure: each arm with its cell and, where there is room, a bar as long as its median. */
function stacked(
  arms: readonly Arm[],
  cells: readonly (readonly string[])[],
  counts: readonly (readonly string[])[],
  { columns: room }: Terminal,
): string {
  const names = arms.map(armLabel);
  const nameWidth = Math.max(...names.map((name) => name.length));
  const blocks = columns.map(({ title, metric }, at) => {
    const own = cells[at] ?? [];
    const width = Math.max(...own.map((cell) => cell.length));
    const medians = arms.map(({ metrics }) => metrics[metric]?.median ?? 0);
    const barRoom = Math.min(longestBar, room - nameWidth - width - 7);
    const lines = own.map((cell, i) => {
      const length = barRoom < shortestBar ? 0 : Math.round(((medians[i] ?? 0) / Math.max(...medians, 1e-9)) * barRoom);
      return `  ${(names[i] ?? '').padEnd(nameWidth)}  ${cell.padStart(width)}  ${'▇'.repeat(length)}`.trimEnd();
    });
    return `${title}\n${lines.join('\n')}`;
  });
  const outcome = arms.map(
    (_, i) => `  ${(names[i] ?? '').padEnd(nameWidth)}  ${counts.map((of) => of[i]).join(' / ')}`,
  );
  return `${blocks.join('\n')}\ndelivered / superseded / lost\n${outcome.join('\n')}`;
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

function formatCell(arm: Arm, { metric, scale, appliesTo }: Column, resolutionUs: number): string {
  if (appliesTo !== undefined && !appliesTo(arm.transport)) return '—';
  const estimate = arm.metrics[metric];
  if (estimate === undefined) return 'not measured';
  if (timedByClock(metric) && estimate.median < resolutionUs) return `< ${(resolutionUs * scale).toPrecision(2)}`;
  const bound = clockBoundUs(arm, metric) * scale;
  return bound === 0 ? estimated(estimate, scale) : formatStepped(estimate, scale, stepOf(bound));
}

/** No finer than the clocks allow: `1.2 [1.0–1.4] ±0.2`. */
function formatStepped({ median, low, high, values }: Estimate, scale: number, step: number): string {
  const decimals = Math.max(0, -Math.floor(Math.log10(step)));
  const format = (value: number) => fixed(Math.round((value * scale) / step) * step, decimals);
  const interval = values.length < 2 ? '' : ` [${rangeOf(format(low), format(high))}]`;
  return `${format(median)}${interval} ±${step}`;
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
