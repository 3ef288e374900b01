import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareRuns } from '../../harness/compare.js';
import { benchmarkEntries } from '../../harness/export/benchmark-json.js';
import { formatJunit } from '../../harness/export/junit.js';
import { comparisonSchema } from '../../harness/model.js';
import { summarize } from '../../harness/summarize.js';
import { renderComparison } from '../../reports/comparison.js';
import { fakePlan, fakeTrial } from '../fixtures/run.js';

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
