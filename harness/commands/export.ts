/** `pushlab export`: a run's figures for other tools, in a folder beside them. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { archiveRun } from '../archive.js';
import { samplesCsv, trialsCsv } from '../export/csv.js';
import { formatHlog } from '../export/hlog.js';
import {
  displayPath,
  latestRun,
  readCodecBench,
  readPlan,
  readSamples,
  readSummary,
  readTrials,
  readVerdicts,
  writeText,
} from '../files.js';
import type { OkTrial } from '../model.js';
import { exportOptionsSchema, parseOptions } from '../options.js';
import { armKey } from '../summarize.js';
import { say } from './output.js';

export default async function exportRun([run]: string[], given: Record<string, unknown>): Promise<number> {
  const { archive } = parseOptions(exportOptionsSchema, given);
  const directory = run ?? latestRun();
  if (archive === undefined) return writeFigures(directory);
  const bytes = archiveRun(directory, archive);
  const path = displayPath(archive);
  console.log(`${path}/  ${(bytes / 1e6).toFixed(2)} MB\njudge it again with: npx pushlab judge ${path}`);
  return 0;
}

async function writeFigures(directory: string): Promise<number> {
  const [plan, records, summary] = [readPlan(directory), readTrials(directory), readSummary(directory)];
  const folder = join(directory, 'export');
  mkdirSync(join(folder, 'hlog'), { recursive: true });
  writeText(join(folder, 'trials.csv'), trialsCsv(plan, records, summary));
  writeText(
    join(folder, 'samples.csv'),
    samplesCsv(records, ({ trial }) => readSamples(directory, trial.id)),
  );
  for (const { key } of summary.arms) {
    const trials = records.filter(
      (record): record is OkTrial => record.status === 'ok' && armKey(record.trial) === key,
    );
    const name = key.replaceAll('/', '.');
    writeText(
      join(folder, 'hlog', `${name}.latency.hlog`),
      formatHlog(`${key} latency`, trials, ({ client }) => client.latency),
    );
    writeText(
      join(folder, 'hlog', `${name}.service-latency.hlog`),
      formatHlog(`${key} service latency`, trials, ({ client }) => client.serviceLatency),
    );
  }
  const { summaryMarkdown } = await import('../../reports/summary-markdown.js');
  const input = { plan, summary, verdicts: readVerdicts(directory), codec: readCodecBench() };
  writeText(join(folder, 'summary.md'), summaryMarkdown(input));
  say(`${displayPath(folder)}/  trials.csv, samples.csv, summary.md, hlog/ (${summary.arms.length * 2} logs)`, 2);
  return 0;
}
