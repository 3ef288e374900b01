import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HistogramLogReader } from 'hdr-histogram-js';
import { compareRuns } from '../../harness/compare.js';
import { benchmarkEntries } from '../../harness/export/benchmark-json.js';
import { samplesCsv, trialsCsv } from '../../harness/export/csv.js';
import { formatHlog } from '../../harness/export/hlog.js';
import { formatJunit } from '../../harness/export/junit.js';
import { comparisonSchema, methodVersion, metricIds, type OkTrial } from '../../harness/model.js';
import { summarize } from '../../harness/summarize.js';
import { renderComparison } from '../../reports/comparison.js';
import { summaryMarkdown } from '../../reports/summary-markdown.js';
import { reportInput } from '../fixtures/report-input.js';
import { failedTrial, fakeHistogram, fakePlan, fakeTrial, fakeWorkload } from '../fixtures/run.js';

const run = (stalenessUs: number, workloadId = 'w') => {
  const plan = fakePlan({ transports: ['sse'], repeats: 3 });
  const records = plan.trials.map((trial) => fakeTrial(trial, { client: { stalenessMeanUs: stalenessUs } }));
  const summary = summarize(plan, records);
  return {
    plan,
    summary: { ...summary, arms: summary.arms.map((arm) => ({ ...arm, key: `${workloadId}/sse/raw/uws` })) },
  };
};

test('JUnit: worse figures fail, incomparable ones are skipped, the sums agree, and names are escaped', () => {
  const comparison = compareRuns(run(50_000, '<"&\u0007'), run(60_000, '<"&\u0007'));
  const xml = formatJunit(comparison, ({ verdict }) => verdict === 'worse');
  assert.match(xml, /<testsuite name="&lt;&quot;&amp;\ufffd\/sse\/raw\/uws" tests="(\d+)" failures="1" skipped="0"/);
  assert.equal(xml.match(/<testcase /g)?.length, comparison.rows.length);
  assert.match(
    xml,
    /name="stalenessMeanUs"><failure type="worse" message="50000 became 60000: difference 10000 \(20.0 %\), interval 10000 to 10000"/,
  );
  const elsewhere = formatJunit(compareRuns(run(1), run(1, 'other')), () => false);
  assert.match(elsewhere, /<skipped message="only in A"/);
  assert.match(elsewhere, /<testsuites [^>]*failures="0"/);
});

test('the list for benchmark actions has name, unit, value and range of every arm, and one direction', () => {
  const entries = benchmarkEntries(run(50_000).summary);
  const staleness = entries.find(({ name }) => name.endsWith('stalenessMeanUs'));
  assert.deepEqual(staleness && [staleness.unit, staleness.value, staleness.range], ['ms', 50, '50 to 50']);
  assert.ok(entries.every(({ name }) => !name.includes('goodput')));
});

test('the comparison fits its published schema, and its page says what became of it', async () => {
  const comparison = comparisonSchema.parse(compareRuns(run(50_000), run(60_000)));
  const page = await renderComparison({ comparison, version: '0', command: 'npx pushlab compare a <b>' });
  assert.match(page, /0 better, 1 worse, \d+ tied, 0 not comparable/);
  assert.match(page, /<svg/);
  assert.match(page, /compare a &lt;b&gt;/);
});

test('by how much a figure is worse at least is the kinder end of its interval', () => {
  const plan = fakePlan({ transports: ['sse'], repeats: 3 });
  const withStaleness = (us: readonly number[]) => ({
    plan,
    summary: summarize(
      plan,
      plan.trials.map((trial) => fakeTrial(trial, { client: { stalenessMeanUs: us[trial.repetition] as number } })),
    ),
  });
  const { rows } = compareRuns(withStaleness([100, 100, 100]), withStaleness([104, 110, 120]));
  const row = rows.find(({ metric }) => metric === 'stalenessMeanUs');
  assert.equal(row?.verdict, 'worse');
  assert.equal(row?.worseByAtLeast, 0.04);
  assert.equal(row?.effect, 1);
});

test('CSV: a row for every trial, failed ones too, with an empty cell for what was not measured', () => {
  const plan = fakePlan({ transports: ['sse'], repeats: 3 });
  const [first, second, third] = plan.trials;
  assert.ok(first && second && third);
  const records = [
    fakeTrial(first, { client: { stalenessMeanUs: 1234.5 } }),
    failedTrial(second, 'it said "no", twice\nand left'),
    fakeTrial(third, { wire: null }),
  ];
  const text = trialsCsv(plan, records, summarize(plan, records));
  const [head = [], ...rows] = parseCsv(text);
  assert.equal(rows.length, 3);
  assert.ok(rows.every(({ length }) => length === head.length));
  const at = (row: number, column: string) => rows[row]?.[head.indexOf(column)];
  assert.deepEqual(head.slice(-metricIds.length), [...metricIds]);
  assert.equal(at(0, 'stalenessMeanUs'), '1234.5');
  assert.match(at(1, 'leftOutBecause') ?? '', /it said "no", twice\nand left/);
  assert.equal(at(1, 'stalenessMeanUs'), '');
  assert.equal(at(2, 'wireDownBytesPerUpdate'), '', 'not measured is no zero');
});

test('CSV of samples: a row for every delivery that was kept, with its latency', () => {
  const plan = fakePlan({ transports: ['sse'], repeats: 1 });
  const records = plan.trials.map((trial) => fakeTrial(trial));
  const text = samplesCsv(records, ({ trial }) => ({
    methodVersion,
    trialId: trial.id,
    every: 1,
    rows: [[3, 7, 100, 150, 1150.5]],
  }));
  const [head = [], row = []] = parseCsv(text);
  const of = (column: string) => row[head.indexOf(column)];
  assert.deepEqual([of('subscriber'), of('seq'), of('receivedUs'), of('latencyUs')], ['3', '7', '1150.5', '1050.5']);
});

test('hlog: HdrHistogram’s own reader finds each trial’s values again', () => {
  const plan = fakePlan({ transports: ['sse'], repeats: 2 });
  const trials = plan.trials.map((trial) =>
    fakeTrial(trial, { client: { latency: fakeHistogram([100, 200, 5000 * (trial.repetition + 1)]) } }),
  ) as OkTrial[];
  const reader = new HistogramLogReader(formatHlog('w/sse', trials, ({ client }) => client.latency));
  for (const { repetition } of plan.trials) {
    const interval = reader.nextIntervalHistogram();
    assert.ok(interval);
    assert.equal(interval.totalCount, 3);
    assert.ok(Math.abs(interval.maxValue / (5000 * (repetition + 1)) - 1) < 0.002);
    assert.equal(interval.getValueAtPercentile(50), 200);
  }
  assert.equal(reader.nextIntervalHistogram(), null);
});

test('Markdown: a table of every workload, the claims, and no markup from anybody’s names', () => {
  const hostile = '**x** <img> | `y`';
  const text = summaryMarkdown(
    reportInput({
      workloads: [{ ...fakeWorkload, title: hostile }],
      plan: { suite: { id: 'x', title: 'T', question: hostile } },
    }),
  );
  assert.ok(text.includes('### \\*\\*x\\*\\* &lt;img> \\| \\`y\\`'), text.slice(0, 300));
  assert.equal(text.match(/^\| Server-Sent Events \|/gm)?.length, 1);
  assert.match(text, /- \*\*A6\*\* contradicted: /);
});

/** A parser of its own, so that the writer is not checked against itself. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain = '', end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n)/g)) {
    rows.at(-1)?.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === '\n') rows.push([]);
  }
  return rows.slice(0, -1);
}
