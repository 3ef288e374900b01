import { claims } from '../../claims/index.js';
import { faultKindIds, faultKinds, faultyPrefix, updateFaultIds, updateFaultTitles } from '../../contract/faults.js';
import { proxies, proxyIds } from '../../contract/proxies.js';
import { transportIds, transports } from '../../contract/transports.js';
import { suites } from '../../suites/index.js';
import { displayPath, listRuns, readPlan, readTrials } from '../files.js';
import { formatCount, type Suite, suiteSchema } from '../model.js';
import { nearest } from '../nearest.js';
import { wrapped } from '../terminal.js';
import { UsageError } from '../user-error.js';
import { proseTerminal } from './output.js';

const lists: Readonly<Record<string, () => string>> = {
  suites: listSuites,
  runs: listRunFolders,
  claims: () => inColumns(claims.map(({ id, title, source }) => [id, `${title}  (${source.title})`])),
  faults: listFaults,
  transports: () => inColumns(transportIds.map((id) => [id, transports[id].summary])),
};

export default async function list([what]: string[]): Promise<number> {
  if (what === undefined) {
    console.log(`suites\n${listSuites()}\n\nruns\n${listRunFolders()}`);
    return 0;
  }
  const chosen = lists[what];
  if (chosen === undefined) {
    const guess = nearest(what, Object.keys(lists));
    throw new UsageError(
      `no list of '${what}'; ${guess === null ? `there are: ${Object.keys(lists).join(', ')}` : `did you mean ${guess}?`}`,
    );
  }
  console.log(chosen());
  return 0;
}

/** Words, not figures: a table of the report would set them to the right. */
function inColumns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([id]) => id.length)) + 2;
  const terminal = proseTerminal();
  return rows.map(([id, text]) => wrapped(id.padEnd(width) + text, terminal, width)).join('\n');
}

/** Nothing of this is ever on by itself: each has to be named in a suite. */
function listFaults(): string {
  return [
    `faults of a workload\n${inColumns(faultKindIds.map((id) => [id, faultKinds[id]]))}`,
    `proxies of a workload\n${inColumns(proxyIds.map((id) => [id, proxies[id]]))}`,
    `subjects that are wrong on purpose\n${inColumns(updateFaultIds.map((id) => [faultyPrefix + id, updateFaultTitles[id]]))}`,
  ].join('\n\n');
}

function listSuites(): string {
  return inColumns(
    suites
      .map((input) => suiteSchema.parse(input))
      .map((suite) => [suite.id, `${suite.question} (${describeArms(suite)})`] as const),
  );
}

/** `12 arms × 4–5`, where some are repeated less often than others. */
function describeArms({ arms, repeats }: Suite): string {
  const count = arms.reduce((sum, arm) => sum + arm.transports.length * arm.clients.length * arm.subjects.length, 0);
  const each = arms.map((arm) => arm.repeats ?? repeats);
  const [low, high] = [Math.min(...each), Math.max(...each)];
  return `${count} arms × ${low === high ? low : `${low}–${high}`}`;
}

function listRunFolders(): string {
  const runs = listRuns();
  if (runs.length === 0) return 'none yet: npx pushlab run quick';
  return inColumns(runs.map((directory) => [displayPath(directory), describeRun(directory)]));
}

function describeRun(directory: string): string {
  // One folder that cannot be read must not hide the others.
  try {
    const { suite, trials } = readPlan(directory);
    return `${formatCount(readTrials(directory).length)} of ${formatCount(trials.length)} trials  ${suite.title}`;
  } catch (error) {
    return `unreadable: ${(error as Error).message}`;
  }
}
