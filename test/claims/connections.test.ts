/** A3, A4 and A17 from made-up trials: every outcome they can have, and what must not count as evidence. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { claims } from '../../claims/index.js';
import type { Workload } from '../../contract/trial.js';
import { judge } from '../../harness/judge.js';
import { type Churn, churnSchema, methodVersion, type OkTrial, type Plan, type Verdict } from '../../harness/model.js';
import { summarize } from '../../harness/summarize.js';
import { fakeCost, fakePlan, fakeTrial, fakeWorkload } from '../fixtures/run.js';

function verdictOf(
  id: string,
  workloads: Workload[],
  trial: (w: Workload, repetition: number) => Over,
  over: Partial<Plan> = {},
): Verdict {
  const plan = fakePlan({ transports: ['sse'], repeats: 3, workloads, ...over });
  const records = plan.trials.map((planned) =>
    fakeTrial(planned, trial(workloads.find((w) => w.id === planned.workloadId) as Workload, planned.repetition)),
  );
  const found = judge({ plan, summary: summarize(plan, records) }, claims).verdicts.find((one) => one.id === id);
  assert.ok(found !== undefined);
  return found;
}

type Over = Parameters<typeof fakeTrial>[1];

const held: Workload = {
  ...fakeWorkload,
  id: 'held',
  subscribers: 10_000,
  delivery: 'every',
  idleMs: 20_000,
  warmupMs: 1_000,
  windowMs: 40_000,
};
const reached =
  (over: Partial<OkTrial['client']> = {}) =>
  () => ({
    client: { expected: 50_000, delivered: 50_000, ...over },
  });

test('A3: reproduced when 10,000 are held for a minute and everyone has every update', () => {
  const verdict = verdictOf('A3', [held], reached());
  assert.equal(verdict.outcome, 'reproduced');
  assert.match(verdict.value ?? '', /^Server-Sent Events: 10,000 held 61 s, 5 updates each, 0 lost, 0 reconnects/);
  assert.equal(verdict.sampleCount, 3);
});

test('A3: several server processes are a condition', () => {
  const arrangement = { serverProcesses: 3, clientWorkers: 1, addresses: 1, serverCores: null, generatorCores: null };
  const { trials } = fakePlan({ transports: ['sse'], repeats: 3, workloads: [held] });
  const verdict = verdictOf('A3', [held], reached(), { trials: trials.map((trial) => ({ ...trial, arrangement })) });
  assert.equal(verdict.outcome, 'holds under stated conditions');
  assert.match(verdict.conditions.join(), /3 server processes/);
});

test('A3: fewer connections, a shorter time or fewer updates are no evidence', () => {
  for (const workload of [
    { ...held, subscribers: 9_999 },
    { ...held, idleMs: 18_000 },
  ])
    assert.equal(verdictOf('A3', [workload], reached()).outcome, 'not tested');
  assert.equal(verdictOf('A3', [held], reached({ expected: 40_000, delivered: 40_000 })).outcome, 'not tested');
});

test('A3: what fails here contradicts nobody who says that it can be done', () => {
  const losing = verdictOf('A3', [held], reached({ delivered: 49_999, lost: 1 }));
  assert.equal(losing.outcome, 'not testable here');
  assert.match(losing.because, /in every trial and with room left in the load generator/);
  const generator = (cpuUs: number | null) => () => ({
    ...reached({ delivered: 49_999, lost: 1 })(),
    generatorCost: fakeCost({ cpuUs }),
  });
  const busy = verdictOf('A3', [held], generator(800_000));
  assert.equal(busy.outcome, 'inconclusive');
  assert.match(busy.because, /used up to 80 % of its core, so it may be its doing/);
  assert.match(verdictOf('A3', [held], generator(null)).because, /how busy the load generator was is not known/);
  const once = (_: Workload, repetition: number) => reached(repetition === 0 ? { delivered: 49_999, lost: 1 } : {})();
  assert.equal(verdictOf('A3', [held], once).outcome, 'inconclusive');
  assert.equal(verdictOf('A3', [held], reached({ reconnects: 1 })).outcome, 'inconclusive');
});

const counts = [100, 2_500, 10_000].map((subscribers) => ({
  ...fakeWorkload,
  id: `memory-${subscribers}`,
  subscribers,
  idleMs: 5_000,
}));

/** A process of 100 MB; bytes per connection as given, a little more each repetition. */
const taking =
  (userBytes: number, kernelBytes: number | null) =>
  ({ subscribers }: Workload, repetition: number) => {
    const memory = 100_000_000 + Math.round(subscribers * (userBytes + repetition));
    return {
      idle: {
        elapsedMs: 5_000,
        serverCpuUs: 0,
        generatorCpuUs: 0,
        serverAnonymousBytes: memory,
        generatorAnonymousBytes: memory,
        kernelSocketBytes: kernelBytes === null ? null : subscribers * kernelBytes,
      },
    };
  };

test('A4: reproduced when process and kernel together round to 4 KB', () => {
  const verdict = verdictOf('A4', counts, taking(1_000, 6_200));
  assert.equal(verdict.outcome, 'reproduced');
  // 1,001 of the process, half of 6,200 of the kernel.
  assert.match(verdict.value ?? '', /together 4,101 B \(4,100–4,102, 4\.00 KB\); the kernel alone 3,100 B/);
  assert.deepEqual(verdict.evidence.length, 3);
});

