/** What there is to say of each run of a folder without measuring or summarizing anything. */
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { RunRow } from '../../reports/runs-page.js';
import { fileNames, listRuns, readPlan, readSummary, readTrials, readVerdicts } from '../files.js';

export function runRows(outDirectory: string): RunRow[] {
  return listRuns(outDirectory).map(runRow);
}

function runRow(directory: string): RunRow {
  const id = basename(directory);
  // A finished run opens its report; one that has none, the page that follows it.
  const page = existsSync(join(directory, fileNames.report)) ? fileNames.report : 'live';
  const row = { id, href: `runs/${encodeURIComponent(id)}/${page}` };
  const nothing = { createdAt: null, suite: null, machine: null, trials: null, warnings: null, verdicts: null };
  try {
    const plan = readPlan(directory);
    return {
      ...row,
      unreadable: null,
      createdAt: plan.createdAt.replace('T', ' ').slice(0, 16),
      suite: plan.suite.title,
      machine: `${plan.machine.cpuModel}, ${plan.machine.cores} cores`,
      trials: { recorded: readTrials(directory).length, planned: plan.trials.length },
      warnings: optional(directory, fileNames.summary, () => readSummary(directory).warnings.length),
      verdicts: optional(directory, fileNames.verdicts, () => outcomes(directory)),
    };
  } catch (error) {
    // One folder that cannot be read must not hide the others.
    return { ...row, ...nothing, unreadable: (error as Error).message };
  }
}

function outcomes(directory: string): [string, number][] {
  const counts = new Map<string, number>();
  for (const { outcome } of readVerdicts(directory).verdicts) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  return [...counts];
}

function optional<T>(directory: string, file: string, read: () => T): T | null {
  return existsSync(join(directory, file)) ? read() : null;
}
