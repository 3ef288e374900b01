import { join } from 'node:path';
import { displayPath, fileNames } from '../files.js';
import { parseOptions, planOptionsSchema } from '../options.js';
import { describeSize, expectedDurationMs } from '../plan.js';
import { formatDuration } from '../progress.js';
import { makePlan } from './make-plan.js';
import { say } from './output.js';

export default async function plan([suite = '']: string[], options: Record<string, unknown>): Promise<number> {
  const made = await makePlan(suite, parseOptions(planOptionsSchema, options));
  const path = displayPath(made.directory);
  say(
    `${describeSize(made.plan)}; about ${formatDuration(expectedDurationMs(made.plan))}: ${join(path, fileNames.plan)}`,
    2,
  );
  // A command stays whole, whatever the width: it is there to be copied.
  console.log(`run it with: npx pushlab run ${path} --resume`);
  return 0;
}
