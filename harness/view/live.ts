/** What is known of a run at this moment, summarized as the report would. */
import type { TrialPlan } from '../../contract/trial.js';
import type { LiveState } from '../../reports/live-page.js';
import type { RunStanding } from '../../reports/runs-page.js';
import { displayPath, readFloor, readPlan, readTrials } from '../files.js';
import { methodVersion, type Plan, type TrialRecord } from '../model.js';
import { whole } from '../numbers.js';
import { expectedDurationMs } from '../plan.js';
import { describeRecord, formatDuration } from '../progress.js';
import { summarize } from '../summarize.js';
import { standingOf } from './standing.js';

export async function liveStateOf(directory: string): Promise<LiveState> {
  const { liveState } = await import('../../reports/live-page.js');
  const plan = readPlan(directory);
  const records = readTrials(directory);
  const standing = standingOf(directory, plan, records.length, Date.now());
  const summary = summarize(plan, records, readFloor(directory));
  return liveState(
    { plan, summary, verdicts: { methodVersion, runId: plan.runId, verdicts: [], broken: [] }, codec: null },
    { recorded: records.length, told: told(directory, plan, records, standing) },
  );
}

/** Sentences: how far it is, what goes on or how to go on, what went wrong, what came last. */
function told(directory: string, plan: Plan, records: readonly TrialRecord[], standing: RunStanding): string[] {
  const recorded = new Set(records.map(({ trial }) => trial.id));
  const rest = plan.trials.filter(({ id }) => !recorded.has(id));
  const failed = records.filter(({ status }) => status === 'failed').length;
  const last = records.at(-1);
  return [
    `${whole(records.length)} of ${whole(plan.trials.length)} trials.`,
    ...now[standing](plan, rest, displayPath(directory)),
    ...(failed === 0 ? [] : [`${whole(failed)} ${failed === 1 ? 'trial' : 'trials'} failed.`]),
    ...(last === undefined ? [] : [`Last: ${describeRecord(last, plan).replace(/\s+/g, ' ')}.`]),
  ];
}

const now: Readonly<Record<RunStanding, (plan: Plan, rest: readonly TrialPlan[], path: string) => string[]>> = {
  reported: () => [],
  unreported: (_plan, _rest, path) => [`Its report is not written; write it with: npx pushlab report ${path}.`],
  stopped: (_plan, _rest, path) => [`Stopped; run the rest with: npx pushlab run ${path} --resume.`],
  'under way': (plan, rest) => {
    const left = formatDuration(expectedDurationMs({ ...plan, trials: [...rest] }));
    const [next] = rest;
    if (next !== undefined) return [`Now ${next.id}; about ${left} left.`];
    return plan.probes.length === 0 ? [] : [`Beside the trials, and last: ${plan.probes.join(', ')}.`];
  },
};
