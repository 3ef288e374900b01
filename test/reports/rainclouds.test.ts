/** The chart of latencies: a cloud for each arm and a line for each trial, or one chart over what workloads differ in. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { latency } from '../../reports/charts/latency.js';
import type { ReportInput } from '../../reports/data.js';
import { reportInput, sweepWorkloads } from '../fixtures/report-input.js';
import { fakeWorkload } from '../fixtures/run.js';

type Row = Readonly<Record<string, unknown>>;
interface Spec {
  readonly data: { readonly values: readonly Row[] };
  readonly facet?: { readonly row: { readonly field: string; readonly sort: readonly string[] } };
  readonly vconcat?: readonly { readonly title: { readonly text: string }; readonly facet?: object }[];
}

const specOf = (input: ReportInput) => latency.spec(input) as unknown as Spec;
const having = (rows: readonly Row[], field: string) => rows.filter((row) => row[field] !== undefined);

/** Workloads that differ in two numbers. */
const apart = [1, 2].map((i) => ({
  ...fakeWorkload,
  id: `apart-${i}`,
  title: `apart ${i}`,
  subscribers: i,
  payloadBytes: 64 * i,
}));
const parts = [sweepWorkloads, apart].map((own, i) => ({
  id: `part-${i}`,
  title: `Part ${i}`,
  question: 'What?',
  workloads: own.map(({ id }) => id),
  whole: true,
}));

test('of one workload each arm has a hill that ends in its peak of 1, its estimates, and a line for each trial', () => {
  const input = reportInput({ transports: ['polling', 'sse'], repeats: 4 });
  const { data, facet } = specOf(input);
  assert.deepEqual(facet?.row.sort, ['Interval polling', 'Server-Sent Events']);
  for (const arm of facet?.row.sort ?? []) {
    const own = data.values.filter((row) => row.arm === arm);
    assert.equal(Math.max(...having(own, 'height').map(({ height }) => Number(height))), 1);
    assert.equal(having(own, 'lane').length, 4);
    assert.equal(new Set(having(own, 'lane').map(({ lane }) => lane)).size, 4, 'below one another');
    assert.deepEqual(
      having(own, 'median').map(({ quantile }) => quantile),
      ['p50', 'p90', 'p99'],
    );
  }
  const p50 = input.summary.arms[0]?.metrics.latencyP50Us?.values.map((us) => us / 1000);
  const middles = having(data.values, 'lane').slice(0, 4);
  assert.deepEqual(
    middles.map(({ middle }) => middle),
    p50,
  );
});

test('a summary without quantiles of its trials has clouds without their lines', () => {
  const input = reportInput({ transports: ['sse'] });
  const arms = input.summary.arms.map(({ trialLatencyQuantiles: _, ...arm }) => arm);
  const { values } = specOf({ ...input, summary: { ...input.summary, arms } }).data;
  assert.deepEqual(having(values, 'lane'), []);
  assert.ok(having(values, 'height').length > 10);
});

test('a part whose workloads differ in one number is one chart over it; the others keep their clouds', () => {
  const input = reportInput({
    transports: ['polling', 'sse'],
    workloads: [...sweepWorkloads, ...apart],
    plan: { claims: ['A6'], experiments: parts },
  });
  const { data, vconcat } = specOf(input);
  assert.deepEqual(
    vconcat?.map(({ title, facet }) => [title.text, facet !== undefined]),
    [
      ['Part 0', false],
      ['apart 1', true],
      ['apart 2', true],
    ],
  );
  const curve = data.values.filter(({ panel }) => panel === 'Part 0');
  assert.deepEqual(
    curve.map(({ arm, x }) => [arm, x]),
    [1, 10, 100, 1000].flatMap((x) => [
      ['Interval polling', x],
      ['Server-Sent Events', x],
    ]),
  );
});

test('arms of one transport would look alike as lines, and stay clouds', () => {
  const input = reportInput({
    transports: ['sse'],
    subjects: ['uws', 'node'],
    workloads: [...sweepWorkloads, ...apart],
    plan: { claims: ['A6'], experiments: parts },
  });
  assert.equal(
    specOf(input).vconcat?.every(({ facet }) => facet !== undefined),
    true,
  );
});
