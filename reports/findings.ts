/** The summary in one sentence, and in one table: what is best only where nothing else may be as good. */
import type { Workload } from '../contract/trial.js';
import {
  type Arm,
  clockBoundUs,
  type Estimate,
  figureOfInterval,
  type MetricId,
  type Outcome,
  outcomes,
  type Summary,
  timedByClock,
} from '../harness/model.js';
import {
  armTitle,
  formatCount,
  formatNumber,
  formatPoint,
  mainWorkload,
  type ReportInput,
  workloadLabel,
  workloadOf,
} from './data.js';

interface Column {
  readonly title: string;
  readonly metric: MetricId;
  readonly scale: number;
  readonly applies?: (arm: Arm) => boolean;
}

export const findingColumns: readonly Column[] = [
  { title: 'latency p50, ms', metric: 'latencyP50Us', scale: 1e-3 },
  { title: 'latency p99, ms', metric: 'latencyP99Us', scale: 1e-3 },
  { title: 'mean staleness, ms', metric: 'stalenessMeanUs', scale: 1e-3 },
  { title: 'socket bytes per update', metric: 'bytesPerUpdate', scale: 1 },
  {
    title: 'useless polls, %',
    metric: 'uselessPollShare',
    scale: 100,
    applies: ({ transport }) => transport.endsWith('polling'),
  },
  { title: 'server CPU per update, µs', metric: 'serverCpuUsPerUpdate', scale: 1 },
];

/** Of what is certain, this much is no reason to choose; `pushlab compare` takes the same for its default. */
const leastEffect = 0.01;

/**
 * The arms that none beats for certain: the lowest, and all that may be as low.
 *
 * Two arms of one workload were sent the same updates in each repetition, so what the updates and the machine did to both
 * cancels in their paired differences: those decide where there are enough of them, and overlapping intervals elsewhere.
 */
export function leaders(arms: readonly Arm[], metric: MetricId, { contrasts }: Pick<Summary, 'contrasts'>): Arm[] {
  const measured = arms.filter((arm) => arm.metrics[metric] !== undefined);
  const [first] = [...measured].sort((a, b) => of(a, metric).median - of(b, metric).median);
  if (first === undefined) return [];
  const overlapping = lowest(measured, (arm) => of(arm, metric));
  return measured.filter((arm) => {
    if (arm === first) return true;
    const pair = contrasts.find(
      (one) =>
        one.metric === metric &&
        ((one.a === first.key && one.b === arm.key) || (one.a === arm.key && one.b === first.key)),
    );
    if (pair === undefined || pair.verdict === 'too few') return overlapping.includes(arm);
    const isBeaten = pair.verdict === (pair.a === first.key ? 'higher' : 'lower');
    return !isBeaten || (pair.ratio !== null && Math.abs(pair.ratio.median - 1) < leastEffect);
  });
}

/** The lowest median, and everything whose interval overlaps its own. */
export function lowest<T>(items: readonly T[], estimateOf: (item: T) => Estimate): T[] {
  const first = items.reduce<T | null>(
    (best, item) => (best === null || estimateOf(item).median < estimateOf(best).median ? item : best),
    null,
  );
  return first === null ? [] : items.filter((item) => estimateOf(item).low <= estimateOf(first).high);
}

/**
 * One sentence: of a sweep its last workload, which is the largest; of other suites the first, which they are about; of
 * a run made for claims, its verdicts.
 */
export function finding(input: ReportInput): string {
  const { summary, plan } = input;
  const measured = summary.arms.some(({ trials }) => trials > 0) || summary.probes.some((p) => p.notMeasured === null);
  if (plan.claims !== null && measured) return tally(input, plan.claims);
  const told = compared(input);
  return told === null ? 'No trial of this run could be counted.' : `${told} ${lostSentence(input)}`.trimEnd();
}

