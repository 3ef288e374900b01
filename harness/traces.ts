/**
 * What one subscriber of each transport received and when, for a drawing of its staleness.
 *
 * Only from trials that kept every delivery: a series with gaps would show ages that nobody had.
 */
import { mainWorkload } from '../reports/data.js';
import { readSamples } from './files.js';
import type { Plan, SamplesFile, Summary, Trace } from './model.js';
import { armKey } from './summarize.js';

export function readTraces(directory: string, plan: Plan, summary: Summary): Trace[] {
  const workload = mainWorkload({ plan, summary });
  return summary.arms
    .filter(({ workloadId, trials }) => workloadId === workload?.id && trials > 0)
    .flatMap((arm) => {
      const trial = plan.trials.find((one) => armKey(one) === arm.key && one.repetition === arm.repetitions[0]);
      const samples = trial === undefined ? null : readable(directory, trial.id);
      return samples === null ? [] : traceOf(arm.key, samples);
    });
}

/** The subscriber with the lowest number; nobody chooses the one that looks best. */
export function traceOf(key: string, { trialId, every, rows }: SamplesFile): Trace[] {
  if (every > 1 || rows.length === 0) return [];
  const subscriber = rows.reduce((lowest, [one]) => Math.min(lowest, one), Number.POSITIVE_INFINITY);
  const arrivals = rows
    .filter(([one]) => one === subscriber)
    .map(([, , intendedUs, , receivedUs]): [number, number] => [intendedUs, receivedUs])
    .sort(([, a], [, b]) => a - b);
  return [{ key, trialId, subscriber, arrivals }];
}

/** A run's folder may have been sent without its samples: its report then goes without this drawing. */
function readable(directory: string, trialId: string): SamplesFile | null {
  try {
    return readSamples(directory, trialId);
  } catch {
    return null;
  }
}
