/** What a claim is judged by, and what part of its evidence can settle. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { a6 } from '../../claims/a6-payload-share.js';
import { judge } from '../../harness/judge.js';
import type { Claim, Judged, OkTrial, Plan, Verdict } from '../../harness/model.js';
import { suiteSchema } from '../../harness/model.js';
import { createPlan } from '../../harness/plan.js';
import { summarize } from '../../harness/summarize.js';
import { fakePlan, fakeTrial, fakeWorkload } from '../fixtures/run.js';

const workloads = ['own', 'other'].map((id) => ({ ...fakeWorkload, id }));
const part = (id: string, over: Partial<Plan['experiments'][number]> = {}) => ({
  id,
  workloads: ['own'],
  title: id,
  question: 'What?',
  whole: true,
  ...over,
});

function verdictOn(
  outcome: Judged['outcome'],
  experiments: Plan['experiments'],
  over: Partial<Claim> = {},
  refused?: string,
): Verdict {
  const made = fakePlan({ transports: ['sse'], workloads, experiments });
  const trials = refused === undefined ? made.trials : made.trials.map((trial) => ({ ...trial, refused }));
  const plan = { ...made, trials };
  const records = refused === undefined ? trials.map((trial) => fakeTrial(trial)) : [];
  const claim: Claim = {
    ...a6,
    experiments: ['size', 'rate'],
    // Says which arms it was given.
    judge: ({ summary }) => {
      const arms = summary.arms.filter((arm) => arm.trials > 0).map(({ key }) => key);
      return arms.length === 0
        ? null
        : { outcome, value: arms.join(' '), because: 'it is so', conditions: ['here'], evidence: arms };
    },
    ...over,
  };
  if (over.statement === undefined) delete (claim as { statement?: string }).statement;
  const { verdicts, broken } = judge({ plan, summary: summarize(plan, records) }, [claim]);
  assert.deepEqual(broken, []);
  return verdicts[0] as Verdict;
}
const whole = [part('size'), part('rate')];

test('with all of its evidence a claim gets the verdict of its judge, by its own arms', () => {
  for (const outcome of ['reproduced', 'contradicted', 'inconclusive'] as const) {
    const verdict = verdictOn(outcome, whole);
    assert.deepEqual([verdict.outcome, verdict.value, verdict.lacks], [outcome, 'own/sse/raw/uws', []]);
    assert.deepEqual(verdict.conditions, ['here']);
  }
});

test('a run without any of its experiments lets all arms speak', () => {
  const verdict = verdictOn('reproduced', [part('quick')]);
  assert.equal(verdict.value, 'own/sse/raw/uws other/sse/raw/uws');
  assert.deepEqual(verdict.lacks, ['size', 'rate']);
});

test('on part of its evidence a claim is neither reproduced nor contradicted, unless its statement lets it', () => {
  for (const partial of [[part('quick')], [part('size')], [part('size'), part('rate', { whole: false })]]) {
    assert.equal(verdictOn('reproduced', partial).outcome, 'holds under stated conditions');
    const contradicted = verdictOn('contradicted', partial);
    assert.equal(contradicted.outcome, 'inconclusive');
    assert.match(contradicted.because, /it is so; but what may agree with it is not in this run/);
    assert.match(contradicted.conditions.join(), /judged on part of its evidence; .*rate/);
    // One counterexample ends a universal statement, and one example settles an existential one.
    assert.equal(verdictOn('contradicted', partial, { statement: 'universal' }).outcome, 'contradicted');
    assert.equal(verdictOn('reproduced', partial, { statement: 'universal' }).outcome, 'holds under stated conditions');
    assert.equal(verdictOn('reproduced', partial, { statement: 'existential' }).outcome, 'reproduced');
    assert.equal(verdictOn('contradicted', partial, { statement: 'existential' }).outcome, 'inconclusive');
    for (const outcome of ['undefined', 'refuted by arithmetic', 'inconclusive'] as const)
      assert.equal(verdictOn(outcome, partial).outcome, outcome);
  }
});

/** SSE and WebSocket under one workload; a claim that says which arms it was given, and judges them so. */
function withTrialsLeftOut(left: (trial: Plan['trials'][number]) => boolean, over: Partial<Claim> = {}): Verdict {
  const plan = fakePlan({ transports: ['sse', 'websocket'], workloads, experiments: [part('size')], repeats: 4 });
  const bound: Partial<OkTrial> = {
    warnings: [{ kind: 'generator-bound', message: 'it measured itself', disqualifying: true }],
  };
  const records = plan.trials.map((trial) => fakeTrial(trial, left(trial) ? bound : {}));
  const claim: Claim = {
    ...a6,
    experiments: ['size'],
    judge: () => ({ ...fine, outcome: 'reproduced' }),
    ...over,
  };
  if (over.statement === undefined) delete (claim as { statement?: string }).statement;
  const { verdicts, broken } = judge({ plan, summary: summarize(plan, records) }, [claim]);
  assert.deepEqual(broken, []);
  return verdicts[0] as Verdict;
}
const fine = { value: null, because: 'it is so', conditions: [], evidence: ['own/sse/raw/uws'] };

