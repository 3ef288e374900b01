import { join } from 'node:path';
import { displayPath, fileNames, latestRun, readPlan } from '../files.js';
import { formatSummary } from '../table.js';
import { stdoutTerminal } from './output.js';
import { summarizeRun } from './stages.js';

export default async function summarize([run]: string[]): Promise<number> {
  const directory = run ?? latestRun();
  const summary = summarizeRun(directory);
  process.stdout.write(formatSummary(readPlan(directory), summary, stdoutTerminal()));
  console.log(join(displayPath(directory), fileNames.summary));
  return 0;
}
