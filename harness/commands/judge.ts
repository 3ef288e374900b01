import { join } from 'node:path';
import { displayPath, fileNames, latestRun, readPlan } from '../files.js';
import { knownClaims } from '../known-claims.js';
import { claimsOptionsSchema, parseOptions } from '../options.js';
import { formatVerdicts } from '../table.js';
import { stdoutTerminal, tell } from './output.js';
import { judgeRun } from './stages.js';

export default async function judge([run]: string[], given: Record<string, unknown>): Promise<number> {
  const { claimsFrom } = parseOptions(claimsOptionsSchema, given);
  const directory = run ?? latestRun();
  const { claims } = await knownClaims(claimsFrom);
  const verdicts = judgeRun(directory, claims);
  process.stdout.write(formatVerdicts(verdicts, stdoutTerminal()));
  for (const id of readPlan(directory).claims ?? [])
    if (!claims.some((claim) => claim.id === id))
      tell(`the run was made for a claim '${id}' that is not known here; name its folder: --claims-from`);
  for (const name of [fileNames.verdicts, fileNames.verdictsMarkdown]) console.log(join(displayPath(directory), name));
  return verdicts.broken.length > 0 ? 1 : 0;
}
