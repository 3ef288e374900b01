import assert from 'node:assert/strict';
import { test } from 'node:test';
import { summarize } from '../../harness/summarize.js';
import { failedTrial, fakeCost, fakePlan, fakeTrial, fakeWorkload } from '../fixtures/run.js';

const base = 50_000_000;

/** Workloads of 10, 100 and 1,000 subscribers, each of which costs the server as many bytes as given. */
function slopesOf(bytesPerSubscriber: (repetition: number) => number, over: { lastPayloadBytes?: number } = {}) {
  const workloads = [10, 100, 1000].map((subscribers, i) => ({
    ...fakeWorkload,
    id: `n${subscribers}`,
    title: `${subscribers}`,
    subscribers,
    payloadBytes: i === 2 ? (over.lastPayloadBytes ?? fakeWorkload.payloadBytes) : fakeWorkload.payloadBytes,
  }));
  const plan = fakePlan({ transports: ['sse'], repeats: 3, workloads });
  const records = plan.trials.map((trial) => {
    const subscribers = Number(trial.workloadId.slice(1));
    return fakeTrial(trial, {
      serverCost: fakeCost({ anonymousBytes: base + subscribers * bytesPerSubscriber(trial.repetition) }),
      generatorCost: fakeCost(),
      kernelSocketBytes: null,
    });
  });
  return summarize(plan, records).slopes;
}

test('memory per connection is the slope over the number of subscribers, its interval from the repetitions', () => {
  const [slope, ...others] = slopesOf((repetition) => 1000 + 100 * repetition);
  assert.ok(slope);
  assert.deepEqual(others, [], 'what was not measured has no slope');
  assert.equal(slope.metric, 'serverAnonymousBytes');
  assert.deepEqual(slope.subscribers, [10, 100, 1000]);
  const { median, low, high } = slope.perSubscriber;
  // What every process has anyway is the line's height, not its slope.
  assert.deepEqual([median, low, high].map(Math.round), [1100, 1000, 1200]);
});

test('arms that differ in more than their subscribers are on no common line', () => {
  const [slope] = slopesOf(() => 1000, { lastPayloadBytes: 4096 });
  assert.deepEqual(slope?.subscribers, [10, 100]);
});

test('a count whose trials all failed leaves the line to the others', () => {
  const workloads = [10, 100, 1000].map((subscribers) => ({ ...fakeWorkload, id: `n${subscribers}`, subscribers }));
  const plan = fakePlan({ transports: ['sse'], repeats: 2, workloads });
  const records = plan.trials.map((trial) => {
    const subscribers = Number(trial.workloadId.slice(1));
    if (subscribers === 1000) return failedTrial(trial);
    return fakeTrial(trial, { serverCost: fakeCost({ anonymousBytes: base + subscribers * 500 }) });
  });
  const [slope] = summarize(plan, records).slopes;
  assert.deepEqual(slope?.subscribers, [10, 100]);
  assert.equal(Math.round(slope?.perSubscriber.median ?? 0), 500);
});
