import assert from 'node:assert/strict';
import { test } from 'node:test';
import { a18 } from '../../claims/a18-reconnect-limit.js';
import type { FaultKind } from '../../contract/faults.js';
import type { ClientKind, Workload } from '../../contract/trial.js';
import { judge } from '../../harness/judge.js';
import type { Verdict } from '../../harness/model.js';
import { summarize } from '../../harness/summarize.js';
import { fakePlan, fakeTrial, fakeWorkload } from '../fixtures/run.js';

/** Of one page, by repetition: connections at the proxy, and streams open in the end. */
type Counted = readonly (readonly [connections: number, open: number])[];

const thrice = (connections: number, open: number): Counted => Array(3).fill([connections, open]);

function verdictOn(under: Partial<Record<FaultKind, Counted>>, client: ClientKind = 'browser-article'): Verdict {
  const workloads = Object.keys(under).map(
    (kind): Workload => ({
      ...fakeWorkload,
      id: kind,
      subscribers: 2,
      proxy: 'transparent',
      faults: [{ kind: kind as FaultKind, atMs: 100, forMs: 0 }],
    }),
  );
  const plan = fakePlan({ transports: ['sse'], workloads, repeats: 3, clients: [client] });
  const records = plan.trials.map((trial) => {
    const [connections, open] = under[trial.workloadId as FaultKind]?.[trial.repetition] as Counted[number];
    const record = fakeTrial(trial, { proxy: { connections: connections * 2, cut: 0 } });
    return { ...record, server: { ...record.server, streams: { begun: connections * 2, open: open * 2 } } };
  });
  return judge({ plan, summary: summarize(plan, records) }, [a18]).verdicts[0] as Verdict;
}

test('more than ten attempts and the browser’s own after one loss contradict it, whatever the other losses did', () => {
  const verdict = verdictOn({
    'restart-server': thrice(13, 6),
    'answer-500': thrice(12, 0),
    'reset-connections': thrice(7, 4),
  });
  assert.equal(verdict.outcome, 'contradicted');
  assert.deepEqual(verdict.interval, { median: 12, low: 12, high: 12, unit: 'attempts per page after one loss' });
  assert.match(verdict.value ?? '', /server away: 12 attempts per page, then 6 streams open; 500: 11 attempts, then 0/);
  assert.match(verdict.because, /an error status ends it/);
  assert.equal(verdict.sampleCount, 9);
});

test('a client that keeps to its limit and to one stream reproduces it; two streams make it hold under conditions', () => {
  const kept = { 'restart-server': thrice(12, 1), 'answer-500': thrice(2, 1) };
  assert.equal(verdictOn({ ...kept, 'reset-connections': thrice(2, 1) }).outcome, 'reproduced');
  assert.equal(verdictOn({ ...kept, 'reset-connections': thrice(3, 2) }).outcome, 'holds under stated conditions');
  assert.equal(verdictOn(kept).outcome, 'holds under stated conditions', 'nobody looked for a second stream');
});

test('trials on both sides of the limit decide nothing', () => {
  const sometimes: Counted = [
    [12, 1],
    [13, 1],
    [14, 1],
  ];
  assert.equal(verdictOn({ 'restart-server': sometimes }).outcome, 'inconclusive');
});

test('other clients, or a run in which the server never went away, are no evidence', () => {
  for (const verdict of [
    verdictOn({ 'restart-server': thrice(20, 6) }, 'browser-bare'),
    verdictOn({ 'reset-connections': thrice(20, 6) }),
  ]) {
    assert.equal(verdict.outcome, 'not tested');
    assert.match(verdict.because, /browser-article/);
  }
});
