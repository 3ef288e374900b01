/**
 * The A/A check: one arm under two names, again and again. However often two equal things are called different is how
 * often this lab errs when it calls two things different, on this machine, today.
 *
 * The two names get the same seeds, run in mirrored order, and are compared as any two arms are: whatever is wrong with
 * pairing, intervals or the machine shows here. An experiment is a block of repeats, as a suite would have them.
 */
import type { TransportId } from '../contract/transports.js';
import type { Workload } from '../contract/trial.js';
import { comparePairs, pairsOf } from './contrast.js';
import { resolutionUs } from './floor/resolution.js';
import {
  type Floor,
  type MetricId,
  metricsWithContrast,
  type Plan,
  type Suite,
  type Summary,
  timedByClock,
} from './model.js';
import { confidenceAim, type Interval, shareInterval } from './stats.js';

const workload: Workload = {
  id: 'a',
  title: 'A/A: 5 subscribers, 100 updates/s (Poisson), 128 B',
  subscribers: 5,
  updates: { rateHz: 100, arrival: 'poisson', burstSize: 1 },
  payloadBytes: 128,
  poll: { intervalMs: 50, pacing: 'request-start', phase: 'random', connection: 'keep-alive' },
  longPollTimeoutMs: 25_000,
  delivery: 'latest',
  warmupMs: 250,
  windowMs: 400,
  drainMs: 1_000,
};

interface AaShape {
  readonly transport: TransportId;
  readonly experiments: number;
  /** Repeats of each name in an experiment. */
  readonly repeats: number;
}

export function aaSuite({ transport, experiments, repeats }: AaShape): Suite {
  return {
    id: 'selftest-aa',
    title: 'A/A check',
    question: 'How often does this lab call two equal arms different?',
    repeats: experiments * repeats,
    arms: ['a', 'b'].map((id) => ({
      workload: { ...workload, id },
      transports: [transport],
      subjects: ['uws'],
      clients: ['raw'],
    })),
  };
}

/** Both names are sent the same updates, as the arms of one workload are. */
export function withEqualSeeds(plan: Plan): Plan {
  const seedOf = new Map(plan.trials.filter(({ workloadId }) => workloadId === 'a').map((t) => [t.repetition, t.seed]));
  return {
    ...plan,
    trials: plan.trials.map((trial) => ({ ...trial, seed: seedOf.get(trial.repetition) ?? trial.seed })),
  };
}

interface AaRow {
  readonly metric: MetricId;
  readonly experiments: number;
  readonly calledDifferent: number;
}

export interface AaResult {
  readonly rows: readonly AaRow[];
  readonly comparisons: number;
  readonly calledDifferent: number;
  /** Of the share called different, 95 %; too narrow, as figures of one experiment move together. */
  readonly interval: Interval;
  /** What the intervals promise, 0–1. */
  readonly expectedShare: number;
}

/**
 * Experiments that lack a repetition are left out.
 *
 * @param repeats as the suite was made with
 */
export function aaResult({ arms }: Summary, repeats: number, floor: Floor | null): AaResult {
  const [a, b] = [arms.find(({ workloadId }) => workloadId === 'a'), arms.find(({ workloadId }) => workloadId === 'b')];
  const resolution = floor === null ? 0 : resolutionUs(floor);
  const rows = metricsWithContrast.flatMap((metric): AaRow[] => {
    const pairs = a === undefined || b === undefined ? null : pairsOf(a, b, metric);
    if (pairs === null) return [];
    const experiments = Math.floor(pairs.a.length / repeats);
    let calledDifferent = 0;
    for (let i = 0; i < experiments; i++) {
      const block = (values: readonly number[]) => values.slice(i * repeats, (i + 1) * repeats);
      const { verdict } = comparePairs({ a: block(pairs.a), b: block(pairs.b) }, timedByClock(metric) ? resolution : 0);
      if (verdict === 'lower' || verdict === 'higher') calledDifferent++;
    }
    return [{ metric, experiments, calledDifferent }];
  });
  const comparisons = rows.reduce((sum, { experiments }) => sum + experiments, 0);
  const calledDifferent = rows.reduce((sum, row) => sum + row.calledDifferent, 0);
  return {
    rows,
    comparisons,
    calledDifferent,
    interval: shareInterval(calledDifferent, comparisons),
    expectedShare: 1 - Math.min(confidenceAim, 1 - 2 * 0.5 ** repeats),
  };
}
