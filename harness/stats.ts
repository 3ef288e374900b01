/**
 * The statistics of the lab: small pure functions.
 *
 * A trial is the unit of replication. Values inside one trial (its thousands of latencies) share one
 * server start, one schedule and one noisy second of the machine, so they say nothing about how much the next
 * trial would differ; the spread between trials does.
 */

/** What every interval aims at, 0–1. Fewer than six values cannot reach it, whatever is done to them. */
export const confidenceAim = 0.95;

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
  const sorted = ascending(values);
  const at = (sorted.length - 1) * q;
  const below = sorted[Math.floor(at)] as number;
  const above = sorted[Math.ceil(at)] as number;
  return below + (above - below) * (at - Math.floor(at));
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * Interval for the median of the population the values come from, without assuming its shape.
 *
 * The k-th smallest and k-th largest of n values hold the median with confidence 1 − 2·P(B < k), B binomial(n, ½)
 * (David & Nagaraja, "Order Statistics", 3rd ed., 7.1). Up to five values that is below 95 % even for the
 * extremes, which are then the interval. From six on it is interpolated between the two k whose confidences lie around
 * 95 % (Hettmansperger & Sheather, "Confidence intervals based on interpolated order statistics", Statistics &
 * Probability Letters 4 (1986)). No bootstrap: its percentile interval covers 87–94 % at 6 to 30 values, this one
 * 94–96 % (docs/decisions/0005, and a test).
 *
 * @throws RangeError for no values
 */
export function medianInterval(values: readonly number[]): Interval {
  if (values.length === 0) throw new RangeError('an interval of no values');
  const sorted = ascending(values);
  const n = sorted.length;
  const at = (k: number): Interval => ({ low: sorted[k - 1] as number, high: sorted[n - k] as number });
  const confidence = (k: number) => 1 - 2 * binomialBelow(n, k);
  if (confidence(1) <= confidenceAim) return at(1);
  let k = 1;
  while (confidence(k + 1) >= confidenceAim) k++;
  const surplus = (confidence(k) - confidenceAim) / (confidence(k) - confidence(k + 1));
  const inward = ((n - k) * surplus) / (k + (n - 2 * k) * surplus);
  const [outer, inner] = [at(k), at(k + 1)];
  return { low: between(outer.low, inner.low, inward), high: between(outer.high, inner.high, inward) };
}

/** What `medianInterval` promises for this many values, 0–1. */
export function confidenceOf(trials: number): number {
  return trials <= 0 ? 0 : Math.min(confidenceAim, 1 - 2 * 0.5 ** trials);
}

/** How the intervals came about, in words for a reader. @param most where some have more trials than others */
export function describeInterval(trials: number, most = trials): string {
  if (most > trials) return describeIntervals(trials, most);
  if (trials <= 1) return 'one trial: no interval';
  if (confidenceOf(trials) < confidenceAim)
    return `smallest to largest of ${trials} trials, which holds the median with ${formatShare(confidenceOf(trials))} confidence`;
  return `95 % interval of the median from the order of ${trials} trials`;
}

function describeIntervals(fewest: number, most: number): string {
  const confidence = fewest <= 1 ? '' : `, which holds it with ${formatShare(confidenceOf(fewest))} confidence or more`;
  const range = `interval of the median from the order of ${fewest} to ${most} trials${confidence}`;
  return fewest <= 1 ? `${range}; none from one alone` : range;
}

/**
 * By how much `b` lies above `a` when nothing pairs their values: the Hodges–Lehmann estimate (median of all
 * differences) with the interval that belongs to the Wilcoxon–Mann–Whitney test. Exact for two distributions of any
 * one shape, one shifted (Hodges & Lehmann, Annals of Mathematical Statistics 34 (1963); Lehmann, "Nonparametrics", 2.5).
 *
 * @returns the shift in the values' unit, and the interval's confidence, below 95 % where few values allow no more
 * @throws RangeError when either has no values
 */
export function shift(
  a: readonly number[],
  b: readonly number[],
): Interval & { readonly median: number; readonly confidence: number } {
  if (a.length === 0 || b.length === 0) throw new RangeError('a shift between no values');
  const differences = ascending(b.flatMap((y) => a.map((x) => y - x)));
  const below = rankSumTail(a.length, b.length);
  let k = 1;
  while (1 - 2 * (below[k] as number) >= confidenceAim) k++;
  return {
    median: median(differences),
    low: differences[k - 1] as number,
    high: differences[differences.length - k] as number,
    confidence: Math.max(0, 1 - 2 * (below[k - 1] as number)),
  };
}

/**
 * How completely two sets of values are apart: P(b > a) − P(b < a) for a random pair, −1 to 1; 0 when neither tends
 * to be larger (Cliff, "Dominance statistics", Psychological Bulletin 114 (1993)).
 *
 * @throws RangeError when either has no values
 */
export function cliffsDelta(a: readonly number[], b: readonly number[]): number {
  if (a.length === 0 || b.length === 0) throw new RangeError('an effect between no values');
  let dominance = 0;
  for (const x of a) for (const y of b) dominance += Math.sign(y - x);
  return dominance / (a.length * b.length);
}

/** P(B < k) for B binomial(n, ½). */
function binomialBelow(n: number, k: number): number {
  let ways = 1;
  let sum = 0;
  for (let i = 0; i < k; i++) {
    sum += ways;
    ways = (ways * (n - i)) / (i + 1);
  }
  return sum / 2 ** n;
}

/**
 * P(U ≤ u) for every u, U the Mann–Whitney statistic of m and n values from one distribution: counted by the
 * recurrence over which set holds the largest value (Mann & Whitney, 1947).
 */
function rankSumTail(m: number, n: number): number[] {
  // ways[j] after i rounds: for each u, in how many orders i values of one set and j of the other give it.
  let ways: number[][] = Array.from({ length: n + 1 }, () => [1]);
  for (let i = 1; i <= m; i++) {
    const next: number[][] = [[1]];
    for (let j = 1; j <= n; j++) {
      const counts = new Array<number>(i * j + 1).fill(0);
      for (const [u, count] of (ways[j] as number[]).entries()) counts[u + j] = (counts[u + j] as number) + count;
      for (const [u, count] of (next[j - 1] as number[]).entries()) counts[u] = (counts[u] as number) + count;
      next.push(counts);
    }
    ways = next;
  }
  const counts = ways[n] as number[];
  const all = counts.reduce((sum, count) => sum + count, 0);
  let sum = 0;
  return counts.map((count) => {
    sum += count;
    return sum / all;
  });
}

function ascending(values: readonly number[]): number[] {
  return [...values].sort((a, b) => a - b);
}

function between(from: number, to: number, part: number): number {
  return from + (to - from) * part;
}

function formatShare(share: number): string {
  return `${Number((share * 100).toFixed(2))} %`;
}

/**
 * Interval for a share of which `hits` of `n` were seen, 95 %: Wilson's, which stays within 0–1 and holds for few
 * (Wilson, "Probable inference", Journal of the American Statistical Association 22 (1927)).
 */
export function shareInterval(hits: number, n: number): Interval {
  if (n === 0) return { low: 0, high: 1 };
  const z = 1.959964;
  const share = hits / n;
  const centre = share + (z * z) / (2 * n);
  const half = z * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
  const scale = 1 + (z * z) / n;
  return { low: Math.max(0, (centre - half) / scale), high: Math.min(1, (centre + half) / scale) };
}
