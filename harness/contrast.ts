/**
 * Two arms set against each other, repetition by repetition.
 *
 * Repetitions of one seed are sent the same updates and run within one block of the mirrored order, so what they have
 * in common (arrivals, a machine that gets busier) cancels in each difference.
 */
import { type Arm, type Contrast, clockBoundUs, type MetricId, metricsWithContrast, timedByClock } from './model.js';
import { cliffsDelta, confidenceOf, median, medianInterval } from './stats.js';

/** Fewer pairs than this say too little; as for verdicts on claims. */
export const fewestPairs = 3;

/** Values of two arms that belong to one repetition each. */
export interface Pairs {
  readonly a: readonly number[];
  readonly b: readonly number[];
}

/** Null when a metric was not measured in every counted trial of both, for then nothing says which value is whose. */
export function pairsOf(a: Arm, b: Arm, metric: MetricId): Pairs | null {
  const ofA = a.metrics[metric]?.values;
  const ofB = b.metrics[metric]?.values;
  if (ofA?.length !== a.repetitions.length || ofB?.length !== b.repetitions.length) return null;
  const both = a.repetitions.flatMap((repetition, i) => {
    const j = b.repetitions.indexOf(repetition);
    return j < 0 ? [] : [[ofA[i] as number, ofB[j] as number] as const];
  });
  return both.length === 0 ? null : { a: both.map(([x]) => x), b: both.map(([, y]) => y) };
}

export type Compared = Pick<Contrast, 'difference' | 'ratio' | 'effect' | 'confidence' | 'verdict' | 'pairs'>;

/**
 * @param resolution differences smaller than this are tied whatever their interval says, in the metric's unit
 * @throws RangeError for no pairs
 */
export function comparePairs({ a, b }: Pairs, resolution = 0): Compared {
  const difference = ranged(b.map((value, i) => value - (a[i] as number)));
  const positive = [...a, ...b].every((value) => value > 0);
  const apart = (difference.low > 0 || difference.high < 0) && Math.abs(difference.median) >= resolution;
  return {
    pairs: a.length,
    difference,
    ratio: positive ? ranged(b.map((value, i) => value / (a[i] as number))) : null,
    effect: cliffsDelta(a, b),
    confidence: confidenceOf(a.length),
    verdict: a.length < fewestPairs ? 'too few' : apart ? (difference.median > 0 ? 'higher' : 'lower') : 'tied',
  };
}

/**
 * Every pair of arms of one workload, for each metric worth comparing.
 *
 * @param resolutionUs what this instrument can tell apart, in µs; 0 where it was not measured
 */
export function contrasts(arms: readonly Arm[], resolutionUs: number): Contrast[] {
  return arms.flatMap((a, i) =>
    arms
      .slice(i + 1)
      .filter((b) => b.workloadId === a.workloadId)
      .flatMap((b) =>
        metricsWithContrast.flatMap((metric): Contrast[] => {
          const pairs = pairsOf(a, b, metric);
          if (pairs === null) return [];
          const resolution = timedByClock(metric)
            ? Math.max(resolutionUs, clockBoundUs(a, metric), clockBoundUs(b, metric))
            : 0;
          return [{ workloadId: a.workloadId, metric, a: a.key, b: b.key, ...comparePairs(pairs, resolution) }];
        }),
      ),
  );
}

function ranged(values: readonly number[]): Contrast['difference'] {
  return { median: median(values), ...medianInterval(values) };
}
