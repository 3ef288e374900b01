import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ComparedRun, compareRuns } from '../../harness/compare.js';
import type { Comparison, Plan } from '../../harness/model.js';
import { summarize } from '../../harness/summarize.js';
import { fakePlan, fakeTrial, fakeWorkload } from '../fixtures/run.js';

/** A run whose staleness in ms is given per repetition. */
function run(stalenessMs: readonly number[], over: Partial<Plan> = {}, heads = 0): ComparedRun {
  const plan = fakePlan({ transports: ['sse'], repeats: stalenessMs.length, ...over });
  const records = plan.trials.map((trial) => {
    const made = fakeTrial(trial, { client: { stalenessMeanUs: (stalenessMs[trial.repetition] as number) * 1000 } });
    made.client.windowTraffic.down.heads = heads;
    return made;
  });
  return { plan, summary: summarize(plan, records) };
}

function staleness({ rows }: Comparison) {
  const row = rows.find(({ metric }) => metric === 'stalenessMeanUs');
  assert.ok(row);
  return row;
}

test('a run compared with itself is tied in everything', () => {
  const one = run([50, 70, 60, 90, 40]);
  const { rows, environment, expectedByChance } = compareRuns(one, one);
  assert.deepEqual(environment, []);
  // Five repeats: 6.25 % of the figures of two equal runs.
  assert.equal(expectedByChance, rows.length * 0.0625);
  assert.ok(rows.length >= 8);
  assert.ok(rows.every(({ verdict, difference }) => verdict === 'tied' && difference === 0));
});

test('paired by repetition, a small steady difference shows through a large spread', () => {
  const a = [50, 70, 60, 90, 40];
  const row = staleness(compareRuns(run(a), run(a.map((ms) => ms + 5))));
  assert.deepEqual([row.verdict, row.paired, row.difference, row.interval], ['worse', true, 5000, [5000, 5000]]);
  assert.ok(Math.abs((row.relative ?? 0) - 5 / 60) < 1e-9);
  assert.equal(staleness(compareRuns(run(a.map((ms) => ms + 5)), run(a))).verdict, 'better');
});

test('with other seeds nothing pairs, and the same spread hides it', () => {
  const a = [50, 70, 60, 90, 40];
  const row = staleness(
    compareRuns(
      run(a),
      run(
        a.map((ms) => ms + 5),
        { seed: 2 },
      ),
    ),
  );
  assert.deepEqual([row.verdict, row.paired], ['tied', false]);
});

test('a difference that changes sign between repetitions is tied', () => {
  assert.equal(staleness(compareRuns(run([50, 50, 50]), run([55, 45, 55]))).verdict, 'tied');
});

test('a difference below the minimum effect is tied', () => {
  const [a, b] = [run([100, 100, 100]), run([103, 103, 103])];
  assert.equal(staleness(compareRuns(a, b)).verdict, 'worse');
  assert.equal(staleness(compareRuns(a, b, 0.05)).verdict, 'tied');
});

test('on another machine times are not compared, bytes are', () => {
  const a = run([50, 50, 50]);
  const b = run([90, 90, 90], { machine: { ...a.plan.machine, cpuModel: 'Another CPU' } }, 400);
  const { rows, environment } = compareRuns(a, b);
  assert.deepEqual(environment, ['cpu Fake CPU against Another CPU']);
  const row = staleness({ ...compareRuns(a, b) });
  assert.equal(row.verdict, 'not comparable');
  assert.match(row.why ?? '', /environments differ: cpu/);
  assert.equal(rows.find(({ metric }) => metric === 'bytesPerUpdate')?.verdict, 'worse');
});

test('other workloads, missing arms and too few trials are not comparable, each with its reason', () => {
  const why = (a: ComparedRun, b: ComparedRun) => compareRuns(a, b).rows.map((row) => row.why);
  const base = run([50, 50, 50]);
  assert.ok(
    why(base, run([50, 50, 50], { workloads: [{ ...fakeWorkload, payloadBytes: 999 }] })).every(
      (reason) => reason === 'the workloads differ',
    ),
  );
  assert.ok(why(base, run([50, 50])).every((reason) => reason === 'fewer than 3 trials'));
  const nothing = { ...base, summary: { ...base.summary, arms: [] } };
  assert.ok(why(base, nothing).every((reason) => reason === 'only in A'));
});

test('more goodput is better, more of anything else worse', () => {
  const plan = fakePlan({ transports: ['sse'], repeats: 3 });
  const withDelivered = (delivered: number) => ({
    plan,
    summary: summarize(
      plan,
      plan.trials.map((trial) => fakeTrial(trial, { client: { delivered, lost: 200 - delivered } })),
    ),
  });
  const verdicts = Object.fromEntries(
    compareRuns(withDelivered(150), withDelivered(200)).rows.map(({ metric, verdict }) => [metric, verdict]),
  );
  assert.equal(verdicts.goodputPerS, 'better');
  assert.equal(verdicts.lostShare, 'better');
});