/** Who has the least of what, in the workload that the report speaks of first; null where none of its trials counts. */
export function compared(input: ReportInput): string | null {
  const { summary, plan } = input;
  const workload = mainWorkload(input);
  const arms = summary.arms.filter((arm) => arm.workloadId === workload?.id && arm.trials > 0);
  if (workload === undefined || arms.length === 0) return null;
  if (arms.length === 1) return `${oneArm(arms[0] as Arm, summary)}.`;
  const parts = [
    clause(arms, summary, 'latencyP50Us', 1e-3, 'ms', 'lowest median latency'),
    clause(arms, summary, 'bytesPerUpdate', 1, 'bytes', 'fewest bytes per delivered update'),
    clause(arms, summary, 'serverCpuUsPerUpdate', 1, 'µs', 'least server CPU per delivered update'),
  ].filter((part) => part !== null);
  const single = arms.some(({ trials }) => trials < 2)
    ? 'One trial of an arm only, so differences may be chance: '
    : '';
  const where = plan.workloads.length > 1 ? ` (${workload.title})` : '';
  if (parts.length === 0) return 'Nothing that could be compared was measured.';
  return `${upperFirst(`${single}${parts.join('; ')}`)}${where}.`;
}

/** What a chart answers its question with. */
export interface Asked {
  readonly metric: MetricId;
  readonly scale: number;
  readonly unit: string;
  /** What the least of it is called: `lowest median latency`. */
  readonly what: string;
}

/**
 * Who has the least of a figure, ties as ties; of a sweep at its two ends, of a run made for claims in the workload that
 * most transports share. Null where nothing was measured.
 */
export function leastOf(input: ReportInput, { metric, scale, unit, what }: Asked): string | null {
  const { plan, summary } = input;
  const spoken = plan.claims === null ? [plan.workloads[0], plan.workloads.at(-1)] : [mainWorkload(input)];
  const ends = [...new Set(spoken)].filter((workload) => workload !== undefined);
  const told = ends.flatMap((workload) => {
    const arms = summary.arms.filter(({ workloadId, trials }) => workloadId === workload.id && trials > 0);
    const said = clause(arms, summary, metric, scale, unit, what);
    if (said === null) return [];
    return [plan.workloads.length === 1 ? upperFirst(said) : `${workloadLabel(plan, workload)}: ${said}`];
  });
  return told.length === 0 ? null : `${told.join('. ')}.`;
}

/** As they stand in a sentence behind their number. */
const spoken: Readonly<Record<Outcome, readonly [one: string, more: string]>> = {
  reproduced: ['is reproduced', 'are reproduced'],
  'holds under stated conditions': ['holds under stated conditions', 'hold under stated conditions'],
  contradicted: ['is contradicted', 'are contradicted'],
  'refuted by arithmetic': ['is refuted by arithmetic', 'are refuted by arithmetic'],
  undefined: ['is undefined', 'are undefined'],
  inconclusive: ['is inconclusive', 'are inconclusive'],
  'not testable here': ['is not testable here', 'are not testable here'],
  'not tested': ['is not tested', 'are not tested'],
};

/** How many claims of those the run was made for got which verdict. */
function tally(input: ReportInput, asked: readonly string[]): string {
  const { verdicts } = input.verdicts;
  const judged = verdicts.filter(({ id }) => asked.includes(id));
  const parts = outcomes.flatMap((outcome) => {
    const number = judged.filter((verdict) => verdict.outcome === outcome).length;
    return number === 0 ? [] : [`${number} ${spoken[outcome][number === 1 ? 0 : 1]}`];
  });
  return `Of ${asked.length} ${asked.length === 1 ? 'claim' : 'claims'} ${parts.join(', ') || 'none was judged'}. ${lostSentence(input)}`.trimEnd();
}

function clause(
  arms: readonly Arm[],
  summary: Summary,
  metric: MetricId,
  scale: number,
  unit: string,
  what: string,
): string | null {
  const found = standing(arms, summary, metric, scale);
  if (found === null) return null;
  const { names, figures, worst, measured } = found;
  if (measured === 1) return `${what}: ${names[0]} (${figures} ${unit}), the only one measured`;
  if (names.length === measured) return `${what}: all tied (${figures} ${unit})`;
  const against = worst === null ? '' : `, against ${worst}`;
  return `${what}: ${joinNames(names)}${names.length > 1 ? ', tied' : ''} (${figures} ${unit}${against})`;
}

interface Standing {
  /** Of those that nobody is better than. */
  readonly names: readonly string[];
  /** Their medians, from the least to the largest. */
  readonly figures: string;
  /** `716 of Interval polling`; null where whoever has most is among the best. */
  readonly worst: string | null;
  /** How many arms have the figure. */
  readonly measured: number;
}

