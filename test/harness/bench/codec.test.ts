/** bench:codec as a user starts it, with next to no time: the figures mean nothing here, their shape does. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { codecCases, expectedSum, ownName } from '../../../harness/bench/codec-cases.js';
import { readCodecBench } from '../../../harness/files.js';

function start(...args: string[]) {
  return spawnSync(process.execPath, ['--import', './register.mjs', 'harness/bench/codec.ts', ...args], {
    encoding: 'utf8',
  });
}

test('every case is measured, printed and written as a valid file', () => {
  const out = mkdtempSync(join(tmpdir(), 'pushlab-codec-'));
  try {
    const { status, stdout, stderr } = start('--time', '5', '--out', out);
    assert.equal(status, 0, stderr);
    const rows = readCodecBench(out)?.rows ?? [];
    assert.deepEqual(
      rows.map(({ codec, operation, implementation }) => [codec, operation, implementation]),
      codecCases().map(({ codec, operation, implementation }) => [codec, operation, implementation]),
    );
    for (const row of rows) {
      assert.ok(row.nsPerUpdate > 0 && Number.isFinite(row.nsPerUpdate), JSON.stringify(row));
      assert.ok(row.marginPercent >= 0 && Number.isFinite(row.marginPercent), JSON.stringify(row));
      assert.ok(stdout.includes(row.codec) && stdout.includes(row.implementation));
    }
  } finally {
    rmSync(out, { recursive: true });
  }
});

test('a library is compared with ours on the same bytes, batch after batch', () => {
  const cases = codecCases();
  for (const one of cases) {
    const own = cases.find(
      ({ codec, operation, implementation }) =>
        codec === one.codec && operation === one.operation && implementation === ownName,
    );
    assert.ok(own, `${one.codec} ${one.operation}: a library without ours beside it`);
    // Twice: a parser must be where it was before.
    for (const _ of [1, 2])
      if (one.operation === 'parse') assert.equal(one.parse(), expectedSum, `${one.codec} ${one.implementation}`);
      else if (own.operation === 'encode') assert.deepEqual(one.encode(), own.encode(), one.implementation);
  }
});

test('--help explains, and what is wrong is said in one line', () => {
  const help = start('--help');
  assert.equal(help.status, 0);
  assert.match(help.stdout, /--time/);
  const out = join(tmpdir(), 'pushlab-codec-never-made');
  for (const args of [['--nonsense'], ['--time', 'soon']]) {
    const { status, stdout, stderr } = start('--out', out, ...args);
    assert.equal(status, 2, args.join(' '));
    assert.equal(stdout, '');
    assert.match(stderr, /^bench:codec: [^\n]+\n$/);
  }
  assert.equal(existsSync(out), false, 'a refused call writes nothing');
});