test('to be planned is not to be there: an experiment lacks when an arm of it has too few trials that count', () => {
  const all = withTrialsLeftOut(() => false);
  assert.deepEqual([all.outcome, all.lacks], ['reproduced', []]);
  const left = withTrialsLeftOut(({ transport }) => transport === 'websocket');
  assert.deepEqual([left.outcome, left.lacks], ['holds under stated conditions', ['size']]);
  assert.match(left.conditions.join(), /fewer than 3 trials that count, .*: own\/websocket\/raw\/uws \(0\)$/);
  const two = withTrialsLeftOut(({ transport, repetition }) => transport === 'websocket' && repetition < 2);
  assert.deepEqual(two.lacks, ['size'], 'two that count are too few');
  const one = withTrialsLeftOut(({ transport, repetition }) => transport === 'websocket' && repetition < 1);
  assert.deepEqual(one.lacks, [], 'three of four suffice');
  const elsewhere = withTrialsLeftOut(({ workloadId }) => workloadId === 'other');
  assert.deepEqual(elsewhere.lacks, [], 'what belongs to no experiment of its own');
});

test('arms of a workload that share fewer than three repetitions cannot be set against each other', () => {
  const crossed = withTrialsLeftOut(
    ({ transport, repetition }) =>
      (transport === 'sse' && repetition === 0) || (transport === 'websocket' && repetition === 1),
  );
  assert.deepEqual([crossed.outcome, crossed.lacks], ['holds under stated conditions', ['size']]);
});

test('a universal claim that one case contradicts says that the whole may find where it holds', () => {
  const partial = [part('size')];
  const universal = verdictOn('contradicted', partial, { statement: 'universal' });
  assert.match(universal.because, /^it is so; one case that is otherwise contradicts it as it stands, and where/);
  assert.equal(verdictOn('contradicted', whole, { statement: 'universal' }).because, 'it is so');
});

test('not tested says also which arms have too few trials to be compared', () => {
  const verdict = withTrialsLeftOut(({ repetition }) => repetition > 1, { judge: () => null });
  assert.match(verdict.because, /fewer than 3 trials that count, .*: own\/sse\/raw\/uws \(2\), own\/websocket/);
});

test('a claim that needs no trials lacks none', () => {
  assert.deepEqual(verdictOn('reproduced', [], { experiments: [] }).lacks, []);
});

test('not tested says why its trials were not run', () => {
  const verdict = verdictOn('reproduced', whole, {}, '40,000 connections take more memory than is free');
  assert.equal(verdict.outcome, 'not tested');
  assert.match(verdict.because, /of its trials 5 have no figures: 40,000 connections take more memory than is free/);
});

test('a plan says what it holds of the suites it consists of', () => {
  const arms = workloads.map((workload) => ({ workload, transports: ['sse', 'polling'] }));
  const suite = suiteSchema.parse({ id: 's', title: 'S', question: 'S?', repeats: 3, quick: ['own'], arms });
  const options = {
    cores: { server: null, generator: null, whyNot: null },
    wire: { method: 'estimate', why: 'a test' },
    floor: false,
    command: 'npx pushlab run s',
    runId: 'r',
  } as const;
  const experiments = (over: object) => createPlan(suite, { ...options, ...over }).experiments;
  const about = { id: 's', title: suite.title, question: suite.question };
  assert.deepEqual(experiments({}), [{ ...about, workloads: ['own', 'other'], whole: true }]);
  assert.deepEqual(experiments({ quick: true }), [{ ...about, workloads: ['own'], whole: false }]);
  assert.deepEqual(experiments({ transports: ['sse'] }), [{ ...about, workloads: ['own', 'other'], whole: false }]);
  const parts = [{ ...suite, id: 'a', arms: suite.arms.slice(0, 1) }, suite];
  assert.deepEqual(
    experiments({ parts, quick: true }).map(({ id, whole: all }) => [id, all]),
    [
      ['a', true],
      ['s', false],
    ],
  );
});
