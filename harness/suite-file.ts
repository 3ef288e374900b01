/** A suite by name, or a suite of one's own by path (.json, .ts, .mjs), checked before anything runs. */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { experiments } from '../suites/evidence/index.js';
import { suites } from '../suites/index.js';
import { check } from './files.js';
import { type Suite, type SuiteInput, suiteSchema } from './model.js';
import { nearest } from './nearest.js';
import { UsageError, UserError } from './user-error.js';

/**
 * @param others suites known beside ours
 * @throws UsageError for an unknown name, with the nearest one
 * @throws UserError for a file that is not a suite, naming the field
 */
export async function loadSuite(nameOrPath: string, others: readonly SuiteInput[] = []): Promise<Suite> {
  const all = [...suites, ...experiments, ...others];
  const known = all.find(({ id }) => id === nameOrPath);
  if (known !== undefined) return check(known, suiteSchema, `suite ${nameOrPath}`);
  if (!/[./\\]/.test(nameOrPath)) {
    const guess = nearest(
      nameOrPath,
      all.map(({ id }) => id),
    );
    throw new UsageError(
      `no suite '${nameOrPath}'; ${guess === null ? 'see: pushlab list suites' : `did you mean ${guess}?`} (a file needs its extension)`,
    );
  }
  if (!existsSync(nameOrPath)) throw new UserError(`${nameOrPath}: there is no such suite file`);
  return check(await readDefault(nameOrPath, 'suite'), suiteSchema, nameOrPath);
}

/**
 * What a file of somebody's own holds: JSON, or a module's default export.
 *
 * @param what it should be, as its export may be called too
 * @throws UserError naming the file
 */
export async function readDefault(path: string, what: string): Promise<unknown> {
  if (path.endsWith('.json')) {
    try {
      return JSON.parse(readFileSync(path, 'utf8'));
    } catch (error) {
      throw new UserError(`${path}: not JSON (${(error as Error).message})`);
    }
  }
  let module: Record<string, unknown>;
  try {
    module = await import(pathToFileURL(resolve(path)).href);
  } catch (error) {
    const message = (error as Error).message.split('\n')[0] ?? '';
    // Node takes TypeScript for CommonJS where no package.json says otherwise, and that cannot import what this is.
    const way = /require\(\)/.test(message) ? `; put {"type": "module"} into a package.json beside it` : '';
    throw new UserError(`${path}: cannot be loaded (${message})${way}`);
  }
  const exported = module.default ?? module[what];
  if (exported === undefined) throw new UserError(`${path}: export the ${what} as default`);
  return exported;
}
