/** What claims have in common: which arms are evidence, when an interval agrees, and how a share is worded. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agrees, armsWith, differs, paired, percent, percents, spread } from '../../claims/evidence.js';
import type { Workload } from '../../contract/trial.js';
import type { Arm } from '../../harness/model.js';
import { summarize } from '../../harness/summarize.js';
import { fakePlan, fakeTrial, fakeWorkload } from '../fixtures/run.js';

function evidenceOf(workload: Partial<Workload>) {
  const plan = fakePlan({ transports: ['sse'], workloads: [{ ...fakeWorkload, ...workload }] });
  const records = plan.trials.map((trial) => fakeTrial(trial));
  return { plan, summary: summarize(plan, records) };
}

test('pages that are hidden, offline or slowed, and arms with a crowd beside them, are no evidence of the ordinary', () => {
  const pages = { pages: null, contexts: 'own', hosts: 1, mayStall: false } as const;
  const found = (workload: Partial<Workload>) => armsWith(evidenceOf(workload), ['sse'], ['deliveredShare']).length;
  assert.equal(found({}), 1);
  assert.equal(found({ browser: { ...pages, condition: 'ordinary' } }), 1);
  for (const condition of ['hidden', 'offline', 'cpu-throttled'] as const)
    assert.equal(found({ browser: { ...pages, condition } }), 0, condition);
  assert.equal(found({ crowd: 500 }), 0);
});

function arm(repetitions: readonly number[]): Arm {
  const [some] = evidenceOf({}).summary.arms as [Arm];
  const values = repetitions.map((repetition) => 10 + repetition);
  return {
    ...some,
    trials: repetitions.length,
    repetitions: [...repetitions],
    metrics: { achievedPerS: spread(values) },
  };
}

test('two pairs are too few to judge by, however many trials each arm has', () => {
  const ratio = (a: readonly number[], b: readonly number[], fewest?: number) =>
    paired(arm(a), arm(b), 'achievedPerS', (x, y) => x / y, fewest);
  assert.deepEqual(ratio([0, 1, 2, 3], [1, 2, 3, 4])?.values, [1, 1, 1]);
  assert.equal(ratio([0, 1, 2, 3], [2, 3, 4, 5]), null);
  assert.equal(ratio([0, 1, 2, 3], [2, 3, 4, 5], 1)?.pairs, 2, 'what is only drawn');
  assert.equal(ratio([0, 1], [2, 3], 1), null);
});

test('an interval agrees when all of it is near, differs when all of it is farther off, and is neither when wide', () => {
  const of = (low: number, high: number) => [agrees({ low, high }, 0.2, 0.02), differs({ low, high }, 0.2, 0.02)];
  assert.deepEqual(of(0.18, 0.22), [true, false]);
  assert.deepEqual(of(0.1, 1), [false, false]);
  assert.deepEqual(of(0.1, 0.18), [false, false]);
  assert.deepEqual(of(0.1, 0.17), [false, true]);
  assert.deepEqual(of(0.23, 0.9), [false, true]);
});

test('a share a little below all of it is not called all of it', () => {
  assert.equal(percent(0.9997), '99.97');
  assert.equal(percent(0.99999), '99.999');
  assert.equal(percent(0.999_999_999), '99.999999');
  assert.deepEqual([1, 0.5, 0].map(percent), ['100', '50', '0']);
  assert.equal(percents({ median: 0.9997, low: 0.9996, high: 1 }), '99.97 % (99.96–100.00)');
});
