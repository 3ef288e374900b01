/**
 * `npm run reference`: after a full run of the suite `article`, keeps it in reports/reference/ and puts its board into the
 * README.
 *
 *     node --import ./register.mjs harness/reference.ts [run]     (default: the newest)
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { verdictBoard } from '../reports/verdicts-markdown.js';
import { archiveRun } from './archive.js';
import { displayPath, latestRun, readPlan, readVerdicts } from './files.js';
import { evidenceSuiteId } from './known-claims.js';
import type { Verdicts } from './model.js';

const root = fileURLToPath(new URL('..', import.meta.url));
export const referenceFolder = join(root, 'reports/reference');
export const readmeFile = join(root, 'README.md');
/** What a repository should have to carry for one run. */
export const largestReferenceBytes = 5_000_000;

const begin = '<!-- board of the reference run: npm run reference -->';
const end = '<!-- end of the board -->';

/** @throws Error when the two marks are not there */
export function withBoard(readme: string, verdicts: Verdicts): string {
  const [from, to] = [readme.indexOf(begin), readme.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`README.md lacks the marks around the board: ${begin} and ${end}`);
  return `${readme.slice(0, from + begin.length)}\n${verdictBoard(verdicts)}\n${readme.slice(to)}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const directory = process.argv[2] ?? latestRun();
  const { suite, thinned, trials } = readPlan(directory);
  if (suite.id !== evidenceSuiteId || thinned) {
    process.stderr.write(`${displayPath(directory)} is no full run of ${evidenceSuiteId}\n`);
    process.exit(1);
  }
  const bytes = archiveRun(directory, referenceFolder);
  writeFileSync(readmeFile, withBoard(readFileSync(readmeFile, 'utf8'), readVerdicts(referenceFolder)));
  console.log(`reports/reference/: ${trials.length} trials, ${(bytes / 1e6).toFixed(2)} MB; README.md has its board`);
  if (bytes > largestReferenceBytes) {
    process.stderr.write(`more than ${largestReferenceBytes / 1e6} MB: too much to keep in the repository\n`);
    process.exitCode = 1;
  }
}
