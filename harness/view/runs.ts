/** What there is to say of each run of a folder without measuring or summarizing anything. */
import { basename } from 'node:path';
import type { RunRow } from '../../reports/runs-page.js';
import {
  displayPath,
  fileNames,
  findFile,
  listRuns,
  readPlan,
  readSummary,
  readTrials,
  readVerdicts,
} from '../files.js';
import { type Outcome, outcomes } from '../model.js';
import { standingOf } from './standing.js';

export function runRows(outDirectory: string): RunRow[] {
  return listRuns(outDirectory).map(runRow);
}

export function runRow(directory: string): RunRow {
  const id = basename(directory);
  const at = (page: string) => `runs/${encodeURIComponent(id)}/${page}`;
  try {
    const plan = readPlan(directory);
    const recorded = readTrials(directory).length;
    const standing = standingOf(directory, plan, recorded, Date.now());
    return {
      id,
      // A finished run opens its report; one that has none, the page that follows it.
      href: at(standing === 'reported' ? fileNames.report : 'live'),
      isReadable: true,
      standing,
      createdAt: plan.createdAt,
      suite: plan.suite.title,
      machine: `${plan.machine.cpuModel}, ${plan.machine.cores} cores`,
      trials: { recorded, planned: plan.trials.length },
      warnings: findFile(directory, fileNames.summary) === null ? null : readSummary(directory).warnings.length,
      verdicts: findFile(directory, fileNames.verdicts) === null ? null : tally(directory),
      goOn: standing === 'stopped' ? `npx pushlab run ${displayPath(directory)} --resume` : null,
    };
  } catch (error) {
    // One folder that cannot be read must not hide the others.
    return { id, href: at('live'), isReadable: false, why: (error as Error).message };
  }
}

/** Only what was tested: most suites are evidence for a few claims. */
function tally(directory: string): (readonly [Outcome, number])[] {
  const { verdicts } = readVerdicts(directory);
  return outcomes
    .filter((outcome) => outcome !== 'not tested')
    .map((outcome) => [outcome, verdicts.filter((verdict) => verdict.outcome === outcome).length] as const)
    .filter(([, count]) => count > 0);
}
