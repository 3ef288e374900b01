/** The stages after the trials, each reading only the files before it. Shared by `run` and the single verbs. */
import { join } from 'node:path';
import { verdictsMarkdown } from '../../reports/verdicts-markdown.js';
import {
  fileNames,
  readCodecBench,
  readFloor,
  readPlan,
  readProbes,
  readQps,
  readSummary,
  readTrials,
  readVerdicts,
  writeReport,
  writeSummary,
  writeText,
  writeVerdicts,
} from '../files.js';
import { judge } from '../judge.js';
import type { Claim, Summary, Verdicts } from '../model.js';
import { probeStates } from '../probes/run.js';
import { notesOf, qpsTable, titleOf } from '../qps/table.js';
import { summarize } from '../summarize.js';
import { readTraces } from '../traces.js';
import { withTodaysWarnings } from '../warnings.js';

export function summarizeRun(directory: string): Summary {
  const plan = readPlan(directory);
  const summary = summarize(
    plan,
    withTodaysWarnings(plan, readTrials(directory)),
    readFloor(directory),
    probeStates(plan, directory),
  );
  writeSummary(directory, summary);
  return summary;
}

export function judgeRun(directory: string, claims: readonly Claim[]): Verdicts {
  const plan = readPlan(directory);
  const evidence = { plan, summary: readSummary(directory), probes: readProbes(directory) };
  const verdicts = judge(evidence, claims);
  writeVerdicts(directory, verdicts);
  writeText(join(directory, fileNames.verdictsMarkdown), verdictsMarkdown(evidence, verdicts));
  return verdicts;
}

/** Of a QPS measurement. @returns the path of the report */
export async function reportQps(directory: string): Promise<string> {
  const { renderQps } = await import('../../reports/qps-page.js');
  const qps = readQps(directory);
  const [head = [], ...rows] = qpsTable(qps);
  return writeReport(
    directory,
    await renderQps({ qps, title: titleOf(qps), notes: notesOf(qps), table: { head, rows } }),
  );
}

/** Returns the path of the report. */
export async function reportRun(directory: string): Promise<string> {
  // Vega takes a moment to load, and only this stage needs it.
  const { renderReport } = await import('../../reports/page.js');
  const [plan, summary] = [readPlan(directory), readSummary(directory)];
  const html = await renderReport({
    plan,
    summary,
    traces: readTraces(directory, plan, summary),
    verdicts: readVerdicts(directory),
    probes: readProbes(directory),
    codec: readCodecBench(),
  });
  return writeReport(directory, html);
}
