/** What is known of a run at this moment, summarized as the report would. */
import type { TrialPlan } from '../../contract/trial.js';
import type { LiveState } from '../../reports/live-page.js';
import type { RunStanding } from '../../reports/runs-page.js';
import { displayPath, readFloor, readPlan, readTrials } from '../files.js';
import { formatCount, methodVersion, type Plan, type TrialRecord } from '../model.js';
import { expectedDurationMs } from '../plan.js';
import { describeRecord, describeTrial, formatDuration } from '../progress.js';
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

/** How far it is, and how long it will take or how to go on; then what is measured, what went wrong, what came last. */
function told(directory: string, plan: Plan, records: readonly TrialRecord[], standing: RunStanding) {
  const recorded = new Set(records.map(({ trial }) => trial.id));
  const rest = plan.trials.filter(({ id }) => !recorded.has(id));
  const [next] = standing === 'under way' ? rest : [];
  const failed = records.filter(({ status }) => status === 'failed').length;
  const last = records.at(-1);
  const line = (text: string) => text.replace(/\s+/g, ' ');
  const lines = [
    ...(next === undefined ? [] : [`now: ${line(describeTrial(next, plan))}`]),
    ...(last === undefined ? [] : [`last: ${line(describeRecord(last, plan))}`]),
    ...(failed === 0 ? [] : [`${formatCount(failed)} ${failed === 1 ? 'trial' : 'trials'} failed`]),
    ...(plan.probes.length === 0 ? [] : [`beside the trials: ${plan.probes.join(', ')}`]),
  ];
  const far = `${formatCount(records.length)} of ${formatCount(plan.trials.length)} trials`;
  return [`${far}${goesOn[standing](plan, rest, displayPath(directory))}`, ...lines] as const;
}

const goesOn: Readonly<Record<RunStanding, (plan: Plan, rest: readonly TrialPlan[], path: string) => string>> = {
  reported: () => '.',
  unreported: (_plan, _rest, path) => `. Write their report with: npx pushlab report ${path}`,
  stopped: (_plan, _rest, path) => `, then it stopped. Run the rest with: npx pushlab run ${path} --resume`,
  'under way': (plan, rest) => `, about ${formatDuration(expectedDurationMs({ ...plan, trials: [...rest] }))} left.`,
};
