/** Tables of the terminal: aligned, nothing dropped, and never wider than it, whatever they hold. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { formatCapacity } from '../../harness/capacity-table.js';
import { formatTable } from '../../harness/columns.js';
import { compareRuns } from '../../harness/compare.js';
import { formatComparison } from '../../harness/compare-table.js';
import { formatConnections } from '../../harness/connections.js';
import { readPlan, readProbes, readSummary, readVerdicts } from '../../harness/files.js';
import { type CapacityStep, methodVersion } from '../../harness/model.js';
import { estimated, inDigits, threeDigits } from '../../harness/numbers.js';
import { formatQps } from '../../harness/qps/table.js';
import { formatSummary, formatVerdicts } from '../../harness/table.js';
import type { Terminal } from '../../harness/terminal.js';

const at = (columns: number): Terminal => ({ colours: false, columns });

test('columns line up: names to the left, figures to the right', () => {
  const rows = [
    ['a', 'long'],
    ['bbb', '1'],
  ];
  assert.equal(formatTable(rows), 'a    long\nbbb     1');
  assert.equal(formatTable([...rows, ['c', 'd']], { names: 2 }), 'a    long\nbbb  1\nc    d');
  assert.equal(formatTable(rows, { names: 2 }), 'a    long\nbbb     1', 'a number that names is still a number');
});

test('a row of one cell is a heading, and makes no column wider', () => {
  const text = formatTable([['name', 'x'], ['a heading longer than the table'], ['a', '1']]);
  assert.equal(text, 'name  x\na heading longer than the table\na     1');
});

test('what does not fit beside stands below, behind the names again', () => {
  const rows = [
    ['name', 'first', 'second', 'third'],
    ['a', '1', '2', '3'],
  ];
  assert.equal(formatTable(rows, { terminal: at(26) }), 'name  first  second  third\na         1       2      3');
  assert.equal(
    formatTable(rows, { terminal: at(25) }),
    'name  first  second\na         1       2\n\nname  third\na         3\n(side by side: 26\ncolumns)',
  );
  assert.equal(formatTable(rows, { terminal: at(12) }).split('\n\n').length, 3);
});

test('where no figure fits beside the names, each row is a block', () => {
  const rows = [
    ['name', 'first', 'second'],
    ['a-long-name', '1', 'some words'],
  ];
  assert.equal(formatTable(rows, { terminal: at(16) }), 'a-long-name\n  first   1\n  second  some\n    words');
});

test('whatever a table holds, it drops nothing and is never wider than the terminal', () => {
  const cell = fc.stringMatching(/^[a-z0-9]{1,12}$/);
  const tables = fc
    .tuple(fc.integer({ min: 2, max: 9 }), fc.integer({ min: 1, max: 5 }))
    .chain(([width, height]) =>
      fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: height, maxLength: height }),
    );
  fc.assert(
    fc.property(tables, fc.integer({ min: 30, max: 130 }), fc.integer({ min: 1, max: 2 }), (rows, columns, names) => {
      const text = formatTable(rows, { terminal: at(columns), names });
      for (const line of text.split('\n')) assert.ok(line.length <= columns, `${columns}: ${line}`);
      const words = new Set(text.split(/\s+/));
      for (const row of rows.slice(1)) for (const word of row) assert.ok(words.has(word), word);
    }),
  );
});

test('numbers: in the digits that an interval supports, without one in three, and where differences count in four', () => {
  const one = { median: 1234.5678, low: 1200, high: 1300, values: [1200, 1300] };
  assert.equal(estimated(one), '1,230 [1,200–1,300]');
  assert.equal(estimated(one, 1e-3), '1.23 [1.20–1.30]');
  assert.equal(estimated({ ...one, values: [1] }, 1e-6), '0.00123');
  assert.equal(estimated({ median: -5, low: -20, high: 9, values: [1, 2] }), '−5 [−20 to 9]');
  assert.equal(estimated({ ...one, low: one.median, high: one.median }), '1,235');
  assert.deepEqual([2, 12.34, 1234.5, 0].map(threeDigits), ['2.00', '12.3', '1,235', '0']);
  assert.deepEqual(
    [1e-7, 123456.7, -0.5].map((value) => inDigits(value)),
    ['0.0000001', '123,500', '−0.5'],
  );
});

const reference = 'reports/reference';
const plan = readPlan(reference);
const summary = readSummary(reference);
const requests = readProbes(reference).requests ?? assert.fail('no requests in the reference run');

const step: CapacityStep = {
  value: 12_300,
  phase: 'up',
  trialId: 't',
  met: false,
  missed: ['p99 1,234 ms'],
  generatorBound: false,
  noisy: true,
  offeredPerS: 1_230_000,
  achievedPerS: 1_030_000,
  p99Us: 1_234_000,
  serverCpuShare: 0.99,
  generatorCpuShare: 0.5,
  lost: 12_345,
  droppedSlow: 3,
};

/** A full run's figures: long names, large numbers, missing ones, all transports and clients. */
const outputs: Readonly<Record<string, (terminal: Terminal) => string>> = {
  'the summary': (terminal) => formatSummary(plan, summary, terminal),
  'the verdicts': (terminal) => formatVerdicts(readVerdicts(reference), terminal),
  'a comparison': (terminal) => formatComparison(compareRuns({ plan, summary }, { plan, summary }, 0.01), terminal),
  'the connections': (terminal) => formatConnections(plan, summary, terminal),
  'the capacity': (terminal) =>
    formatCapacity(
      {
        methodVersion,
        runId: 'x',
        axis: 'rate',
        slo: 'p99<50ms,lost=0',
        resolution: 0.05,
        searches: [
          { transport: 'conditional-polling', capacity: null, failsAt: 12_300, limitedBy: 'objective', steps: [step] },
        ],
      },
      terminal,
    ),
  'requests per second': (terminal) =>
    formatQps(
      {
        methodVersion,
        runId: 'x',
        createdAt: plan.createdAt,
        command: 'npx pushlab qps',
        interrupted: false,
        machine: plan.machine,
        versions: plan.versions,
        serverCores: null,
        generatorCores: null,
        target: { url: 'http://127.0.0.1:8080/hello', subject: 'uws', serverPids: 1, status: 200 },
        settings: requests.settings,
        tools: requests.tools,
        blocks: [],
        rows: requests.targets[0]?.rows ?? [],
      },
      terminal,
    ),
};

for (const [what, format] of Object.entries(outputs)) {
  test(`${what}: no line is longer than 60, 80 or 200 columns`, () => {
    // A word that is longer than the line stays whole: an id or a path is of no use in pieces.
    for (const columns of [60, 80, 200])
      for (const line of format(at(columns)).split('\n'))
        assert.ok(line.length <= columns || !line.trim().includes(' '), `${columns}: ${line}`);
  });

  test(`${what}: colours change nothing but colours, and without them there is no escape code`, () => {
    const plain = format(at(100));
    assert.equal(stripVTControlCharacters(plain), plain);
    assert.equal(stripVTControlCharacters(format({ colours: true, columns: 100 })), plain);
  });
}
