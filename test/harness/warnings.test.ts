import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OkTrial, ProcessCost } from '../../harness/model.js';
import { warningsOf } from '../../harness/warnings.js';
import { fakeHistogram, fakePlan, fakeTrial, fakeWorkload } from '../fixtures/run.js';

const [trial] = fakePlan({ transports: ['sse'], repeats: 1 }).trials as [ReturnType<typeof fakePlan>['trials'][number]];

function warnings(over: Parameters<typeof fakeTrial>[1]) {
  return warningsOf(fakeTrial(trial, over), fakeWorkload).map(({ kind, disqualifying }) => [kind, disqualifying]);
}

/** Of a window of one second. */
const busy = (share: number): ProcessCost => ({
  userUs: null,
  systemUs: null,
  cpuUs: share * 1e6,
  waitUs: 0,
  rssBytes: 1,
});

test('a calm trial has no warning', () => {
  assert.deepEqual(warnings({}), []);
});

test('a busy generator is marked, a saturated one disqualifies the trial', () => {
  assert.deepEqual(warnings({ generatorCost: busy(0.69) }), []);
  assert.deepEqual(warnings({ generatorCost: busy(0.7) }), [['generator-bound', false]]);
  assert.deepEqual(warnings({ generatorCost: busy(0.9) }), [['generator-bound', true]]);
});

test('a saturated server is a finding, not a fault', () => {
  assert.deepEqual(warnings({ serverCost: busy(0.95) }), [['server-bound', false]]);
});

test('CPU that was not measured warns of nothing', () => {
  const unknown: ProcessCost = { userUs: null, systemUs: null, cpuUs: null, waitUs: null, rssBytes: null };
  assert.deepEqual(warnings({ serverCost: unknown, generatorCost: unknown }), []);
});

test('a source that runs half a gap late has slipped', () => {
  const slipping = (us: number): OkTrial['server'] => ({
    ...fakeTrial(trial).server,
    slip: fakeHistogram(Array(100).fill(us)),
  });
  // 10 updates/s: half of the mean gap is 50 ms.
  assert.deepEqual(warnings({ server: slipping(49_000) }), []);
  assert.deepEqual(warnings({ server: slipping(52_000) }), [['schedule-slipped', false]]);
});

test('loss, errors and few samples are said, each in its own words', () => {
  const trialWithAll = fakeTrial(trial, {
    client: {
      lost: 2,
      errors: { connect: 0, reset: 3, status: 0, parse: 1, timeout: 0, content: 0 },
      latency: fakeHistogram([1000]),
    },
  });
  assert.deepEqual(
    warningsOf(trialWithAll, fakeWorkload).map(({ message }) => message),
    [
      '2 of 200 deliveries never came',
      'the clients met errors: 3 × reset, 1 × parse',
      '1 latencies: too few for a p99',
    ],
  );
});
