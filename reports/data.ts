/** The summary as rows for charts and tables: units as people read them, and what varies in a sweep. */
import { type TransportId, transports } from '../contract/transports.js';
import type { Workload } from '../contract/trial.js';
import {
  type Arm,
  type CodecBench,
  clockBoundUs,
  type Evidence,
  type Figure,
  figureOfInterval,
  fixed,
  formatNumber,
  type MetricId,
  type Plan,
  rangeOf,
  type Summary,
  stepOf,
  type Trace,
  type Verdicts,
} from '../harness/model.js';

export { formatCount, formatNumber } from '../harness/model.js';

export interface ReportInput {
  readonly plan: Plan;
  readonly summary: Summary;
  readonly verdicts: Verdicts;
  /** What was measured beside the trials. */
  readonly probes?: NonNullable<Evidence['probes']>;
  /** Null: `npm run bench:codec` has not been run. */
  readonly codec: CodecBench | null;
  /** One subscriber of each arm, where its trial kept every delivery; absent: none were read. */
  readonly traces?: readonly Trace[];
}

/** The one number that differs between the workloads of a suite. */
export interface Sweep {
  readonly title: string;
  of(workload: Workload): number;
}

const sweepable: readonly Sweep[] = [
  { title: 'subscribers', of: ({ subscribers }) => subscribers },
  { title: 'updates per second', of: ({ updates }) => updates.rateHz },
  { title: 'poll interval (ms)', of: ({ poll }) => poll.intervalMs },
  { title: 'payload (bytes)', of: ({ payloadBytes }) => payloadBytes },
];

/** Null when there is one workload, when they differ in more than one number, or when two have the same. */
export function sweepOf({ workloads }: Pick<Plan, 'workloads'>): Sweep | null {
  if (workloads.length < 2) return null;
  const valuesOf = (sweep: Sweep) => new Set(workloads.map(sweep.of)).size;
  const [first, ...others] = sweepable.filter((sweep) => valuesOf(sweep) > 1);
  return first !== undefined && others.length === 0 && valuesOf(first) === workloads.length ? first : null;
}

/** Whether a workload stands for a product, as the suites call it. */
export function isProduct({ id }: Workload): boolean {
  return /^(scenario|fresh)-/.test(id);
}

/**
 * The workload that a report speaks of first: of a sweep the largest, of a run made for claims the one that most
 * transports share, a product where it has one; of other suites the first, which they are about.
 */
export function mainWorkload({ plan, summary }: Pick<ReportInput, 'plan' | 'summary'>): Workload | undefined {
  if (sweepOf(plan) !== null) return plan.workloads.at(-1);
  if (plan.claims === null) return plan.workloads[0];
  const transports = new Map<string, Set<TransportId>>();
  for (const { workloadId, transport, trials } of summary.arms) {
    if (trials > 0) transports.set(workloadId, (transports.get(workloadId) ?? new Set()).add(transport));
  }
  const transportsOf = ({ id }: Workload) => transports.get(id)?.size ?? 0;
  const products = plan.workloads.filter((workload) => isProduct(workload) && transportsOf(workload) > 1);
  return (products.length > 0 ? products : plan.workloads).reduce<Workload | undefined>(
    (best, workload) => (best === undefined || transportsOf(workload) > transportsOf(best) ? workload : best),
    undefined,
  );
}

export function workloadOf({ workloads }: Plan, { workloadId }: Arm): Workload {
  return workloads.find(({ id }) => id === workloadId) as Workload;
}

/** What tells a workload from the others of its run: the sweep's value, else its title. */
export function workloadLabel(plan: Plan, workload: Workload): string {
  const sweep = sweepOf(plan);
  return sweep === null ? workload.title : `${sweep.of(workload).toLocaleString('en')} ${sweep.title}`;
}

/** What tells an arm from others of its transport and workload: client and subject, as far as the run has several. */
export function armVariant(arm: Arm, { arms }: Summary): string {
  return varietyOf(arms)
    .map((what) => arm[what])
    .join(', ');
}

type Variety = readonly ('client' | 'subject')[];
const varieties = new WeakMap<Summary['arms'], Variety>();

/** In what the arms of a run differ beside transport and workload; looked up once, as each row of each chart asks. */
function varietyOf(arms: Summary['arms']): Variety {
  let variety = varieties.get(arms);
  if (variety === undefined) {
    variety = (['client', 'subject'] as const).filter((what) => new Set(arms.map((one) => one[what])).size > 1);
    varieties.set(arms, variety);
  }
  return variety;
}

