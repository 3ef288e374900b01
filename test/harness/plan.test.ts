import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Workload } from '../../contract/trial.js';
import { type Suite, suiteSchema } from '../../harness/model.js';
import { createPlan, expectedDurationMs, type PlanOptions } from '../../harness/plan.js';
import { suites } from '../../suites/index.js';
import { fakeWorkload } from '../fixtures/run.js';

const options: PlanOptions = {
  cores: { server: '0', generator: '1', whyNot: null },
  wire: { method: 'estimate', why: 'a test' },
  floor: false,
  command: 'npx pushlab run x',
  runId: 'x',
};

function suite(over: Partial<Suite> = {}): Suite {
  return suiteSchema.parse({
    id: 'mine',
    title: 'Mine',
    question: 'Which?',
    repeats: 3,
    arms: [{ workload: fakeWorkload, transports: ['polling', 'sse', 'websocket'] }],
    ...over,
  });
}

test('repeats are interleaved and mirrored', () => {
  const order = createPlan(suite(), options).trials.map(({ transport }) => transport);
  assert.deepEqual(order, [
    ...['polling', 'sse', 'websocket'],
    ...['websocket', 'sse', 'polling'],
    ...['polling', 'sse', 'websocket'],
  ]);
});

test('arms of one repetition share their updates; repetitions and seeds differ', () => {
  const { trials } = createPlan(suite(), options);
  const seedsOf = (repetition: number) => new Set(trials.filter((t) => t.repetition === repetition).map((t) => t.seed));
  assert.deepEqual([seedsOf(0).size, seedsOf(1).size], [1, 1]);
  assert.notDeepEqual(seedsOf(0), seedsOf(1));
  assert.deepEqual(createPlan(suite(), options).trials, trials, 'the same seed gives the same plan');
  assert.notEqual(createPlan(suite(), { ...options, seed: 8 }).trials[0]?.seed, trials[0]?.seed);
});

test('trials have ids and positions of their own', () => {
  for (const input of suites) {
    const { trials } = createPlan(suiteSchema.parse(input), options);
    assert.equal(new Set(trials.map(({ id }) => id)).size, trials.length, input.id);
    assert.deepEqual(
      trials.map(({ index }) => index),
      trials.map((_, i) => i),
    );
  }
});

test('options narrow the suite, and may not leave nothing', () => {
  const plan = createPlan(suite(), { ...options, repeats: 1, transports: ['sse'] });
  assert.deepEqual(
    plan.trials.map(({ id }) => id),
    ['w.sse.raw.uws.1'],
  );
  assert.throws(() => createPlan(suite(), { ...options, transports: ['http-stream'] }), /no arm with http-stream/);
});

test('subjects replace the suite’s, two of a transport side by side', () => {
  const plan = createPlan(suite(), {
    ...options,
    repeats: 1,
    transports: ['sse', 'websocket'],
    subjects: ['uws', 'node'],
  });
  assert.deepEqual(
    plan.trials.map(({ transport, subject }) => `${transport} ${subject}`),
    ['sse uws', 'sse node', 'websocket uws', 'websocket node'],
  );
  assert.throws(
    () => createPlan(suite(), { ...options, subjects: ['apache'] }),
    /no subject 'apache'; there is: uws, node/,
  );
});

test('faults must lie in the window, those of connections need the proxy that makes them, a restart one server', () => {
  const disturbed = (over: Partial<Workload>) =>
    suiteSchema.parse({
      id: 's',
      title: 'S',
      question: 'S?',
      repeats: 1,
      arms: [{ workload: { ...fakeWorkload, ...over }, transports: ['sse'] }],
    });
  const reset = { kind: 'reset-connections' as const, atMs: 100, forMs: 0 };
  const restart = { kind: 'restart-server' as const, atMs: 100, forMs: 0 };
  assert.throws(() => disturbed({ faults: [reset] }), /must be transparent for faults of connections/);
  assert.throws(() => disturbed({ proxy: 'buffering', faults: [reset] }), /must be transparent/);
  assert.throws(
    () => disturbed({ faults: [{ ...restart, atMs: fakeWorkload.windowMs }] }),
    /atMs must lie inside the window/,
  );
  createPlan(disturbed({ proxy: 'transparent', faults: [reset, restart] }), options);
});

