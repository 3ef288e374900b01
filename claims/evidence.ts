/** What claims have in common: finding arms, reading their figures, wording them. */
import { faultyPrefix } from '../contract/faults.js';
import type { TransportId } from '../contract/transports.js';
import type { Workload } from '../contract/trial.js';
import {
  type Arm,
  type Estimate,
  type Evidence,
  type Figure,
  fewestTrials,
  figureOfInterval,
  fixed,
  formatNumber,
  type MetricId,
  type Verdict,
} from '../harness/model.js';

/** The article whose claims come first. */
export const article = { title: 'Modern Server-Side Event Implementation (7573)', url: null } as const;

/** How its author came by a constant of the article. */
export const aConstant =
  'Not measured, as far as anybody can see: it stands as a constant in a handler that returns a list of such constants.';

/**
 * Arms of these transports that have a trial and all of these metrics, and in which nothing was wrong on purpose: no
 * fault, no proxy, no pages hidden, taken off or slowed down, and no crowd that loads the server without being measured.
 */
export function armsWith(evidence: Evidence, transports: readonly TransportId[], needed: readonly MetricId[]): Arm[] {
  return disturbedArmsWith(evidence, transports, needed).filter((arm) => {
    const { faults = [], proxy = 'none', browser, crowd = 0 } = workloadOf(evidence, arm);
    const undisturbed = faults.length === 0 && proxy === 'none' && !arm.subject.startsWith(faultyPrefix);
    return undisturbed && crowd === 0 && (browser === undefined || browser.condition === 'ordinary');
  });
}

/** Also those: for claims about just that. */
export function disturbedArmsWith(
  { summary }: Evidence,
  transports: readonly TransportId[],
  needed: readonly MetricId[],
): Arm[] {
  return summary.arms.filter(
    (arm) =>
      arm.trials > 0 && transports.includes(arm.transport) && needed.every((id) => arm.metrics[id] !== undefined),
  );
}

/** The arm that a push or pull arm is to be set against: the same but for its transport. */
export function sameBut(arm: Arm, others: readonly Arm[]): Arm | undefined {
  return others.find(
    ({ workloadId, client, subject }) =>
      workloadId === arm.workloadId && client === arm.client && subject === arm.subject,
  );
}

/** Arms of two transports that differ in nothing else, with what both have measured. */
export function pairsOf(
  evidence: Evidence,
  [one, other]: readonly [TransportId, TransportId],
  needed: readonly MetricId[],
): { readonly a: Arm; readonly b: Arm; readonly workload: Workload }[] {
  const others = armsWith(evidence, [other], needed);
  return armsWith(evidence, [one], needed).flatMap((a) => {
    const b = sameBut(a, others);
    return b === undefined ? [] : [{ a, b, workload: workloadOf(evidence, a) }];
  });
}

/** Of what differs in update rate alone (and in the windows that rates need), the longest row, by rate. */
export function rateSweep<T extends { readonly workload: Workload }>(
  found: readonly T[],
  likeness: (one: T) => string,
): T[] {
  const rows = new Map<string, T[]>();
  for (const one of found) {
    const { id: _id, title: _title, updates, warmupMs: _w, windowMs: _n, drainMs: _d, ...rest } = one.workload;
    const key = JSON.stringify([rest, updates.arrival, updates.burstSize, likeness(one)]);
    rows.set(key, [...(rows.get(key) ?? []), one]);
  }
  const [longest = []] = [...rows.values()].sort((a, b) => b.length - a.length);
  return [...longest].sort((a, b) => a.workload.updates.rateHz - b.workload.updates.rateHz);
}

/** Updates published while a poller waits: what decides whether polls are in vain, and whether polling coalesces. */
export function lambdaT({ updates, poll }: Workload): number {
  return (updates.rateHz * poll.intervalMs) / 1000;
}

/**
 * Where a curve crosses a value, between the two points around it and straight on logarithmic axes; null when it never does.
 *
 * @param points by x, all positive
 */
export function crossing(points: readonly (readonly [number, number])[], value: number): number | null {
  for (const [i, [x1, y1]] of points.entries()) {
    const next = points[i + 1];
    if (next === undefined) return y1 === value ? x1 : null;
    const [x2, y2] = next;
    if ((y1 - value) * (y2 - value) > 0 || y1 === y2) continue;
    return x1 * (x2 / x1) ** (Math.log(value / y1) / Math.log(y2 / y1));
  }
  return null;
}

/** For a verdict: the one figure that answers the claim's. */
export function intervalOf({ median, low, high }: Omit<Estimate, 'values'>, unit: string): Verdict['interval'] {
  return { median, low, high, unit };
}

export function workloadOf({ plan }: Evidence, arm: Arm): Workload {
  return plan.workloads.find(({ id }) => id === arm.workloadId) as Workload;
}

/** Nothing went wrong for anybody. Superseded counts too: every one of them was to have every update. */
export function isClean({ counts }: Arm): boolean {
  const { lost, superseded, reconnects, errors, droppedSlow } = counts;
  return lost + superseded + reconnects + errors + droppedSlow === 0;
}

