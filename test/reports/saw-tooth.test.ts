import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SamplesFile } from '../../harness/model.js';
import { traceOf } from '../../harness/traces.js';
import { sawTooth, teeth } from '../../reports/charts/saw-tooth.js';
import { reportInput } from '../fixtures/report-input.js';

test('age grows until an update arrives, and falls to how old that one is', () => {
  assert.deepEqual(
    teeth({
      arrivals: [
        [0, 10_000],
        [100_000, 130_000],
      ],
    }),
    [
      { s: 0.01, ageMs: 10 },
      { s: 0.13, ageMs: 130 },
      { s: 0.13, ageMs: 30 },
    ],
  );
});

test('an update older than the one held changes nothing', () => {
  const late: [number, number][] = [
    [100_000, 110_000],
    [0, 120_000],
  ];
  assert.deepEqual(teeth({ arrivals: late }), [{ s: 0.11, ageMs: 10 }]);
});

test('the subscriber drawn is the first, and a trial that kept only some deliveries has none', () => {
  const file = (every: number): SamplesFile => ({
    methodVersion: 3,
    trialId: 't',
    every,
    rows: [
      [7, 1, 0, 0, 5],
      [3, 2, 100, 100, 130],
      [3, 1, 0, 0, 20],
    ],
  });
  assert.deepEqual(traceOf('k', file(1)), [
    {
      key: 'k',
      trialId: 't',
      subscriber: 3,
      arrivals: [
        [0, 20],
        [100, 130],
      ],
    },
  ]);
  assert.deepEqual(traceOf('k', file(2)), []);
});

test('the mean age of the table is the area under the teeth', () => {
  const arrivals: [number, number][] = [
    [0, 0],
    [100_000, 100_000],
    [200_000, 200_000],
  ];
  const input = reportInput({ transports: ['sse'] });
  const [trace] = input.traces ?? [];
  const { head, rows } = sawTooth.table({ ...input, traces: trace === undefined ? [] : [{ ...trace, arrivals }] });
  assert.equal(rows[0]?.[head.indexOf('mean age ms')], '50');
  assert.equal(rows[0]?.[head.indexOf('greatest age ms')], '100');
});
