import assert from 'node:assert/strict';
import { test } from 'node:test';
import { comparePairs, contrasts, pairsOf } from '../../harness/contrast.js';
import { type Arm, summarySchema } from '../../harness/model.js';
import { summarize } from '../../harness/summarize.js';
import { fakePlan, fakeTrial } from '../fixtures/run.js';

/** Two arms whose staleness in µs is given per repetition. */
function arms(sse: readonly number[], websocket: readonly (number | null)[]): [Arm, Arm] {
  const plan = fakePlan({ transports: ['sse', 'websocket'], repeats: sse.length });
  const records = plan.trials.map((trial) => {
    const values = trial.transport === 'sse' ? sse : websocket;
    return fakeTrial(trial, { client: { stalenessMeanUs: values[trial.repetition] ?? null } });
  });
  const summary = summarySchema.parse(summarize(plan, records));
  return summary.arms as [Arm, Arm];
}

test('values are paired by repetition, not by place', () => {
  const [sse, websocket] = arms([10, 20, 30], [11, 21, 31]);
  // As if the second repetition of one arm had been left out.
  const without: Arm = {
    ...websocket,
    repetitions: [0, 2],
    metrics: { stalenessMeanUs: { median: 21, low: 11, high: 31, values: [11, 31] } },
  };
  assert.deepEqual(pairsOf(sse, without, 'stalenessMeanUs'), { a: [10, 30], b: [11, 31] });
});

test('a metric that some counted trial lacks is not paired: nothing says which value is whose', () => {
  const [sse, websocket] = arms([10, 20, 30], [11, null, 31]);
  assert.equal(pairsOf(sse, websocket, 'stalenessMeanUs'), null);
});

test('a steady difference excludes zero though the ranges overlap', () => {
  const found = comparePairs({ a: [10, 20, 30, 40, 50, 60], b: [12, 22, 32, 42, 52, 62] });
  assert.equal(found.verdict, 'higher');
  assert.deepEqual(found.difference, { median: 2, low: 2, high: 2 });
  assert.ok(found.effect > 0 && found.effect < 0.5, 'the values themselves overlap');
  assert.equal(found.confidence, 0.95);
});

test('a difference that changes sign is tied, one below the resolution too, and two pairs are too few', () => {
  assert.equal(comparePairs({ a: [1, 1, 1], b: [2, 0, 2] }).verdict, 'tied');
  assert.equal(comparePairs({ a: [1, 1, 1], b: [1.2, 1.3, 1.2] }, 0.5).verdict, 'tied');
  assert.equal(comparePairs({ a: [1, 1, 1], b: [0, 0, 0] }, 0.5).verdict, 'lower');
  assert.equal(comparePairs({ a: [1, 1], b: [2, 2] }).verdict, 'too few');
});

test('a ratio is only given between values above zero', () => {
  assert.deepEqual(comparePairs({ a: [1, 2, 4], b: [2, 4, 8] }).ratio, { median: 2, low: 2, high: 2 });
  assert.equal(comparePairs({ a: [0, 2, 4], b: [2, 4, 8] }).ratio, null);
});

test('the resolution of the clock holds for what the clock measures, and for nothing else', () => {
  const [sse, websocket] = arms([1000, 1000, 1000], [1001, 1001, 1001]);
  const verdicts = (resolutionUs: number) =>
    Object.fromEntries(
      contrasts(
        [
          { ...sse, metrics: { ...sse.metrics, bytesPerUpdate: { median: 1, low: 1, high: 1, values: [1, 1, 1] } } },
          {
            ...websocket,
            metrics: { ...websocket.metrics, bytesPerUpdate: { median: 2, low: 2, high: 2, values: [2, 2, 2] } },
          },
        ],
        resolutionUs,
      ).map(({ metric, verdict }) => [metric, verdict]),
    );
  assert.equal(verdicts(0.5).stalenessMeanUs, 'higher');
  assert.equal(verdicts(2).stalenessMeanUs, 'tied');
  assert.equal(verdicts(2).bytesPerUpdate, 'higher');
});