/** Every variant of the run; one, without a name, where its arms differ by transport and workload only. */
export function variantsOf({ summary }: ReportInput): string[] {
  return [...new Set(summary.arms.map((arm) => armVariant(arm, summary)))];
}

/** What an arm is called where its workload is known: its transport, and what else tells it apart. */
export function armTitle(arm: Arm, summary: Summary): string {
  const several = varietyOf(summary.arms).includes('subject');
  const others = [
    // Raw sockets are the usual client: naming them in every row would only be noise.
    ...(arm.client === 'raw' ? [] : [arm.client]),
    ...(several ? [arm.subject] : []),
    ...(arm.loop === 'closed' ? ['closed loop'] : []),
  ];
  const { title } = transports[arm.transport];
  return others.length === 0 ? title : `${title} (${others.join(', ')})`;
}

/** One figure of one arm; null where it was not measured. */
export interface Point {
  readonly arm: string;
  readonly transport: TransportId;
  /** Of several, whose it is; absent where there is one. */
  readonly variant?: string;
  readonly workload: string;
  /** The sweep's value; absent without a sweep. */
  readonly x?: number;
  readonly median: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** How far a page's clock may be off: no finer than this is the figure, and its interval is wider by it. */
  readonly bound?: number;
  /** One for each trial that measured it. */
  readonly values: readonly number[];
}

/** @param scale from the metric's unit to the one shown */
export function points(input: ReportInput, metric: MetricId, scale: number): Point[] {
  const { plan, summary } = input;
  const sweep = sweepOf(plan);
  const several = variantsOf(input).length > 1;
  return summary.arms.map((arm) => {
    const estimate = arm.metrics[metric];
    const workload = workloadOf(plan, arm);
    const bound = clockBoundUs(arm, metric) * scale;
    const step = bound === 0 ? 0 : stepOf(bound);
    const stepped = (value: number) => round(step === 0 ? value : Math.round(value / step) * step);
    const shown = (value: number | undefined) => (value === undefined ? null : stepped(value * scale));
    return {
      arm: armTitle(arm, summary),
      transport: arm.transport,
      ...(several ? { variant: armVariant(arm, summary) } : {}),
      workload: workloadLabel(plan, workload),
      ...(sweep === null ? {} : { x: sweep.of(workload) }),
      median: shown(estimate?.median),
      low: withBound(shown(estimate?.low), -bound),
      high: withBound(shown(estimate?.high), bound),
      ...(bound === 0 ? {} : { bound: round(bound) }),
      values: (estimate?.values ?? []).map((value) => stepped(value * scale)),
    };
  });
}

/** A latency is above zero, however little is known of the clocks; and a logarithmic scale has no zero. */
function withBound(value: number | null, bound: number): number | null {
  return value === null || bound === 0 ? value : round(Math.max(value + bound, Math.min(value, Math.abs(bound) / 10)));
}

/** Six significant digits: more would be noise, and bytes of report. */
export function round(value: number): number {
  return Number(value.toPrecision(6));
}

export function presentArms({ summary }: ReportInput): { title: string; transport: TransportId }[] {
  const seen = new Map<string, TransportId>();
  for (const arm of summary.arms) seen.set(armTitle(arm, summary), arm.transport);
  return [...seen].map(([title, transport]) => ({ title, transport }));
}

/** `12.3 [11.0–14.2]`, in no more digits than the interval supports; without one where it would show one value twice. */
export function formatPoint({ median, low, high, bound }: Pick<Point, 'median' | 'low' | 'high' | 'bound'>): string {
  if (median === null) return 'not measured';
  if (low === null || high === null) return formatNumber(median);
  const { figure, range } =
    bound === undefined ? figureOfInterval({ median, low, high }) : inSteps({ median, low, high }, stepOf(bound));
  return range === null ? figure : `${figure} [${range}]`;
}

/** In steps of a page's clock, which are told even of an interval without width. */
function inSteps({ median, low, high }: { median: number; low: number; high: number }, step: number): Figure {
  const decimals = Math.max(0, -Math.floor(Math.log10(step)));
  const [figure, from, to] = [median, low, high].map((value) => fixed(value, decimals)) as [string, string, string];
  return { figure, range: rangeOf(from, to) };
}
