import { displayPath, holdsQps, latestRun } from '../files.js';
import { reportQps, reportRun } from './stages.js';

export default async function report([run]: string[]): Promise<number> {
  const directory = run ?? latestRun();
  console.log(displayPath(await (holdsQps(directory) ? reportQps(directory) : reportRun(directory))));
  return 0;
}
