/**
 * One trial, from its plan to its record. Whatever fails becomes a record with its reason, and nothing is left running.
 *
 * ends.ts starts its processes by what arguments.ts tells each, and course.ts is what happens then, in an order that is
 * the method. Its numbers are read by readings.ts, and made into those of the record by figures.ts.
 */
import { nowUs } from '../../contract/clock.js';
import type { TrialPlan, Workload } from '../../contract/trial.js';
import { writeSamples } from '../files.js';
import { methodVersion, type OkTrial, type Plan, type TrialRecord } from '../model.js';
import { warningsOf } from '../warnings.js';
import { WorkerFailure } from '../worker.js';
import type { Setting } from './arguments.js';
import { measure } from './course.js';
import { TrialEnds } from './ends.js';

/** @throws the reason of `abort` when that comes first; a process that fails is a failed record instead */
export async function runTrial(
  setting: Omit<Setting, 'workload'> & { readonly planSha256: string },
  abort: Promise<never>,
): Promise<TrialRecord> {
  const { plan, planSha256, trial, directory } = setting;
  const workload = workloadOf(plan, trial);
  const startedAt = new Date().toISOString();
  const startedUs = nowUs();
  const elapsedMs = () => Math.round((nowUs() - startedUs) / 1000);
  const ends = new TrialEnds({ ...setting, workload });
  try {
    const { client, ...rest } = await Promise.race([measure(ends), abort]);
    const { samples, ...clientReport } = client;
    const samplesFile = writeSamples(directory, {
      methodVersion,
      trialId: trial.id,
      every: client.samplesEvery,
      rows: samples,
    });
    const record: Omit<OkTrial, 'warnings'> = {
      status: 'ok',
      trial,
      planSha256,
      startedAt,
      elapsedMs: elapsedMs(),
      client: clientReport,
      ...rest,
      samplesFile,
    };
    return { ...record, warnings: warningsOf(record, workload) };
  } catch (error) {
    if (!(error instanceof WorkerFailure)) throw error;
    const failure = { kind: error.kind, message: error.message };
    return { status: 'failed', trial, planSha256, startedAt, elapsedMs: elapsedMs(), failure, warnings: [] };
  } finally {
    await ends.close();
  }
}

function workloadOf(plan: Plan, trial: TrialPlan): Workload {
  const workload = plan.workloads.find(({ id }) => id === trial.workloadId);
  if (workload === undefined) throw new Error(`plan.json: trial ${trial.id} names no known workload`);
  return workload;
}
