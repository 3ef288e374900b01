import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { charts } from '../../reports/charts/index.js';
import { packed } from '../../reports/packed.js';
import { reportInput, sweepWorkloads } from '../fixtures/report-input.js';

/** As the page does it: its own function, cut out of its script. */
const script = readFileSync(new URL('../../reports/report.js', import.meta.url), 'utf8');
const source = /function unpacked[\s\S]*?\n}\n/.exec(script)?.[0];
const unpacked = new Function(`${source}; return unpacked;`)() as (chart: unknown) => {
  spec: { data: { values: unknown[] } };
};

test('what the page unpacks is what was packed', () => {
  const rows = [
    { arm: 'a', ms: 1.5, values: [1, 2] },
    { arm: 'b', ms: 0 },
    { arm: 'a', share: 0.5, flag: false },
  ];
  const { spec } = unpacked({ id: 'x', spec: { mark: 'bar', data: { packed: packed(rows) } } });
  assert.deepEqual(spec.data.values, rows);
});

test('a text that looks like a number stays a text, and a field of both is left as it is', () => {
  const rows = [
    { label: '1', mixed: 'x' },
    { label: '2', mixed: 3 },
  ];
  assert.deepEqual(unpacked({ id: 'x', spec: { data: { packed: packed(rows) } } }).spec.data.values, rows);
});

test('the rows of every chart come back whole, and all together take less room', () => {
  for (const input of [reportInput(), reportInput({ workloads: sweepWorkloads })]) {
    const characters = { packed: 0, whole: 0 };
    for (const chart of charts) {
      const spec = chart.spec(input) as { data: { values: Record<string, unknown>[] } } | null;
      if (spec === null) continue;
      const { values } = spec.data;
      const known = values.map((row) => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)));
      assert.deepEqual(unpacked({ id: chart.id, spec: { data: { packed: packed(values) } } }).spec.data.values, known);
      characters.packed += JSON.stringify(packed(values)).length;
      characters.whole += JSON.stringify(values).length;
    }
    assert.ok(characters.packed < characters.whole / 2, JSON.stringify(characters));
  }
});
