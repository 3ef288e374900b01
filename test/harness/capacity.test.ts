/** The search against servers of known capacity, and the objectives as they are written. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { conclude, type SearchOptions, searchCapacity } from '../../harness/capacity.js';
import { formatCapacity } from '../../harness/capacity-table.js';
import { type CapacityStep, capacitySchema, methodVersion } from '../../harness/model.js';
import { parseSlo } from '../../harness/slo.js';
import { fakeHistogram, fakePlan, fakeTrial, fakeWorkload } from '../fixtures/run.js';

function step(value: number, met: boolean, over: Partial<CapacityStep> = {}): CapacityStep {
  return {
    value,
    phase: 'up',
    trialId: `rate-${value}`,
    met,
    missed: met ? [] : ['p99 80 ms'],
    generatorBound: false,
    noisy: false,
    offeredPerS: value,
    achievedPerS: value,
    p99Us: met ? 10_000 : 80_000,
    serverCpuShare: 0.5,
    generatorCpuShare: 0.5,
    lost: 0,
    droppedSlow: 0,
    ...over,
  };
}

function search(isMet: (value: number, repetition: number) => boolean, over: Partial<SearchOptions> = {}) {
  return searchCapacity({
    start: 10,
    lowest: 0.1,
    highest: 100_000,
    resolution: 0.05,
    confirmations: 2,
    probe: async (value, phase, repetition) => step(value, isMet(value, repetition), { phase }),
    ...over,
  });
}

for (const truth of [0.3, 10, 137, 2_000, 54_321])
  test(`a capacity of ${truth} is found within the resolution, and met three times`, async () => {
    const { capacity, failsAt, limitedBy, steps } = await search((value) => value <= truth);
    assert.ok(capacity !== null && failsAt !== null);
    assert.ok(capacity <= truth && truth < failsAt && failsAt / capacity <= 1.06, `${capacity} to ${failsAt}`);
    assert.equal(limitedBy, 'objective');
    assert.equal(steps.filter(({ value, met }) => value === capacity && met).length, 3);
    assert.ok(steps.length < 40, `${steps.length} steps`);
  });

test('a load that is met once and missed when tried again is not the answer', async () => {
  const lucky = await search((value, repetition) => value <= 100 || (value <= 150 && repetition === 0));
  assert.ok(lucky.capacity !== null && lucky.capacity <= 100, `${lucky.capacity}`);
  assert.ok(lucky.steps.some(({ phase, met }) => phase === 'confirm' && !met));
});

test('a noisy moment does not end the search: a miss is tried again', async () => {
  const { capacity, failsAt } = await search(
    (value, repetition) => value <= 2_000 && !(value === 40 && repetition === 0),
  );
  assert.ok(capacity !== null && failsAt !== null && capacity > 1_900 && failsAt < 2_120, `${capacity} to ${failsAt}`);
});

test('nothing met, everything met, and a generator at its own end are told apart', async () => {
  const none = await search(() => false);
  assert.deepEqual([none.capacity, none.limitedBy, none.failsAt], [null, 'objective', 0.1]);
  const all = await search(() => true, { highest: 1_000 });
  assert.deepEqual([all.capacity, all.failsAt, all.limitedBy], [1_000, null, 'end of the search']);
  const ours = await search((value) => value <= 500, {
    probe: async (value, phase) => step(value, value <= 500, { phase, generatorBound: value > 500 }),
  });
  assert.equal(ours.limitedBy, 'load generator');
  const noisy = await search((value) => value <= 500, {
    probe: async (value, phase) => step(value, value <= 500, { phase, noisy: true }),
  });
  assert.equal(noisy.limitedBy, 'machine noise');
});

test('an interrupted search still says what its steps say', async () => {
  const steps: CapacityStep[] = [];
  const interrupted = searchCapacity(
    {
      start: 10,
      lowest: 1,
      highest: 1_000,
      resolution: 0.05,
      confirmations: 2,
      probe: async (value, phase) => {
        if (value === 40) throw new Error('interrupted');
        return step(value, true, { phase });
      },
    },
    steps,
  );
  await assert.rejects(interrupted, /interrupted/);
  assert.deepEqual(conclude(steps, 1_000), { capacity: 20, failsAt: null, limitedBy: 'interruption' });
});

test('the table names the answer, what limits it, and every load that was tried', async () => {
  const found = await search((value) => value <= 137);
  const capacity = capacitySchema.parse({
    methodVersion,
    runId: 'x',
    axis: 'rate',
    slo: 'p99<50ms',
    resolution: 0.05,
    searches: [{ transport: 'sse', ...found }],
  });
  const text = formatCapacity(capacity);
  assert.match(text, /^sse: 1[23]\d updates\/s, met 3 of 3, missed at 1[34]\d \(limited by: objective\)$/m);
  for (const { value } of found.steps) assert.match(text, new RegExp(`^sse +${value} `, 'm'));
});

const [trial] = fakePlan({ transports: ['sse'], repeats: 1 }).trials as [ReturnType<typeof fakePlan>['trials'][number]];
const missed = (slo: string, over: Parameters<typeof fakeTrial>[1] = {}) =>
  parseSlo(slo).flatMap((objective) => objective.missedBy(fakeTrial(trial, over), fakeWorkload) ?? []);

test('objectives: times with units, counts and shares, all of them must hold', () => {
  // Everything arrived after 1 ms.
  assert.deepEqual(missed('p99<50ms,lost=0'), []);
  assert.deepEqual(missed('p99<1ms'), ['p99 1.00 ms']);
  assert.deepEqual(missed('p99 <= 1000us, max<0.1s'), []);
  assert.deepEqual(missed('p50<500us,lost=0', { client: { lost: 3 } }), ['p50 1.00 ms', 'lost 3']);
  assert.deepEqual(missed('lost<2%', { client: { lost: 3 } }), []);
  assert.deepEqual(missed('lost<1%', { client: { lost: 3 } }), ['lost 1.50 %']);
  assert.deepEqual(missed('p99<1s', { client: { latency: fakeHistogram([]) } }), ['p99 was not measured']);
});

for (const [slo, why] of [
  ['p99<50', /a time needs a unit/],
  ['p98<50ms', /no figure 'p98'; there is: p50/],
  ['lost=0ms', /lost is a number or a share in %/],
  ['dropped<1%', /dropped is a number/],
  ['fast', /must be a figure/],
  ['', /must be a figure/],
] as const)
  test(`an objective of '${slo}' is refused with what would do`, () => {
    assert.throws(() => parseSlo(slo), why);
  });
