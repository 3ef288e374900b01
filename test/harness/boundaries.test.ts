/** The import graph holds the boundaries of the house: who may know whom, who may print or exit, who reads a clock. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

const files = ['contract', 'servers', 'clients', 'harness', 'claims', 'suites', 'reports'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name)),
);
const imports: readonly Import[] = files.flatMap((file) => importsOf(file, readFileSync(join(root, file), 'utf8')));

/** Imports of our own files, as paths from the root. */
function importsOf(file: string, text: string): Import[] {
  const found: Import[] = [];
  for (const [, type, clause = '', path = ''] of text.matchAll(
    /^(?:import|export)\s+(type\s)?([^'"]*?from\s+)?['"](\.[^'"]+)['"]/gm,
  ))
    found.push({ from: file, to: resolveFrom(file, path), typeOnly: type !== undefined || hasOnlyTypes(clause) });
  for (const [, path = ''] of text.matchAll(/\bimport\(\s*['"](\.[^'"]+)['"]/g))
    found.push({ from: file, to: resolveFrom(file, path), typeOnly: false });
  return found;
}

function resolveFrom(file: string, path: string): string {
  return relative(root, join(root, dirname(file), path)).replace(/\.js$/, '.ts');
}

function hasOnlyTypes(clause: string): boolean {
  const names =
    /\{([^}]*)\}/
      .exec(clause)?.[1]
      ?.split(',')
      .map((name) => name.trim())
      .filter(Boolean) ?? [];
  return names.length > 0 && names.every((name) => name.startsWith('type '));
}

/** Violations as lines, so that a failure names the file to mend. */
function violations(folder: string, isAllowed: (entry: Import) => boolean): string[] {
  return imports
    .filter(({ from }) => from.startsWith(`${folder}/`))
    .filter((entry) => !isAllowed(entry))
    .map(({ from, to }) => `${from} imports ${to}`);
}

const within =
  (...folders: string[]) =>
  ({ to }: Import) =>
    folders.some((folder) => to.startsWith(`${folder}/`));

test('imports are found, whatever they look like', () => {
  const text = [
    "import { a, type B } from './a.js';",
    "import type { C } from '../c.js';",
    "import { type D,\n  type E } from './d.js';",
    "import './side-effect.js';",
    "export { f } from './f.js';",
    "const g = await import('../g/g.js');",
    "import fs from 'node:fs';",
  ].join('\n');
  assert.deepEqual(
    importsOf('x/y.ts', text).map(({ to, typeOnly }) => [to, typeOnly]),
    [
      ['x/a.ts', false],
      ['c.ts', true],
      ['x/d.ts', true],
      ['x/side-effect.ts', false],
      ['x/f.ts', false],
      ['g/g.ts', false],
    ],
  );
  assert.ok(imports.length > 100, `${imports.length} imports`);
});

test('contract imports nothing of ours', () => {
  assert.deepEqual(violations('contract', within('contract')), []);
});

test('servers and clients import only contract, and never each other', () => {
  assert.deepEqual(violations('servers', within('servers', 'contract')), []);
  assert.deepEqual(violations('clients', within('clients', 'contract')), []);
});

test('a subject knows itself and what all subjects share, which knows no subject', () => {
  // A faulty server is a real one with a fault between source and ends: its worker loads that one.
  const faulty = ({ from, to }: Import) => from === 'servers/faulty/main.ts' && to === 'servers/uws/load.ts';
  const folderOf = (file: string) => file.split('/')[1];
  assert.deepEqual(
    violations(
      'servers',
      (entry) =>
        faulty(entry) ||
        within('contract', 'servers/shared')(entry) ||
        (folderOf(entry.from) !== 'shared' && folderOf(entry.to) === folderOf(entry.from)),
    ),
    [],
  );
});

test('where something is measured, the schema library is never loaded', () => {
  const loadsZod = (to: string) => /^contract\/(trial|control)\.ts$/.test(to);
  for (const folder of ['servers', 'clients'])
    assert.deepEqual(
      violations(folder, ({ to, typeOnly }) => !loadsZod(to) || typeOnly),
      [],
    );
});

test('the harness starts both ends as processes and imports neither, but for the null transport and the bare loop', () => {
  // One hands updates from source to recorder in one process, the other is a process of its own that only reads from our
  // sockets: that is what they are for.
  const ends = ['harness/floor/alone.ts', 'harness/bench/receiver.ts'];
  assert.deepEqual(
    violations('harness', ({ from, to }) => ends.includes(from) || !/^(servers|clients)\//.test(to)),
    [],
  );
});

test('claims, suites and reports know the harness by its model only', () => {
  // A chart of a law draws what its claim is judged by: one definition of both, and no claim itself.
  const laws = ['claims/evidence.ts', 'claims/knee.ts'];
  for (const folder of ['claims', 'suites', 'reports'])
    assert.deepEqual(
      violations(
        folder,
        (entry) =>
          entry.to === 'harness/model.ts' ||
          within(folder, 'contract')(entry) ||
          (folder === 'reports' && laws.includes(entry.to)),
      ),
      [],
    );
});

/** Files outside `allowed` whose code matches. */
function offenders(pattern: RegExp, allowed: RegExp): string[] {
  return files.filter((file) => !allowed.test(file) && pattern.test(codeOf(file)));
}

function codeOf(file: string): string {
  return readFileSync(join(root, file), 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/^\s*\/\/.*$/gm, '');
}

const commandEntries =
  /^(harness\/commands\/|harness\/bench\/|harness\/schemas\.ts|harness\/reference\.ts|harness\/floor\/(alone|hop)\.ts|servers\/shared\/worker\.ts|(servers|clients)\/\w+\/main\.ts)/;

test('only command entries print or exit', () => {
  assert.deepEqual(offenders(/\bconsole\.|process\.(exit|stdout|stderr|exitCode)\b/, commandEntries), []);
});

test('only command entries read argv', () => {
  assert.deepEqual(offenders(/process\.argv\b/, commandEntries), []);
});

test('one file reads the measuring clock, and one that of a page, which another compares with ours', () => {
  const allowed = /^(contract\/clock|clients\/browser\/(page\/clock|page-clock))\.ts$/;
  assert.deepEqual(offenders(/performance\.now|hrtime/, allowed), []);
});

test('one file writes HTML, beside the frame of the measured page', () => {
  assert.deepEqual(offenders(/<!doctype html>/i, /^(reports\/document|clients\/browser\/tab)\.ts$/), []);
});
