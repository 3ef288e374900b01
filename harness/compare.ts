/**
 * Two runs side by side: per arm and metric the difference, its interval, and whether it is one.
 *
 * Runs of one suite and seed were sent the same updates repetition by repetition, so their values are paired and
 * what they have in common cancels. Times and CPU of two different machines are not compared at all: such a
 * difference would be the machines'. Bytes are the same everywhere and always compared.
 */
import { comparePairs, fewestPairs, pairsOf } from './contrast.js';
import {
  type Arm,
  type Comparison,
  type ComparisonRow,
  type Estimate,
  type MetricId,
  methodVersion,
  type Plan,
  type Summary,
} from './model.js';
import { cliffsDelta, shift } from './stats.js';
import { surroundingDifferences } from './surroundings.js';

export interface ComparedRun {
  readonly plan: Plan;
  readonly summary: Summary;
}

interface Compared {
  readonly metric: MetricId;
  readonly higherIsBetter?: true;
  /** Whether another machine gives the same value. */
  readonly portable?: true;
}

const compared: readonly Compared[] = [
  { metric: 'latencyP50Us' },
  { metric: 'latencyP99Us' },
  { metric: 'serviceLatencyP50Us' },
  { metric: 'stalenessMeanUs' },
  { metric: 'serverCpuUsPerUpdate' },
  { metric: 'serverRssBytes' },
  { metric: 'bytesPerUpdate', portable: true },
  { metric: 'wireDownBytesPerUpdate', portable: true },
  { metric: 'uselessPollShare', portable: true },
  { metric: 'lostShare' },
  { metric: 'goodputPerS', higherIsBetter: true },
];

/** What two runs are compared by. */
export const comparedMetrics: readonly MetricId[] = compared.map(({ metric }) => metric);

/** @param minEffect relative difference below which two values are tied whatever their interval says, 0–1 */
export function compareRuns(a: ComparedRun, b: ComparedRun, minEffect = 0): Comparison {
  const environment = surroundingDifferences(a.plan, b.plan);
  const keys = [...new Set([...a.summary.arms, ...b.summary.arms].map(({ key }) => key))];
  const rows = keys.flatMap((key) =>
    compared.flatMap((what) => {
      const row = compareArm(a, b, key, what, environment, minEffect);
      return row === null ? [] : [row];
    }),
  );
  return {
    methodVersion,
    a: a.plan.runId,
    b: b.plan.runId,
    environment,
    expectedByChance: rows.reduce((sum, { confidence }) => sum + (confidence === null ? 0 : 1 - confidence), 0),
    rows,
  };
}

function compareArm(
  a: ComparedRun,
  b: ComparedRun,
  key: string,
  { metric, higherIsBetter, portable }: Compared,
  environment: readonly string[],
  minEffect: number,
): ComparisonRow | null {
  const armA = a.summary.arms.find((arm) => arm.key === key);
  const armB = b.summary.arms.find((arm) => arm.key === key);
  const ofA = armA?.metrics[metric];
  const ofB = armB?.metrics[metric];
  // Measured in neither: nothing to say, such as useless polls of a push transport.
  if (ofA === undefined && ofB === undefined) return null;
  const row = { arm: key, metric, a: ofA?.median ?? null, b: ofB?.median ?? null };
  const no = (why: string): ComparisonRow => ({
    ...row,
    verdict: 'not comparable',
    why,
    difference: null,
    interval: null,
    confidence: null,
    effect: null,
    relative: null,
    worseByAtLeast: null,
    paired: false,
  });
  if (armA === undefined || armB === undefined) return no(`only in ${armA === undefined ? 'B' : 'A'}`);
  if (ofA === undefined || ofB === undefined) return no(`not measured in ${ofA === undefined ? 'A' : 'B'}`);
  if (!sameWorkload(a.plan, b.plan, armA.workloadId)) return no('the workloads differ');
  if (portable !== true && environment.length > 0) return no(`the environments differ: ${environment.join('; ')}`);
  if (metric.startsWith('wire') && a.plan.wire.method !== b.plan.wire.method)
    return no('bytes on the wire are counted in one and estimated in the other');
  if (Math.min(ofA.values.length, ofB.values.length) < fewestPairs) return no(`fewer than ${fewestPairs} trials`);

  const found = (a.plan.seed === b.plan.seed ? paired(armA, armB, metric) : null) ?? unpaired(ofA, ofB);
  const { difference, low, high } = found;
  const relative = ofA.median === 0 ? null : difference / ofA.median;
  const differs = (low > 0 || high < 0) && (relative === null || Math.abs(relative) >= minEffect);
  const worse = differs && difference > 0 !== (higherIsBetter === true);
  return {
    ...row,
    verdict: differs ? (worse ? 'worse' : 'better') : 'tied',
    why: null,
    difference,
    interval: [low, high],
    confidence: found.confidence,
    effect: found.effect,
    relative,
    worseByAtLeast: worse && ofA.median !== 0 ? Math.min(Math.abs(low), Math.abs(high)) / Math.abs(ofA.median) : null,
    paired: found.paired,
  };
}

interface Difference {
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  readonly confidence: number;
  readonly effect: number;
  readonly paired: boolean;
}

/** Repetition by repetition; null when values and repetitions do not match, or too few do. */
function paired(a: Arm, b: Arm, metric: MetricId): Difference | null {
  const pairs = pairsOf(a, b, metric);
  if (pairs === null || pairs.a.length < fewestPairs) return null;
  const {
    difference: { median, low, high },
    confidence,
    effect,
  } = comparePairs(pairs);
  return { difference: median, low, high, confidence, effect, paired: true };
}

function unpaired({ values: a }: Estimate, { values: b }: Estimate): Difference {
  const { median, low, high, confidence } = shift(a, b);
  return { difference: median, low, high, confidence, effect: cliffsDelta(a, b), paired: false };
}

function sameWorkload(a: Plan, b: Plan, id: string): boolean {
  const find = (plan: Plan) => JSON.stringify(plan.workloads.find((workload) => workload.id === id));
  return find(a) === find(b);
}
