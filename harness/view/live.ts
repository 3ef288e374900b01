/** What is known of a run at this moment, summarized as the report would. */
import type { LiveState } from '../../reports/live-page.js';
import { readFloor, readPlan, readTrials } from '../files.js';
import { methodVersion } from '../model.js';
import { describeRecord } from '../progress.js';
import { summarize } from '../summarize.js';

export async function liveStateOf(directory: string): Promise<LiveState> {
  const { liveState } = await import('../../reports/live-page.js');
  const plan = readPlan(directory);
  const records = readTrials(directory);
  const summary = summarize(plan, records, readFloor(directory));
  const last = records.at(-1);
  return liveState(
    { plan, summary, verdicts: { methodVersion, runId: plan.runId, verdicts: [], broken: [] }, codec: null },
    records.length,
    last === undefined ? '' : describeRecord(last, plan).replace(/\s+/g, ' '),
  );
}