/** Of each trial of an arm. */
export function serverProcessesOf({ plan }: Evidence, { workloadId, transport, client, subject }: Arm): number {
  const trial = plan.trials.find(
    (one) =>
      one.workloadId === workloadId && one.transport === transport && one.client === client && one.subject === subject,
  );
  return trial?.arrangement?.serverProcesses ?? 1;
}

/** What an arm of several subjects or kinds of client is told apart by: ` (browser, node)`; '' where all are of one. */
export function subjectNote(arm: Arm, arms: readonly Arm[]): string {
  const apart = [
    ...(arms.some(({ client }) => client !== arm.client) ? [arm.client] : []),
    ...(arms.some(({ subject }) => subject !== arm.subject) ? [arm.subject] : []),
  ];
  return apart.length === 0 ? '' : ` (${apart.join(', ')})`;
}

/** @throws Error for a metric that `armsWith` was not asked for */
export function figure(arm: Arm, id: MetricId): Estimate {
  const estimate = arm.metrics[id];
  if (estimate === undefined) throw new Error(`${arm.key} has no ${id}`);
  return estimate;
}

/**
 * One value per repetition from two arms of one workload. Arms of a repetition are sent the same updates, so
 * what they have in common cancels. Null when the two do not pair up.
 *
 * @param fewest pairs; what is only drawn and not judged may do with less
 */
export function paired(
  a: Arm,
  b: Arm,
  id: MetricId,
  combine: (a: number, b: number) => number,
  fewest = fewestTrials,
): (Estimate & { readonly pairs: number }) | null {
  const values: number[] = [];
  const ofA = figure(a, id).values;
  const ofB = figure(b, id).values;
  if (ofA.length !== a.repetitions.length || ofB.length !== b.repetitions.length) return null;
  for (const [index, repetition] of a.repetitions.entries()) {
    const other = b.repetitions.indexOf(repetition);
    if (other >= 0) values.push(combine(ofA[index] as number, ofB[other] as number));
  }
  return values.length < fewest ? null : { ...spread(values), pairs: values.length };
}

/** Median, smallest and largest: the same interval the summary gives for few repeats. */
export function spread(values: readonly number[]): Estimate {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return {
    median: ((sorted[Math.floor(middle)] as number) + (sorted[Math.ceil(middle)] as number)) / 2,
    low: sorted[0] as number,
    high: sorted.at(-1) as number,
    values: [...values],
  };
}

/** All of an interval lies near a figure. To hold the figure is not enough: the wider, the more it holds. */
export function agrees({ low, high }: Pick<Estimate, 'low' | 'high'>, value: number, allowed: number): boolean {
  return low >= value - allowed - rounding && high <= value + allowed + rounding;
}

/** All of it lies farther off than that, on one side. */
export function differs({ low, high }: Pick<Estimate, 'low' | 'high'>, value: number, allowed: number): boolean {
  return high < value - allowed - rounding || low > value + allowed + rounding;
}

/** 0.2 − 0.02 is a little more than 0.18. */
const rounding = 1e-9;

export function contains({ low, high }: Pick<Estimate, 'low' | 'high'>, value: number): boolean {
  return low <= value && value <= high;
}

type Spread = Omit<Estimate, 'values'>;

/** `63.1 % (60.2–65.0)`, of shares. */
export function percents({ median, low, high }: Spread): string {
  const ofAll = { median: median * 100, low: low * 100, high: high * 100 };
  return withUnit(figureOfInterval(ofAll, Math.max(...[median, low, high].map(belowAll))), ' %');
}

/** Of a share: three significant digits, and more before a little less than all is called all of it. */
export function percent(share: number): string {
  const more = belowAll(share);
  if (!Number.isFinite(more)) return digits(share * 100);
  const shown = fixed(share * 100, more);
  return shown.startsWith('100') ? '99.999999' : shown;
}

/** Decimals it takes to tell a share of a little less than all from all, where three digits do not. */
function belowAll(share: number): number {
  if (share >= 1 || digits(share * 100) !== '100') return -Infinity;
  return [2, 3, 4, 5, 6].find((decimals) => !fixed(share * 100, decimals).startsWith('100')) ?? 6;
}

/** `50.2 ms (49.1–51.0)`, from µs. */
export function milliseconds({ median, low, high }: Spread): string {
  return withUnit(figureOfInterval({ median: median / 1000, low: low / 1000, high: high / 1000 }), ' ms');
}

/** `73.1 µs (70.0–75.2)`. */
export function micros(estimate: Spread): string {
  return withUnit(figureOfInterval(estimate), ' µs');
}

/** `4.15 (3.90–4.40)`. */
export function number(estimate: Spread): string {
  return withUnit(figureOfInterval(estimate), '');
}

/** An interval without width in its own digits is none. */
export function withUnit({ figure, range }: Figure, unit: string): string {
  return range === null ? `${figure}${unit}` : `${figure}${unit} (${range})`;
}

/** A sweep in short: its two ends. What lies between is in the value, and one figure is there with its interval. */
export function atEnds(told: readonly string[]): { readonly inShort?: string } {
  const [first] = told;
  return first === undefined || told.length === 1 ? {} : { inShort: `${first} to ${told.at(-1)}` };
}

/** Three significant digits, without an exponent. */
export const digits = (value: number): string => formatNumber(value);
