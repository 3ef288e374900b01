import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { nowUs } from '../../contract/clock.js';

test('the clock is CLOCK_MONOTONIC, as hrtime reads it', () => {
  const before = Number(process.hrtime.bigint()) / 1000;
  const read = nowUs();
  const after = Number(process.hrtime.bigint()) / 1000;
  // Both are rounded to doubles; the bounds hold however long the process is held up between them.
  assert.ok(before - 5 <= read && read <= after + 5, `${before} ${read} ${after}`);
});

test('another process reads the same clock: between two readings of this one', () => {
  const clock = fileURLToPath(new URL('../../contract/clock.ts', import.meta.url));
  const register = new URL('../../register.mjs', import.meta.url).href;
  const before = nowUs();
  const theirs = Number(
    execFileSync(process.execPath, [
      '--import',
      register,
      '--input-type=module',
      '-e',
      `const { nowUs } = await import(${JSON.stringify(clock)}); console.log(nowUs());`,
    ]),
  );
  const after = nowUs();
  assert.ok(before < theirs && theirs < after, `${before} ${theirs} ${after}`);
});

test('it never runs backwards', () => {
  let last = nowUs();
  for (let i = 0; i < 100_000; i++) {
    const next = nowUs();
    assert.ok(next >= last);
    last = next;
  }
});
