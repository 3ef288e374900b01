import assert from 'node:assert/strict';
import { test } from 'node:test';
import { summarize } from '../../harness/summarize.js';
import { formatSummary, formatTable } from '../../harness/table.js';
import { failedTrial, fakeCost, fakePlan, fakeTrial } from '../fixtures/run.js';

test('a latency below what the instrument can resolve is shown as such', () => {
  const plan = fakePlan({ transports: ['sse'], repeats: 3 });
  const summary = summarize(
    plan,
    plan.trials.map((trial) => fakeTrial(trial)),
  );
  const coarse = { ...summary, resolutionUs: 5_000 };
  assert.match(formatSummary(plan, coarse), /^sse +< 5\.0 +/m);
  assert.doesNotMatch(formatSummary(plan, { ...summary, resolutionUs: 10 }), /</);
});

test('columns line up: the first to the left, the others to the right', () => {
  assert.equal(
    formatTable([
      ['a', 'long'],
      ['bbb', '1'],
    ]),
    'a    long\nbbb     1',
  );
});

test('the summary shows intervals, what does not apply, what was not measured, and what was left out', () => {
  const plan = fakePlan({ transports: ['polling', 'sse'], repeats: 3 });
  const text = formatSummary(
    plan,
    summarize(
      plan,
      plan.trials.map((trial, i) =>
        i === 0
          ? failedTrial(trial)
          : fakeTrial(trial, {
              client: { stalenessMeanUs: 100_000 + trial.repetition * 1000 },
              serverCost: fakeCost(),
              warnings: [{ kind: 'few-samples', message: 'few', disqualifying: false }],
            }),
      ),
    ),
  );
  const lines = text.split('\n');
  assert.equal(lines[0], '2 subscribers, 10 updates/s, 100 B, polled every 100 ms');
  assert.match(text, /^polling .* 101\.5 \[101\.0–102\.0\] .* not measured +400 +0 +0$/m);
  assert.match(text, /^sse .* 101\.0 \[100\.0–102\.0\] .* — .* not measured +600 +0 +0$/m);
  assert.match(text, /1 of 6 trials left out:\n {2}w\.polling\.raw\.uws\.1: failed \(server-died\): /);
  assert.match(text, /5 warnings: 5 × few-samples/);
  assert.match(text, /smallest to largest of 2 trials/);
});
