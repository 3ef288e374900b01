/**
 * What polling and SSE cost under loads between those that were measured: a cost is a sum of terms (so much for each poll,
 * for each delivery, for each second), and how much is fitted to the arms.
 *
 * Fitted by least squares of relative errors, so that a quiet arm counts as much as a busy one, with no coefficient below
 * zero: of that problem's solution those terms that are above zero are the plain least-squares solution for them alone
 * (C. Lawson, R. Hanson, "Solving Least Squares Problems", 1974, chapter 23), and with three terms every choice of them
 * can be tried. Each repetition is fitted by itself; the spread of what the fits say is the interval.
 */
import { spread } from '../claims/evidence.js';

export interface Load {
  readonly subscribers: number;
  readonly rateHz: number;
  readonly intervalMs: number;
  readonly payloadBytes: number;
  readonly arrival: 'poisson' | 'periodic';
}

/** How often something that costs comes about, per second. */
type Term = (load: Load) => number;

export interface Terms {
  readonly polling: readonly Term[];
  readonly sse: readonly Term[];
}

/** Both arms of a workload, in the repetitions that both have. */
export interface Seen {
  readonly load: Load;
  readonly repetitions: readonly {
    readonly repetition: number;
    /** As it came about: of few random updates that is not what was planned. */
    readonly rateHz: number;
    /** Cost per second, in any one unit. */
    readonly polling: number;
    readonly sse: number;
  }[];
}