test('a subject that is wrong on purpose can be named, and is not offered', () => {
  const plan = createPlan(suite(), { ...options, repeats: 1, subjects: ['faulty-drop-tenth'] });
  assert.ok(plan.trials.every(({ subject }) => subject === 'faulty-drop-tenth'));
  assert.throws(() => createPlan(suite(), { ...options, subjects: ['faulty'] }), /there is: uws, node$/m);
});

test('two workloads of one id must be one workload', () => {
  const twice = suite({
    arms: [
      ...suite().arms,
      { ...(suite().arms[0] as Suite['arms'][number]), workload: { ...fakeWorkload, payloadBytes: 999 } },
    ],
  });
  assert.throws(() => createPlan(twice, options), /two different workloads are called 'w'/);
});

test('the duration counts warm-up, window and the start of two processes', () => {
  const plan = createPlan(suite(), options);
  assert.ok(expectedDurationMs(plan) > 9 * (fakeWorkload.warmupMs + fakeWorkload.windowMs));
});

test('the quick suite has time for its trials within three minutes', () => {
  const quick = suiteSchema.parse(suites.find(({ id }) => id === 'quick'));
  assert.ok(expectedDurationMs(createPlan(quick, options)) < 150_000);
});

test('a plan that would stall a browser is refused in one line, and one that shows the stall on purpose is not', () => {
  const planned = (over: object, transport: string, client = 'browser') => {
    const workload = { ...fakeWorkload, ...over };
    const arms = [{ workload, transports: [transport], clients: [client] }] as unknown as Suite['arms'];
    return () => createPlan(suite({ arms }), options);
  };
  assert.throws(
    planned({ subscribers: 31 }, 'sse'),
    /^UserError: suite mine: 31 sse subscribers would stall a browser: it opens 6 connections per page of its own context, and this workload has 5; take at most 30, more pages, or client 'raw'$/,
  );
  assert.doesNotThrow(planned({ subscribers: 30 }, 'sse'));
  assert.throws(
    planned({ subscribers: 9, browser: { pages: 3, contexts: 'shared' } }, 'sse'),
    /6 connections per host/,
  );
  assert.doesNotThrow(planned({ subscribers: 9, browser: { pages: 3, contexts: 'shared', hosts: 2 } }, 'sse'));
  assert.throws(planned({ subscribers: 256, browser: { pages: 1 } }, 'websocket'), /255 connections per page/);
  assert.doesNotThrow(planned({ subscribers: 256, browser: { pages: 1, mayStall: true } }, 'websocket'));
  assert.throws(planned({}, 'websocket', 'browser-fetch'), /client 'browser-fetch' has no websocket; it has sse$/);
  const perRequest = { poll: { ...fakeWorkload.poll, connection: 'per-request' } };
  assert.throws(planned(perRequest, 'polling'), /which a page cannot choose; use client 'raw'$/);
  assert.throws(planned({}, 'polling', 'browser-article'), /polls after each response/);
});

test('arms may have repeats of their own, which an option overrides', () => {
  const arms = [
    { workload: fakeWorkload, transports: ['sse'] },
    { workload: { ...fakeWorkload, id: 'few' }, transports: ['sse'], repeats: 1 },
  ] as unknown as Suite['arms'];
  const ids = (repeats?: number) => createPlan(suite({ arms }), { ...options, repeats }).trials.map(({ id }) => id);
  assert.deepEqual(ids(), ['w.sse.raw.uws.1', 'few.sse.raw.uws.1', 'w.sse.raw.uws.2', 'w.sse.raw.uws.3']);
  assert.equal(ids(2).length, 4);
});
