import assert from 'node:assert/strict';
import { test } from 'node:test';
import { a18 } from '../../claims/a18-reconnect-limit.js';
import type { FaultKind } from '../../contract/faults.js';
import type { ClientKind, TrialPlan, Workload } from '../../contract/trial.js';
import { judge } from '../../harness/judge.js';
import type { Verdict } from '../../harness/model.js';
import { summarize } from '../../harness/summarize.js';
import { fakePlan, fakeTrial, fakeWorkload } from '../fixtures/run.js';

/** Of one page, by repetition: connections at the proxy, and streams open in the end. */
type Counted = readonly (readonly [connections: number, open: number])[];

const thrice = (connections: number, open: number): Counted => Array(3).fill([connections, open]);

/** @param bare what EventSource alone did under the same; null: it was not measured */
function verdictOn(
  under: Partial<Record<FaultKind, Counted>>,
  bare: Partial<Record<FaultKind, Counted>> = {},
  client: ClientKind = 'browser-article',
): Verdict {
  const workloads = Object.keys(under).map(
    (kind): Workload => ({
      ...fakeWorkload,
      id: kind,
      subscribers: 2,
      proxy: 'transparent',
      faults: [{ kind: kind as FaultKind, atMs: 100, forMs: 0 }],
    }),
  );
  const made = fakePlan({ transports: ['sse'], workloads, repeats: 3, clients: [client, 'browser-bare'] });
  const counts = (trial: TrialPlan) => (trial.client === client ? under : bare)[trial.workloadId as FaultKind];
  const plan = { ...made, trials: made.trials.filter((trial) => counts(trial) !== undefined) };
  const records = plan.trials.map((trial) => {
    const [connections, open] = counts(trial)?.[trial.repetition] as Counted[number];
    const record = fakeTrial(trial, { proxy: { connections: connections * 2, cut: 0 } });
    return { ...record, server: { ...record.server, streams: { begun: connections * 2, open: open * 2 } } };
  });
  return judge({ plan, summary: summarize(plan, records) }, [a18]).verdicts[0] as Verdict;
}
const once = { 'restart-server': thrice(2, 1) };

test('more than ten attempts beyond the browser’s own after one loss contradict it, whatever the other losses did', () => {
  const verdict = verdictOn(
    { 'restart-server': thrice(18, 6), 'answer-500': thrice(12, 0), 'reset-connections': thrice(7, 4) },
    { 'restart-server': thrice(6, 1) },
  );
  assert.equal(verdict.outcome, 'contradicted');
  const unit = 'attempts per page after one loss, beyond the browser’s own';
  assert.deepEqual(verdict.interval, { median: 12, low: 12, high: 12, unit });
  assert.match(
    verdict.value ?? '',
    /server away: 17 attempts per page \(EventSource alone: 5\), then 6 streams open; 500: 11 attempts, then 0/,
  );
  assert.match(verdict.because, /an error status ends it/);
  assert.equal(verdict.sampleCount, 12);
});

test('what EventSource does by itself is not the client’s', () => {
  const many = { 'restart-server': thrice(13, 1), 'reset-connections': thrice(2, 1) };
  assert.equal(verdictOn(many, { 'restart-server': thrice(6, 1) }).outcome, 'reproduced');
  assert.equal(verdictOn(many, once).outcome, 'contradicted');
  const unknown = verdictOn(many);
  assert.equal(unknown.outcome, 'inconclusive');
  assert.match(unknown.because, /how often EventSource alone tries while the server is away is not in this run/);
  assert.match(unknown.value ?? '', /EventSource alone: not measured/);
});

test('a client that keeps to its limit and to one stream reproduces it; two streams make it hold under conditions', () => {
  const kept = { 'restart-server': thrice(12, 1), 'answer-500': thrice(2, 1) };
  assert.equal(verdictOn({ ...kept, 'reset-connections': thrice(2, 1) }, once).outcome, 'reproduced');
  const doubled = verdictOn({ ...kept, 'reset-connections': thrice(3, 2) }, once);
  assert.equal(doubled.outcome, 'holds under stated conditions');
  assert.doesNotMatch(doubled.because, /an error status ends it/, 'there is a stream in the end');
  assert.equal(verdictOn(kept, once).outcome, 'holds under stated conditions', 'nobody looked for a second stream');
});

test('trials on both sides of the limit decide nothing', () => {
  const sometimes: Counted = [
    [12, 1],
    [13, 1],
    [14, 1],
  ];
  const verdict = verdictOn({ 'restart-server': sometimes }, once);
  assert.equal(verdict.outcome, 'inconclusive');
  assert.match(verdict.because, /some pages tried more often than that and some did not/);
});

test('other clients, or a run in which the server never went away, are no evidence', () => {
  for (const verdict of [
    verdictOn({ 'restart-server': thrice(20, 6) }, {}, 'browser'),
    verdictOn({ 'reset-connections': thrice(20, 6) }),
  ]) {
    assert.equal(verdict.outcome, 'not tested');
    assert.match(verdict.because, /browser-article/);
  }
});
