/**
 * Two runs side by side: per arm and metric the difference, its interval, and whether it is one.
 *
 * Runs of one suite and seed were sent the same updates repetition by repetition, so their values are paired and
 * what they have in common cancels. Times and CPU of two different machines are not compared at all: such a
 * difference would be the machines'. Bytes are the same everywhere and always compared.
 */
import { type Arm, type Estimate, type MetricId, methodVersion, type Plan, type Summary } from './model.js';
import { median, medianInterval } from './stats.js';

export type Verdict = 'better' | 'worse' | 'tied' | 'not comparable';

export interface ComparisonRow {
  readonly arm: string;
  readonly metric: MetricId;
  readonly verdict: Verdict;
  /** Why not, when it is not comparable. */
  readonly why: string | null;
  readonly a: number | null;
  readonly b: number | null;
  /** b − a, in the metric's unit: median over repetitions when paired, else of the medians. */
  readonly difference: number | null;
  readonly interval: readonly [number, number] | null;
  /** Difference ÷ a; null when a is 0. */
  readonly relative: number | null;
  readonly paired: boolean;
}

export interface Comparison {
  readonly methodVersion: number;
  readonly a: string;
  readonly b: string;
  /** What differs between the two environments; empty when nothing that matters does. */
  readonly environment: readonly string[];
  /** How many figures would differ between two runs of the very same thing, by the intervals' own confidence. */
  readonly expectedByChance: number;
  readonly rows: readonly ComparisonRow[];
}

export interface RunResult {
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

/** Fewer repeats than this say too little; as for verdicts on claims. */
const fewestTrials = 3;

/** @param minEffect relative difference below which two values are tied whatever their interval says, 0–1 */
export function compareRuns(a: RunResult, b: RunResult, minEffect = 0): Comparison {
  const environment = environmentDifferences(a.plan, b.plan);
  const keys = [...new Set([...a.summary.arms, ...b.summary.arms].map(({ key }) => key))];
  const rows = keys.flatMap((key) =>
    compared.flatMap((what) => {
      const row = compareArm(a, b, key, what, environment, minEffect);
      return row === null ? [] : [row];
    }),
  );
  const confidence = Math.min(a.summary.confidence, b.summary.confidence);
  const comparable = rows.filter(({ verdict }) => verdict !== 'not comparable').length;
  return {
    methodVersion,
    a: a.plan.runId,
    b: b.plan.runId,
    environment,
    expectedByChance: comparable * (1 - confidence),
    rows,
  };
}

function compareArm(
  a: RunResult,
  b: RunResult,
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
    relative: null,
    paired: false,
  });
  if (armA === undefined || armB === undefined) return no(`only in ${armA === undefined ? 'B' : 'A'}`);
  if (ofA === undefined || ofB === undefined) return no(`not measured in ${ofA === undefined ? 'A' : 'B'}`);
  if (!sameWorkload(a.plan, b.plan, armA.workloadId)) return no('the workloads differ');
  if (portable !== true && environment.length > 0) return no(`the environments differ: ${environment.join('; ')}`);
  if (Math.min(ofA.values.length, ofB.values.length) < fewestTrials) return no(`fewer than ${fewestTrials} trials`);

  const differences = a.plan.seed === b.plan.seed ? pairedDifferences(armA, armB, ofA, ofB) : null;
  const difference = differences === null ? ofB.median - ofA.median : median(differences);
  const { low, high } =
    differences === null ? { low: ofB.low - ofA.high, high: ofB.high - ofA.low } : medianInterval(differences);
  const relative = ofA.median === 0 ? null : difference / ofA.median;
  const differs = (low > 0 || high < 0) && (relative === null || Math.abs(relative) >= minEffect);
  const improved = higherIsBetter === true ? difference > 0 : difference < 0;
  return {
    ...row,
    verdict: differs ? (improved ? 'better' : 'worse') : 'tied',
    why: null,
    difference,
    interval: [low, high],
    relative,
    paired: differences !== null,
  };
}

/** b − a for each repetition that both have; null when values and repetitions do not match, or too few do. */
function pairedDifferences(a: Arm, b: Arm, ofA: Estimate, ofB: Estimate): number[] | null {
  if (ofA.values.length !== a.repetitions.length || ofB.values.length !== b.repetitions.length) return null;
  const differences = a.repetitions.flatMap((repetition, i) => {
    const other = b.repetitions.indexOf(repetition);
    return other < 0 ? [] : [(ofB.values[other] as number) - (ofA.values[i] as number)];
  });
  return differences.length < fewestTrials ? null : differences;
}

function sameWorkload(a: Plan, b: Plan, id: string): boolean {
  const find = (plan: Plan) => JSON.stringify(plan.workloads.find((workload) => workload.id === id));
  return find(a) === find(b);
}

/** Facts of the environment that move times and CPU. The commit is not one: it is what one compares. */
function environmentDifferences(a: Plan, b: Plan): string[] {
  const facts = ({ machine, versions, wire, serverCores, generatorCores }: Plan): Record<string, unknown> => ({
    cpu: machine.cpuModel,
    cores: machine.cores,
    kernel: machine.kernel,
    'congestion control': machine.congestionControl,
    pinning: `${serverCores}/${generatorCores}`,
    network: wire.method,
    Node: versions.node,
    'uWebSockets.js': versions.uWebSocketsSha256 ?? versions.uWebSockets,
  });
  const [ofA, ofB] = [facts(a), facts(b)];
  return Object.keys(ofA)
    .filter((name) => ofA[name] !== ofB[name])
    .map((name) => `${name} ${String(ofA[name])} against ${String(ofB[name])}`);
}
