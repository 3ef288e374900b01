/** What code is counted: the declarations that are needed, as JavaScript, once and for each who needs them. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { transportIds } from '../../../contract/transports.js';
import { methodVersion } from '../../../harness/model.js';
import { codeSchema } from '../../../harness/probes/article-model.js';
import { measureCode, measureText } from '../../../harness/probes/code-size.js';
import { Declarations, stripped } from '../../../harness/probes/declarations.js';

const root = mkdtempSync(join(tmpdir(), 'pushlab-code-'));
after(() => rmSync(root, { recursive: true }));
const files = {
  'a.ts': `import type { T } from './types.js';
import { used as renamed, type Other } from './lib/b.js';
import http from 'node:http';
import ws from 'ws';
/** Says nothing. */
export function begin(t: T): number { return renamed + helper(t as Other); }
function helper(t: T): number { void http; return Number(t) + Number(ws); }
export const unused = 1;
`,
  'lib/b.ts': `export type Other = string;
const deep = 2; // a comment
export const used = deep + 1;
export class Big { large = 'not asked for'; }
`,
  'types.ts': 'export type T = string;\n',
};
mkdirSync(join(root, 'lib'));
for (const [name, text] of Object.entries(files)) writeFileSync(join(root, name), text);

test('needed is what is reached by name, in other files too; types and comments are nothing', () => {
  const { declarations, packages } = new Declarations(root).needsOf(['a.ts#begin']);
  const found = [...declarations].map(({ file, text }) => `${file}: ${text.split('\n')[0]}`).sort();
  assert.deepEqual(found, [
    'a.ts: export function begin(t) { return renamed + helper(t); }',
    'a.ts: function helper(t) { void http; return Number(t) + Number(ws); }',
    'lib/b.ts: const deep = 2;',
    'lib/b.ts: export const used = deep + 1;',
  ]);
  assert.deepEqual([...packages], ['ws'], 'a library is one, what comes with Node is not');
});

test('a whole file is all it declares; a name that is not there is an error', () => {
  const declarations = new Declarations(root);
  assert.equal(declarations.needsOf(['a.ts']).declarations.size, 5);
  assert.throws(() => declarations.needsOf(['a.ts#nothing']), /a\.ts declares no nothing/);
});

test('lines that hold code, bytes, and bytes compressed', () => {
  const code = stripped('/* x */\nexport const a: number = 1;\n\n// y\nexport const b = `ä`;\n');
  const { lines, bytes, gzipBytes } = measureText(code);
  assert.deepEqual([lines, bytes], [2, Buffer.byteLength('export const a = 1;\nexport const b = `ä`;\n')]);
  assert.ok(gzipBytes > 20);
  assert.ok(measureText('a'.repeat(10_000)).gzipBytes < 100);
});

test('every transport has code of its own at every end, found in files that are there', () => {
  const code = codeSchema.parse({ methodVersion, runId: 'x', ...measureCode() });
  for (const end of ['page', 'raw', 'uws', 'node'] as const) {
    const rows = code.rows.filter((row) => row.end === end);
    assert.deepEqual(
      rows.map(({ transport }) => transport),
      [...transportIds],
    );
    for (const { own, transport } of rows) assert.ok(own.lines > 0 && own.bytes > own.gzipBytes, `${end} ${transport}`);
  }
  const row = (end: string, transport: string) =>
    code.rows.find((one) => one.end === end && one.transport === transport);
  // An encoder is no parser, though both are in one file.
  assert.ok((row('raw', 'sse')?.own.bytes ?? 0) > 2 * (row('node', 'sse')?.own.bytes ?? 0));
  assert.deepEqual(
    row('node', 'websocket')?.packages.map(({ name }) => name),
    ['ws'],
  );
  assert.deepEqual(row('node', 'sse')?.packages, []);
  for (const { packages, end } of code.rows) if (end !== 'node') assert.deepEqual(packages, [], end);
});
