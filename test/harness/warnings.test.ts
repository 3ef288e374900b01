import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OkTrial, ProcessCost } from '../../harness/model.js';
import { warningsOf } from '../../harness/warnings.js';
import { fakeCost, fakeHistogram, fakePlan, fakeTrial, fakeWorkload } from '../fixtures/run.js';

const [trial] = fakePlan({ transports: ['sse'], repeats: 1 }).trials as [ReturnType<typeof fakePlan>['trials'][number]];

function warnings(over: Parameters<typeof fakeTrial>[1]) {
  return warningsOf(fakeTrial(trial, over), fakeWorkload).map(({ kind, disqualifying }) => [kind, disqualifying]);
}

/** Of a window of one second. */
const busy = (share: number): ProcessCost => fakeCost({ cpuUs: share * 1e6, waitUs: 0 });

test('a calm trial has no warning', () => {
  assert.deepEqual(warnings({}), []);
});

test('a busy generator is marked, a saturated one disqualifies the trial', () => {
  assert.deepEqual(warnings({ generatorCost: busy(0.69) }), []);
  assert.deepEqual(warnings({ generatorCost: busy(0.7) }), [['generator-bound', false]]);
  assert.deepEqual(warnings({ generatorCost: busy(0.9) }), [['generator-bound', true]]);
});

test('of several workers it is the busiest that counts, or the average core where they share fewer', () => {
  const processes = (generatorCpuUs: (number | null)[], generatorCores: number): OkTrial['processes'] => ({
    serverCpuUs: [0],
    generatorCpuUs,
    serverCores: 1,
    generatorCores,
  });
  const bound = (disqualifying: boolean) => [['generator-bound', disqualifying]];
  assert.deepEqual(warnings({ processes: processes([0.6e6, 0.6e6], 2) }), [], 'two cores, both with room');
  assert.deepEqual(warnings({ processes: processes([0.2e6, 0.95e6], 2) }), bound(true));
  assert.deepEqual(warnings({ processes: processes([0.48e6, 0.48e6], 1) }), bound(true), 'one core, full');
  assert.deepEqual(warnings({ processes: processes([0.48e6, 0.48e6], 0) }), [], 'not pinned: each has room');
});

test('a saturated server is a finding, not a fault', () => {
  assert.deepEqual(warnings({ serverCost: busy(0.95) }), [['server-bound', false]]);
});

test('CPU that was not measured warns of nothing', () => {
  assert.deepEqual(warnings({ serverCost: fakeCost(), generatorCost: fakeCost() }), []);
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

/** A trial on a machine that was quiet but for this. */
const noise = (over: Partial<OkTrial['noise']>) => ({ noise: { ...fakeTrial(trial).noise, ...over } });

test('time taken by the hypervisor, by strangers, or by waiting for a core is noise', () => {
  const noisy = [['machine-noise', false]];
  assert.deepEqual(warnings(noise({ stealUs: 20_000 })), []);
  assert.deepEqual(warnings(noise({ stealUs: 30_000 })), noisy);
  // A tenth of two cores over one second.
  assert.deepEqual(warnings(noise({ foreignCpuUs: 200_000 })), []);
  assert.deepEqual(warnings(noise({ foreignCpuUs: 210_000 })), noisy);
  assert.deepEqual(warnings(noise({ pressureUs: 250_000 })), []);
  assert.deepEqual(warnings(noise({ pressureUs: 260_000 })), noisy);
  assert.deepEqual(warnings({ serverCost: fakeCost({ cpuUs: 1, waitUs: 30_000 }) }), noisy);
  assert.deepEqual(warnings({ generatorCost: fakeCost({ cpuUs: 1, waitUs: 30_000 }) }), noisy);
  // A busy end waits for the kernel's work on its own packets.
  assert.deepEqual(warnings({ generatorCost: fakeCost({ cpuUs: 500_000, waitUs: 110_000 }) }), []);
  assert.deepEqual(warnings({ generatorCost: fakeCost({ cpuUs: 500_000, waitUs: 130_000 }) }), noisy);
  assert.deepEqual(
    warnings(noise({ stealUs: null, foreignCpuUs: null, pressureUs: null, frequencyKHz: null, throttles: null })),
    [],
  );
});

test('waiting for a core is said of a process’s threads, and of several processes as the sum that it is', () => {
  const { processes } = fakeTrial(trial);
  const told = (generatorCpuUs: number[]) =>
    warningsOf(
      fakeTrial(trial, {
        generatorCost: fakeCost({ cpuUs: 1, waitUs: 1_020_000 }),
        processes: { ...processes, generatorCpuUs },
      }),
      fakeWorkload,
    ).map(({ message }) => message);
  assert.deepEqual(told([1]), [
    'in each second the load generator’s threads together were ready and waited for a core for 1,020 ms',
  ]);
  assert.match(told([1, 1, 1, 1])[0] ?? '', /^in each second the threads of the load generator’s 4 processes together/);
});

test('heat and a falling frequency are said', () => {
  assert.deepEqual(warnings(noise({ throttles: 0, frequencyKHz: [2_900_000, 3_000_000] })), []);
  assert.deepEqual(warnings(noise({ throttles: 1 })), [['throttled', false]]);
  assert.deepEqual(warnings(noise({ frequencyKHz: [1_200_000, 3_000_000] })), [['throttled', false]]);
});

test('a wall clock that is set during a trial is said, whichever way', () => {
  assert.deepEqual(warnings(noise({ clockStepUs: 1_500 })), []);
  assert.deepEqual(warnings(noise({ clockStepUs: 3_600_000_000 })), [['clock-step', false]]);
  assert.deepEqual(warnings(noise({ clockStepUs: -6_000 })), [['clock-step', false]]);
});

test("Little's law: responses × (response time + pause) must make the number of subscribers", () => {
  const closed = { ...fakeWorkload, poll: { ...fakeWorkload.poll, intervalMs: 8, pacing: 'response-end' as const } };
  const [longPolling, polling] = fakePlan({ transports: ['long-polling', 'polling'], repeats: 1 }).trials;
  assert.ok(longPolling && polling);
  const kinds = (planned: typeof polling, windowResponses: number, responseTimeMeanUs: number | null) =>
    warningsOf(fakeTrial(planned, { client: { windowResponses, responseTimeMeanUs } }), closed).map(({ kind }) => kind);
  // Two subscribers, one second: 200 responses of 10 ms each leave no gap.
  assert.deepEqual(kinds(longPolling, 200, 10_000), []);
  assert.deepEqual(kinds(longPolling, 200, 5_000), ['littles-law']);
  // Polling pauses for 8 ms after each response of 2 ms.
  assert.deepEqual(kinds(polling, 200, 2_000), []);
  assert.deepEqual(kinds(polling, 100, 2_000), ['littles-law']);
  // Too few cycles to say, and none at all.
  assert.deepEqual(kinds(longPolling, 10, 5_000), []);
  assert.deepEqual(kinds(longPolling, 0, null), []);
});

test('loss, errors and few samples are said, each in its own words', () => {
  const trialWithAll = fakeTrial(trial, {
    client: {
      lost: 2,
      errors: { connect: 0, descriptors: 0, ports: 0, reset: 3, status: 0, parse: 1, timeout: 0, content: 0 },
      latency: fakeHistogram([1000]),
    },
  });
  assert.deepEqual(
    warningsOf(trialWithAll, fakeWorkload).map(({ message }) => message),
    [
      '2 of 200 deliveries never came',
      'the clients met errors: 3 × reset, 1 × parse',
      'too few latencies for a p99: 1',
    ],
  );
});
