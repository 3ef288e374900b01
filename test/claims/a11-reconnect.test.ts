import assert from 'node:assert/strict';
import { test } from 'node:test';
import { a11 } from '../../claims/a11-reconnect.js';
import type { FaultKind } from '../../contract/faults.js';
import type { ClientKind, Workload } from '../../contract/trial.js';
import { judge } from '../../harness/judge.js';
import type { Verdict } from '../../harness/model.js';
import { summarize } from '../../harness/summarize.js';
import { fakeHistogram, fakePlan, fakeTrial, fakeWorkload } from '../fixtures/run.js';

/** Of two losses each, how many were over, by transport. */
type Resumed = Readonly<Record<'sse' | 'websocket', number>>;

function verdictOn(under: Partial<Record<FaultKind, Resumed>>, client: ClientKind = 'browser-bare'): Verdict {
  const workloads = Object.keys(under).map(
    (kind): Workload => ({
      ...fakeWorkload,
      id: kind,
      proxy: 'transparent',
      faults: [{ kind: kind as FaultKind, atMs: 100, forMs: 0 }],
    }),
  );
  const made = fakePlan({ transports: ['sse', 'websocket'], workloads, repeats: 3 });
  const plan = { ...made, trials: made.trials.map((trial) => ({ ...trial, client })) };
  const records = plan.trials.map((trial) => {
    const resumed = under[trial.workloadId as FaultKind]?.[trial.transport as 'sse'] ?? 0;
    const resume = fakeHistogram(Array(resumed).fill(1_000_000));
    return fakeTrial(trial, { client: { disruptions: { noticed: 2, resumed, skipped: 0, resume } } });
  });
  return judge({ plan, summary: summarize(plan, records) }, [a11]).verdicts[0] as Verdict;
}

const asSaid: Resumed = { sse: 2, websocket: 0 };
const neither: Resumed = { sse: 0, websocket: 0 };

test('SSE comes back after a break and gives up after a refusal: it holds under conditions', () => {
  const verdict = verdictOn({ 'restart-server': asSaid, 'reset-connections': asSaid, 'answer-204': neither });
  assert.equal(verdict.outcome, 'holds under stated conditions');
  assert.match(verdict.because, /gave up for good in 1 of 1 cases/);
  assert.match(verdict.value ?? '', /restart-server: SSE 100 % of 6 came back, after 1000 ms .*, WebSocket 0 % of 6/);
  assert.equal(verdict.evidence.length, 6);
});

test('without refusals in the run it does not become a rule; with answers that change nothing it is reproduced', () => {
  const alone = verdictOn({ 'reset-connections': asSaid });
  assert.equal(alone.outcome, 'holds under stated conditions');
  assert.match(alone.because, /is not in this run/);
  assert.equal(verdictOn({ 'reset-connections': asSaid, 'answer-500': asSaid }).outcome, 'reproduced');
});

test('SSE that stays away, or WebSocket that comes back, contradicts it; half of them decide nothing', () => {
  assert.equal(verdictOn({ 'reset-connections': neither }).outcome, 'contradicted');
  assert.equal(verdictOn({ 'reset-connections': { sse: 2, websocket: 2 } }).outcome, 'contradicted');
  assert.equal(verdictOn({ 'reset-connections': { sse: 1, websocket: 0 } }).outcome, 'inconclusive');
  assert.equal(verdictOn({ 'reset-connections': { sse: 2, websocket: 1 } }).outcome, 'inconclusive');
});

test('clients that reconnect by code of their own, or no break at all, are no evidence', () => {
  for (const verdict of [
    verdictOn({ 'reset-connections': { sse: 2, websocket: 2 } }, 'raw'),
    verdictOn({ 'reset-connections': asSaid }, 'browser'),
    verdictOn({ 'answer-204': neither }),
  ]) {
    assert.equal(verdict.outcome, 'not tested');
    assert.match(verdict.because, /browser-bare/);
  }
});
