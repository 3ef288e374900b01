/**
 * Where a run stands, by its files alone: no run says that it is alive, and one that was killed could not say that it is
 * not.
 */
import { statSync } from 'node:fs';
import type { RunStanding } from '../../reports/runs-page.js';
import { compressedSuffix, fileNames, findFile } from '../files.js';
import type { Plan } from '../model.js';
import { expectedDurationMs } from '../plan.js';

/** Beyond what the slowest trial should take: a busy machine, a browser to unpack, a namespace to make. */
const patienceMs = 60_000;

/** @param recorded trials that have a record */
export function standingOf(directory: string, plan: Plan, recorded: number, nowMs: number): RunStanding {
  const isWhole = recorded >= plan.trials.length;
  if (isReported(directory, isWhole)) return 'reported';
  const silentMs = nowMs - lastWrittenMs(directory);
  if (silentMs < longestSilenceMs(plan, isWhole)) return 'under way';
  return isWhole ? 'unreported' : 'stopped';
}

/** A run that is gone on with has a report of its first part, which is out of date from its next trial on. */
function isReported(directory: string, isWhole: boolean): boolean {
  if (findFile(directory, fileNames.report) === null) return false;
  const isArchived = findFile(directory, fileNames.trials)?.endsWith(compressedSuffix) === true;
  return isWhole || isArchived || writtenMs(directory, fileNames.report) >= writtenMs(directory, fileNames.trials);
}

/** Nothing is written while a trial runs, nor while a probe does. */
function longestSilenceMs(plan: Plan, isWhole: boolean): number {
  const alone = { ...plan, probes: [] };
  const slowestMs = Math.max(
    0,
    ...plan.workloads.map((workload) => {
      const trial = plan.trials.find(({ workloadId }) => workloadId === workload.id);
      return trial === undefined ? 0 : expectedDurationMs({ ...alone, trials: [trial] }) + workload.drainMs;
    }),
  );
  return patienceMs + (isWhole ? expectedDurationMs({ ...plan, trials: [] }) : slowestMs);
}

function lastWrittenMs(directory: string): number {
  const { plan, floor, trials, probes } = fileNames;
  return Math.max(...[plan, floor, trials, probes].map((name) => writtenMs(directory, name)));
}

/** 0 where there is no such file. */
function writtenMs(directory: string, name: string): number {
  const path = findFile(directory, name);
  return path === null ? 0 : statSync(path).mtimeMs;
}
