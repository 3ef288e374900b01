import { displayPath, latestRun } from '../files.js';
import { reportRun } from './stages.js';

export default async function report([run]: string[]): Promise<number> {
  console.log(displayPath(await reportRun(run ?? latestRun())));
  return 0;
}
