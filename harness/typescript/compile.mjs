/**
 * TypeScript by ts-node, each version of a file once: what it makes is kept in node_modules/.cache.
 *
 * Every trial starts fresh processes. With the compiler in each of them, start-up was a second and a half of every trial,
 * and its heap stood in the server's memory. Plain JavaScript, as it is what makes TypeScript run.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const projectRoot = fileURLToPath(new URL('../../', import.meta.url));
const configFile = join(projectRoot, 'tsconfig.json');
const require = createRequire(import.meta.url);

/** Made for one compiler and one configuration: another one has a folder of its own. */
let folder = null;
let compiler = null;

/** @type {(path: string) => string} JavaScript of a TypeScript file of this project */
export function compile(path) {
  const source = readFileSync(path, 'utf8');
  const key = hash(source);
  const kept = join(cacheFolder(), `${hash(path)}.js`);
  const known = readKept(kept, key);
  if (known !== null) return known;
  const output = compilerItself().compile(source, path);
  keep(kept, `${key}\n${output}`);
  return output;
}

/**
 * Compiles what is not compiled yet of these folders, so that no process that is measured has to.
 *
 * @type {(folders: readonly string[]) => void}
 */
export function compileAhead(folders) {
  for (const each of folders)
    for (const entry of readdirSync(join(projectRoot, each), { recursive: true, withFileTypes: true }))
      if (entry.isFile() && entry.name.endsWith('.ts')) compile(join(entry.parentPath ?? entry.path, entry.name));
}

function cacheFolder() {
  folder ??= join(
    projectRoot,
    'node_modules/.cache/pushlab',
    hash(
      [
        require('typescript/package.json').version,
        require('ts-node/package.json').version,
        readFileSync(configFile, 'utf8'),
      ].join('\n'),
    ),
  );
  return folder;
}

/** Loading TypeScript takes a quarter of a second, so only where something is left to compile. */
function compilerItself() {
  compiler ??= require('ts-node').create({ project: configFile, cwd: projectRoot });
  return compiler;
}

/** Null when it was made from another version of the file, or was never made. */
function readKept(path, key) {
  if (!existsSync(path)) return null;
  const text = readFileSync(path, 'utf8');
  return text.startsWith(`${key}\n`) ? text.slice(key.length + 1) : null;
}

/** Whole or not at all, as several processes start at once. Where nothing can be written each compiles for itself. */
function keep(path, text) {
  const unfinished = `${path}.${process.pid}`;
  try {
    mkdirSync(cacheFolder(), { recursive: true });
    writeFileSync(unfinished, text);
    renameSync(unfinished, path);
  } catch (error) {
    if (!['EACCES', 'EROFS', 'EPERM', 'ENOSPC'].includes(error.code)) throw error;
  }
}

function hash(text) {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