export interface Range {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

export interface CostModel {
  readonly terms: Terms;
  /** Coefficients, a set a repetition. */
  readonly fits: readonly { readonly polling: readonly number[]; readonly sse: readonly number[] }[];
  /** The factor within which the fitted ratio meets the measured one in four workloads of five. */
  readonly within: number;
  /** And the one by which it misses it where it is furthest off. */
  readonly furthestOff: number;
}

export const everySecond: Term = () => 1;
export const polls: Term = ({ subscribers, intervalMs }) => (subscribers * 1000) / intervalMs;
/** Polls that bring something: with random arrivals 1 − e^(−λT) of them, with evenly spaced ones λT, and at most all. */
export const pollsThatBring: Term = (load) => {
  const lambdaT = (load.rateHz * load.intervalMs) / 1000;
  return polls(load) * (load.arrival === 'poisson' ? 1 - Math.exp(-lambdaT) : Math.min(1, lambdaT));
};
/** Instants at which the source publishes: its timer has steps of 1 ms, and what is due within one goes out together. */
export const ticks: Term = ({ rateHz, arrival }) =>
  arrival === 'poisson' ? 1000 * (1 - Math.exp(-rateHz / 1000)) : Math.min(1000, rateHz);
/**
 * What waking up for these costs. Each comes cheaper the sooner it follows upon another, as the process has hardly gone to
 * sleep: from 1 to 1,000 updates a second the reference run's servers follow the square root.
 */
export const wakeUps: Term = (load) => Math.sqrt(ticks(load));
/** Writes to a socket: one for each subscriber and instant. */
export const sends: Term = (load) => load.subscribers * ticks(load);
export const deliveries: Term = ({ subscribers, rateHz }) => subscribers * rateHz;
export const times =
  (term: Term): Term =>
  (load) =>
    term(load) * load.payloadBytes;

/** A fit through as many loads as it has coefficients would hold whatever was measured. */
const spareLoads = 1;
const fewestFits = 2;
const metShare = 0.8;

/** Null where too little was measured for as many terms. */
export function fitCosts(seen: readonly Seen[], terms: Terms): CostModel | null {
  const all = seen.flatMap(({ load, repetitions }) =>
    repetitions.map((one) => ({ ...one, load: { ...load, rateHz: one.rateHz } })),
  );
  const fits = [...new Set(all.map(({ repetition }) => repetition))].flatMap((repetition) => {
    const own = all.filter((one) => one.repetition === repetition);
    if (own.length < Math.max(terms.polling.length, terms.sse.length) + spareLoads) return [];
    const of = (arm: 'polling' | 'sse') =>
      fit(
        terms[arm],
        own.map((one) => ({ load: one.load, cost: one[arm] })),
      );
    const [polling, sse] = [of('polling'), of('sse')];
    return polling === null || sse === null ? [] : [{ polling, sse }];
  });
  if (fits.length < fewestFits) return null;
  const plain = { terms, fits, within: 1, furthestOff: 1 };
  const misses = seen.flatMap((one) => {
    const measured = measuredRatio(one);
    return measured === null ? [] : [Math.abs(Math.log(modelledRatio(plain, one) / measured.median))];
  });
  const sorted = [0, ...misses].sort((a, b) => a - b);
  const factor = (share: number) => Math.exp(at(sorted, Math.ceil(share * misses.length)));
  return { ...plain, within: factor(metShare), furthestOff: factor(1) };
}

/** Polling ÷ SSE by the model, with the spread over repetitions, widened by the factor within which it mostly meets a measured one. */
export function ratioAt({ terms, fits, within }: CostModel, load: Load): Range {
  const ratios = fits.map(({ polling, sse }) => cost(terms.polling, polling, load) / cost(terms.sse, sse, load));
  const { median, low, high } = range(ratios);
  return { median, low: low / within, high: high * within };
}

/** Polling ÷ SSE as measured, repetition by repetition; null where none has a cost of both. */
export function measuredRatio({ repetitions }: Seen): Range | null {
  const ratios = repetitions.filter(({ sse }) => sse > 0).map(({ polling, sse }) => polling / sse);
  return ratios.length === 0 ? null : range(ratios);
}

/** What the model says of the very updates that came about. */
export function modelledRatio(model: CostModel, { load, repetitions }: Seen): number {
  return range(repetitions.map(({ rateHz }) => ratioAt(model, { ...load, rateHz }).median)).median;
}

export type Winner = 'polling' | 'sse' | 'tied';

export function winnerOf({ low, high }: Range): Winner {
  return high < 1 ? 'polling' : low > 1 ? 'sse' : 'tied';
}

/** Coefficients at or above zero; null where no term explains anything. */
export function fit(
  terms: readonly Term[],
  seen: readonly { readonly load: Load; readonly cost: number }[],
): number[] | null {
  const rows = seen.filter(({ cost }) => cost > 0).map(({ load, cost }) => terms.map((term) => term(load) / cost));
  let best: { readonly error: number; readonly found: number[] } | null = null;
  for (let chosen = 1; chosen < 2 ** terms.length; chosen++) {
    const places = terms.flatMap((_, i) => (chosen & (1 << i) ? [i] : []));
    const solved = leastSquares(rows.map((row) => places.map((place) => row[place] as number)));
    if (solved === null || solved.some((value) => value < 0)) continue;
    const found = terms.map((_, i) => solved[places.indexOf(i)] ?? 0);
    const error = rows.reduce((sum, row) => sum + (dot(row, found) - 1) ** 2, 0);
    if (best === null || error < best.error) best = { error, found };
  }
  return best?.found ?? null;
}

/** Of `rows · x ≈ 1`, by the normal equations with columns scaled alike; null where columns depend on one another. */
function leastSquares(rows: readonly (readonly number[])[]): number[] | null {
  const width = rows[0]?.length ?? 0;
  const scales = Array.from({ length: width }, (_, i) =>
    Math.sqrt(rows.reduce((sum, row) => sum + at(row, i) ** 2, 0)),
  );
  if (width === 0 || scales.some((scale) => scale === 0)) return null;
  const scaled = rows.map((row) => row.map((value, i) => value / at(scales, i)));
  const equations = scales.map((_, i) => [
    ...scales.map((_, j) => scaled.reduce((sum, row) => sum + at(row, i) * at(row, j), 0)),
    scaled.reduce((sum, row) => sum + at(row, i), 0),
  ]);
  return solve(equations)?.map((value, i) => value / at(scales, i)) ?? null;
}

/** By Gauss's elimination with pivots; the last of each equation is its right side. */
function solve(equations: readonly (readonly number[])[]): number[] | null {
  const left = equations.map((row) => [...row]);
  const n = left.length;
  for (let column = 0; column < n; column++) {
    const below = left.slice(column).map((row) => Math.abs(at(row, column)));
    const pivot = column + below.indexOf(Math.max(...below));
    [left[column], left[pivot]] = [left[pivot] as number[], left[column] as number[]];
    const own = left[column] as number[];
    if (Math.abs(at(own, column)) < singular) return null;
    for (const [i, row] of left.entries()) {
      if (i === column) continue;
      const factor = at(row, column) / at(own, column);
      for (let j = column; j <= n; j++) row[j] = at(row, j) - factor * at(own, j);
    }
  }
  return left.map((row, i) => at(row, n) / at(row, i));
}

/** Columns have length 1 each: a pivot below this is what rounding left of none. */
const singular = 1e-9;

function cost(terms: readonly Term[], coefficients: readonly number[], load: Load): number {
  return dot(
    terms.map((term) => term(load)),
    coefficients,
  );
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * at(b, i), 0);
}

function at(values: readonly number[], i: number): number {
  return values[i] as number;
}

function range(values: readonly number[]): Range {
  const { median, low, high } = spread(values);
  return { median, low, high };
}
