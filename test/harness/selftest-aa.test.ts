import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Random, seededRandom } from '../../contract/random.js';
import { aaResult, aaSuite, withEqualSeeds } from '../../harness/selftest-aa.js';
import { shareInterval } from '../../harness/stats.js';
import { summarize } from '../../harness/summarize.js';
import { fakePlan, fakeTrial } from '../fixtures/run.js';

const shape = { transport: 'sse', experiments: 200, repeats: 6 } as const;

function planOf() {
  const { arms, repeats } = aaSuite(shape);
  return withEqualSeeds(
    fakePlan({ transports: [shape.transport], repeats, workloads: arms.map(({ workload }) => workload) }),
  );
}

/** Trials whose staleness is drawn, that of the second name moved by `shiftUs`. */
function resultOf(random: Random, shiftUs: number) {
  const plan = planOf();
  const records = plan.trials.map((trial) =>
    fakeTrial(trial, {
      client: { stalenessMeanUs: 50_000 + 10_000 * random() + (trial.workloadId === 'b' ? shiftUs : 0) },
    }),
  );
  return aaResult(summarize(plan, records), shape.repeats, null);
}

const stalenessOf = ({ rows }: ReturnType<typeof aaResult>) => rows.find(({ metric }) => metric === 'stalenessMeanUs');

test('both names are sent the same updates, and are measured in turn', () => {
  const { trials } = planOf();
  for (let i = 0; i < trials.length; i += 2) {
    const [one, other] = [trials[i], trials[i + 1]];
    assert.equal(one?.seed, other?.seed);
    assert.deepEqual(new Set([one?.workloadId, other?.workloadId]), new Set(['a', 'b']));
  }
});

test('equal arms are called different about as often as the intervals promise', () => {
  const { experiments, calledDifferent } = stalenessOf(resultOf(seededRandom(3), 0)) ?? assert.fail();
  assert.equal(experiments, shape.experiments);
  // Binomial(200, 0.05): 99.9 % lie within 1 and 21.
  assert.ok(calledDifferent >= 1 && calledDifferent <= 21, `${calledDifferent} of ${experiments}`);
});

test('arms that do differ are found, so that the check could fail', () => {
  const { calledDifferent } = stalenessOf(resultOf(seededRandom(3), 10_000)) ?? assert.fail();
  assert.ok(calledDifferent > 150, `${calledDifferent}`);
});

test('figures that are the same in every trial are tied in every experiment', () => {
  const row = resultOf(seededRandom(1), 0).rows.find(({ metric }) => metric === 'bytesPerUpdate');
  assert.deepEqual(row && [row.experiments, row.calledDifferent], [200, 0]);
});

test('the interval of a share is Wilson’s', () => {
  const { low, high } = shareInterval(5, 100);
  // Newcombe, Statistics in Medicine 17 (1998), gives the method; by hand 0.0215–0.1118.
  assert.ok(Math.abs(low - 0.0215) < 1e-4 && Math.abs(high - 0.1118) < 1e-4, `${low}–${high}`);
  assert.deepEqual(shareInterval(0, 0), { low: 0, high: 1 });
  assert.equal(shareInterval(0, 50).low, 0);
});
