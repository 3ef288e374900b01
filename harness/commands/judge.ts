import { join } from 'node:path';
import { displayPath, fileNames, latestRun } from '../files.js';
import { formatVerdicts } from '../table.js';
import { judgeRun } from './stages.js';

export default async function judge([run]: string[]): Promise<number> {
  const directory = run ?? latestRun();
  process.stdout.write(formatVerdicts(judgeRun(directory)));
  console.log(join(displayPath(directory), fileNames.verdicts));
  return 0;
}
