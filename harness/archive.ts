/**
 * A run small enough to keep in a repository: everything that its verdicts and its report follow from, and no more.
 *
 * The trials are compressed, and whoever reads a run reads them so. Left out are single deliveries (`samples/`), what
 * processes wrote to stderr, and pictures: no figure is made from them.
 */
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { compressedSuffix, fileNames, readPlan } from './files.js';
import { UserError } from './user-error.js';

/** These are many times larger than all the others together. */
const compressed: readonly string[] = [fileNames.trials, fileNames.summary];

/**
 * Replaces what an earlier run left in `folder`, and nothing else there.
 *
 * @returns the bytes of all files together
 * @throws UserError when `folder` holds something, and no run
 */
export function archiveRun(directory: string, folder: string): number {
  readPlan(directory);
  const there = existsSync(folder) ? readdirSync(folder) : [];
  if (there.length > 0 && !there.includes(fileNames.plan))
    throw new UserError(`${folder} holds something that is no run; name an empty or a new folder`);
  for (const name of there.filter(isOfRun)) rmSync(join(folder, name));
  mkdirSync(folder, { recursive: true });
  const names = readdirSync(directory).filter(isOfRun);
  for (const name of names) {
    const from = join(directory, name);
    if (compressed.includes(name))
      writeFileSync(join(folder, name + compressedSuffix), gzipSync(readFileSync(from), { level: 9 }));
    else if (name === fileNames.plan) writeFileSync(join(folder, name), withoutHome(readFileSync(from, 'utf8')));
    else copyFileSync(from, join(folder, name));
  }
  return readdirSync(folder)
    .filter(isOfRun)
    .reduce((sum, name) => sum + readFileSync(join(folder, name)).length, 0);
}

/** A browser's path tells whose machine it was; which browser it was stands beside it. */
function withoutHome(text: string): string {
  const home = JSON.stringify(homedir()).slice(1, -1);
  return home.length > 1 ? text.replaceAll(`"${home}/`, '"~/') : text;
}

/** The files that stages read and write, and those of anything measured beside the trials. */
function isOfRun(name: string): boolean {
  return /\.(json|ndjson|md|html)(\.gz)?$/.test(name) && name !== 'README.md';
}