test('A4: holds under conditions when one reading of it does', () => {
  const verdict = verdictOf('A4', counts, taking(1_200, 7_750));
  assert.equal(verdict.outcome, 'holds under stated conditions');
  assert.match(verdict.because, /^the kernel alone rounds to 4 KB/);
});

test('A4: contradicted when no reading does, inconclusive at an edge or without the kernel', () => {
  assert.equal(verdictOf('A4', counts, taking(20_000, 20_000)).outcome, 'contradicted');
  // 1,083–1,085 of the process and 2,500 of the kernel: 3.5 KB is 3,584.
  assert.equal(verdictOf('A4', counts, taking(1_083, 5_000)).outcome, 'inconclusive');
  const blind = verdictOf('A4', counts, taking(1_200, null));
  assert.equal(blind.outcome, 'inconclusive');
  assert.match(blind.because, /kernel’s memory was not measured/);
  assert.equal(verdictOf('A4', counts, taking(5_000, null)).outcome, 'contradicted', 'the kernel only adds to it');
});

test('A4: at the edge none rounds to 4 KB for certain; of a slope from one repetition nothing is said', () => {
  assert.match(verdictOf('A4', counts, taking(1_083, 5_000)).because, /^none of these rounds to 4 KB for certain/);
  assert.match(verdictOf('A4', counts, taking(20_000, 20_000)).because, /^none of these rounds to 4 KB$/);
  const bound = { kind: 'generator-bound', message: 'it measured itself', disqualifying: true } as const;
  // Each count has three trials of four, and all of them only one repetition in common.
  const crossed = (workload: Workload, repetition: number) => ({
    ...taking(1_000, 6_200)(workload, repetition),
    ...(counts.findIndex(({ id }) => id === workload.id) === repetition ? { warnings: [bound] } : {}),
  });
  assert.equal(verdictOf('A4', counts, crossed, { repeats: 4 }).outcome, 'not tested');
});

test('A4: a slope over few connections is no evidence', () => {
  assert.equal(verdictOf('A4', counts.slice(0, 2), taking(1_000, 6_200)).outcome, 'not tested');
});

function churned(
  over: Partial<Churn> = {},
  ways: Churn['rounds'][number]['how'][] = ['fin', 'rst', 'silent'],
  cycles = 3,
): Churn {
  return churnSchema.parse({
    methodVersion,
    runId: 'fake-run',
    connections: 500,
    rounds: Array.from({ length: cycles }, (_, cycle) =>
      ways.map((how) => ({
        transport: 'sse',
        cycle,
        how,
        open: 500,
        left: 0,
        goneAfterMs: how === 'silent' ? 3_100 : 1,
        serverAnonymousBytes: 1e8,
      })),
    ).flat(),
    kept: [{ transport: 'sse', bytesPerConnection: 40, interval: [-20, 90] }],
    ...over,
  });
}

function a17(churn: Churn | null): Verdict {
  const plan = fakePlan({ transports: ['sse'], repeats: 1 });
  const verdict = judge({ plan, summary: summarize(plan, []), probes: { churn } }, claims).verdicts.find(
    ({ id }) => id === 'A17',
  );
  assert.ok(verdict !== undefined);
  return verdict;
}

test('A17: reproduced when all are let go of and memory stays, silent ones included', () => {
  const verdict = a17(churned());
  assert.equal(verdict.outcome, 'reproduced');
  assert.equal(verdict.value, 'Server-Sent Events: 4,500 came and went, 0 still held, 40 B (−20 to 90) kept of each');
  assert.match(verdict.because, /the silent ones after 3\.10 s/);
  assert.match(verdict.conditions.join(), /peers that stay and never read are not among them/);
  assert.equal(verdict.sampleCount, 9, 'rounds');
});

test('A17: without silent ones it is a condition; too few rounds or no memory are no verdict; no rounds no test', () => {
  assert.equal(a17(churned({}, ['fin', 'rst'])).outcome, 'holds under stated conditions');
  assert.equal(a17(churned({}, ['fin', 'silent'], 2)).outcome, 'inconclusive');
  assert.equal(
    a17(churned({ kept: [{ transport: 'sse', bytesPerConnection: null, interval: null }] })).outcome,
    'inconclusive',
  );
  assert.equal(a17(null).outcome, 'not tested');
});

test('A17: contradicted by a connection still held, or by memory that grows with those that went', () => {
  const [first, ...rest] = churned().rounds;
  assert.ok(first !== undefined);
  assert.equal(a17(churned({ rounds: [{ ...first, left: 1, goneAfterMs: null }, ...rest] })).outcome, 'contradicted');
  assert.equal(
    a17(churned({ kept: [{ transport: 'sse', bytesPerConnection: 900, interval: [700, 1_200] }] })).outcome,
    'contradicted',
  );
});

test('A17: memory that moves by more than a leak would is no verdict', () => {
  const verdict = a17(churned({ kept: [{ transport: 'sse', bytesPerConnection: 900, interval: [-6_000, 7_000] }] }));
  assert.equal(verdict.outcome, 'inconclusive');
  assert.match(verdict.because, /moves by more/);
});
