/**
 * The statistics of the lab, in one screenful or two: small pure functions.
 *
 * A trial is the unit of replication. Values inside one trial (its thousands of latencies) share one
 * server start, one schedule and one noisy second of the machine, so they say nothing about how much the next
 * trial would differ; the spread between trials does.
 */
import { type Random, seededRandom } from '../contract/random.js';

/** @throws RangeError for no values */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/**
 * Sample quantile by linear interpolation between order statistics: definition 7 of Hyndman & Fan,
 * "Sample Quantiles in Statistical Packages", The American Statistician 50 (1996), R's default.
 *
 * @param q 0–1
 * @throws RangeError for no values or a q outside its range
 */
export function quantile(values: readonly number[], q: number): number {
  if (values.length === 0) throw new RangeError('a quantile of no values');
  if (!(q >= 0 && q <= 1)) throw new RangeError(`quantile ${q} is not in 0–1`);
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * q;
  const below = sorted[Math.floor(at)] as number;
  const above = sorted[Math.ceil(at)] as number;
  return below + (above - below) * (at - Math.floor(at));
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Up to this many trials an interval is exact order statistics; beyond, the bootstrap has enough to draw from. */
export const mostForOrderStatistics = 9;

/**
 * Interval for the median of the population the trials come from.
 *
 * Few trials: from the smallest to the largest, which holds the median unless all n fell on the same side of
 * it: confidence 1 − 2·(1/2)ⁿ exactly, whatever the distribution (David & Nagaraja, "Order Statistics", 3rd ed.,
 * 7.1). It cannot be chosen: 5 trials give 93.75 %, and one gives none. More trials: percentile bootstrap
 * of the median (Efron & Tibshirani, "An Introduction to the Bootstrap", ch. 13) at 95 %, seeded.
 *
 * @throws RangeError for no values
 */
export function medianInterval(values: readonly number[], seed = 1): Interval {
  if (values.length === 0) throw new RangeError('an interval of no values');
  if (values.length <= mostForOrderStatistics) return { low: Math.min(...values), high: Math.max(...values) };
  const random = seededRandom(seed);
  const medians = Array.from({ length: bootstrapResamples }, () => median(resample(values, random)));
  return { low: quantile(medians, 0.025), high: quantile(medians, 0.975) };
}

/** Enough for the second digit of a 95 % bound (Efron & Tibshirani, 13.3, ask for about 1,000). */
const bootstrapResamples = 2000;

function resample(values: readonly number[], random: Random): number[] {
  return values.map(() => values[Math.floor(random() * values.length)] as number);
}

/** What `medianInterval` promises for this many trials, 0–1. */
export function confidenceOf(trials: number): number {
  if (trials <= 0) return 0;
  return trials <= mostForOrderStatistics ? 1 - 2 * 0.5 ** trials : 0.95;
}

/** How the intervals came about, in words for a reader. */
export function describeInterval(trials: number): string {
  if (trials <= 1) return 'one trial: no interval';
  if (trials <= mostForOrderStatistics)
    return `smallest to largest of ${trials} trials, which holds the median with ${formatShare(confidenceOf(trials))} confidence`;
  return `95 % percentile bootstrap of the median over ${trials} trials`;
}

/** Two intervals that share a value are tied: neither is called better. */
export function overlap(a: Interval, b: Interval): boolean {
  return a.low <= b.high && b.low <= a.high;
}

function formatShare(share: number): string {
  return `${Number((share * 100).toFixed(2))} %`;
}