/** Who is best in a figure of which less is better, and who is worst; null where nobody has it. */
export function standing(arms: readonly Arm[], summary: Summary, metric: MetricId, scale: number): Standing | null {
  const best = leaders(arms, metric, summary);
  const measured = arms.filter((arm) => arm.metrics[metric] !== undefined);
  if (best.length === 0) return null;
  const worst = measured.reduce((a, b) => (of(a, metric).median >= of(b, metric).median ? a : b));
  const value = (arm: Arm) => medianText(of(arm, metric), scale);
  const byMedian = [...best].sort((a, b) => of(a, metric).median - of(b, metric).median).map(value);
  return {
    names: best.map((arm) => armTitle(arm, summary)),
    figures: [...new Set([byMedian[0], byMedian.at(-1)])].join('–'),
    worst: best.includes(worst) ? null : `${value(worst)} of ${armTitle(worst, summary)}`,
    measured: measured.length,
  };
}

/** In as many digits as its interval supports. */
function medianText({ median, low, high }: Estimate, scale: number): string {
  return figureOfInterval({ median: median * scale, low: low * scale, high: high * scale }).figure;
}

function oneArm(arm: Arm, summary: Summary): string {
  const p50 = arm.metrics.latencyP50Us;
  const ms = (estimate: Estimate) =>
    formatPoint({ median: estimate.median / 1e3, low: estimate.low / 1e3, high: estimate.high / 1e3 });
  return `${armTitle(arm, summary)}: median latency ${p50 === undefined ? 'not measured' : `${ms(p50)} ms`}`;
}

/** Losses that a workload is made for are told from those that nobody wanted. */
function lostSentence({ plan, summary: { arms } }: ReportInput): string {
  const lostIn = (some: readonly Arm[]) => some.reduce((sum, { counts }) => sum + counts.lost, 0);
  const lost = lostIn(arms);
  const expected = arms.reduce((sum, { counts }) => sum + counts.expected, 0);
  if (expected === 0) return '';
  if (lost === 0) return 'Nothing was lost.';
  const unwanted = lostIn(arms.filter((arm) => !isMadeToBreak(workloadOf(plan, arm))));
  const where =
    unwanted === lost
      ? ''
      : `, ${unwanted === 0 ? 'all of them' : `all but ${formatCount(unwanted)} of them`} where connections were broken on purpose or a proxy was in the way`;
  return `${formatCount(lost)} of ${formatCount(expected)} deliveries were lost${where}.`;
}

function isMadeToBreak({ faults = [], proxy = 'none' }: Workload): boolean {
  return faults.length > 0 || (proxy !== 'none' && proxy !== 'transparent');
}

/** Best: every other arm is beaten for certain. Tied: one of several that nothing beats. */
export interface FindingCell {
  readonly text: string;
  readonly mark: 'best' | 'tied' | null;
}

/** A cell of the findings table. */
export function cell(input: ReportInput, arm: Arm, column: Column): FindingCell {
  if (column.applies !== undefined && !column.applies(arm)) return { text: '—', mark: null };
  const estimate = arm.metrics[column.metric];
  if (estimate === undefined) return { text: 'not measured', mark: null };
  const scaled = (value: number) => value * column.scale;
  const { resolutionUs } = input.summary;
  if (resolutionUs !== null && timedByClock(column.metric) && estimate.median < resolutionUs)
    return { text: `< ${formatNumber(scaled(resolutionUs))}`, mark: null };
  const sameWorkload = input.summary.arms.filter(
    ({ workloadId, metrics }) => workloadId === arm.workloadId && metrics[column.metric] !== undefined,
  );
  const best = leaders(sameWorkload, column.metric, input.summary);
  const bound = scaled(clockBoundUs(arm, column.metric));
  return {
    text: formatPoint({
      median: scaled(estimate.median),
      low: scaled(estimate.low) - bound,
      high: scaled(estimate.high) + bound,
      ...(bound === 0 ? {} : { bound }),
    }),
    // One trial has no interval to go by, and one arm has nobody to beat.
    mark:
      estimate.values.length < 2 || sameWorkload.length < 2 || !best.includes(arm)
        ? null
        : best.length === 1
          ? 'best'
          : 'tied',
  };
}

function of(arm: Arm, metric: MetricId): Estimate {
  return arm.metrics[metric] as Estimate;
}

export function joinNames(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
