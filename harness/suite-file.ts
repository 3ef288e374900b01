/** A suite by name, or a suite of one's own by path (.json, .ts, .mjs), checked before anything runs. */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { suites } from '../suites/index.js';
import { check } from './files.js';
import { type Suite, suiteSchema } from './model.js';
import { nearest } from './nearest.js';
import { UsageError, UserError } from './user-error.js';

/**
 * @throws UsageError for an unknown name, with the nearest one
 * @throws UserError for a file that is not a suite, naming the field
 */
export async function loadSuite(nameOrPath: string): Promise<Suite> {
  const known = suites.find(({ id }) => id === nameOrPath);
  if (known !== undefined) return check(known, suiteSchema, `suite ${nameOrPath}`);
  if (!/[./\\]/.test(nameOrPath)) {
    const ids = suites.map(({ id }) => id);
    const guess = nearest(nameOrPath, ids);
    throw new UsageError(
      `no suite '${nameOrPath}'; ${guess === null ? `there are: ${ids.join(', ')}` : `did you mean ${guess}?`} (a file needs its extension)`,
    );
  }
  if (!existsSync(nameOrPath)) throw new UserError(`${nameOrPath}: there is no such suite file`);
  return check(await read(nameOrPath), suiteSchema, nameOrPath);
}

async function read(path: string): Promise<unknown> {
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
    throw new UserError(`${path}: cannot be loaded (${(error as Error).message.split('\n')[0]})`);
  }
  const exported = module.default ?? module.suite;
  if (exported === undefined) throw new UserError(`${path}: export the suite as default`);
  return exported;
}
