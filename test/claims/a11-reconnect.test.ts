import assert from 'node:assert/strict';
import { test } from 'node:test';
import { a11 } from '../../claims/a11-reconnect.js';
import type { FaultKind } from '../../contract/faults.js';
import type { ClientKind, Workload } from '../../contract/trial.js';
import { judge } from '../../harness/judge.js';
import type { OkTrial, Verdict } from '../../harness/model.js';
import { summarize } from '../../harness/summarize.js';
import { fakeHistogram, fakePages, fakePlan, fakeTrial, fakeWorkload } from '../fixtures/run.js';

/** Of two losses each, how many were over, by transport. */
type Resumed = Readonly<Record<'sse' | 'websocket', number>>;

function verdictOn(
  under: Partial<Record<FaultKind, Resumed>>,
  client: ClientKind = 'browser-bare',
  over: Partial<OkTrial['client']> = {},
): Verdict {
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
    return fakeTrial(trial, { client: { disruptions: { noticed: 2, resumed, skipped: 0, resume }, ...over } });
  });
  return judge({ plan, summary: summarize(plan, records) }, [a11]).verdicts[0] as Verdict;
}

const asSaid: Resumed = { sse: 2, websocket: 0 };
const neither: Resumed = { sse: 0, websocket: 0 };

test('SSE comes back after a break and gives up after a refusal: it holds under conditions', () => {
  const verdict = verdictOn({ 'restart-server': asSaid, 'reset-connections': asSaid, 'answer-204': neither });
  assert.equal(verdict.outcome, 'holds under stated conditions');
  assert.match(
    verdict.because,
    /ended SSE came back by itself in 2 of 2 cases, and WebSocket stayed away in 2 of 2 cases/,
  );
  assert.match(verdict.because, /no event stream SSE stayed away in 1 of 1 case: there a page has to see to it/);
  assert.match(verdict.conditions.join(), /the next answer is an event stream/);
  assert.match(verdict.value ?? '', /restart-server: SSE 100 % of 6 came back, after 1,000 ms, .*, WebSocket 0 % of 6/);
  assert.equal(verdict.evidence.length, 6);
});

test('without refusals in the run it does not become a rule; with answers that change nothing it is reproduced', () => {
  const alone = verdictOn({ 'reset-connections': asSaid });
  assert.equal(alone.outcome, 'holds under stated conditions');
  assert.match(alone.because, /is not in this run/);
  const whatever = verdictOn({ 'reset-connections': asSaid, 'answer-500': asSaid });
  assert.equal(whatever.outcome, 'reproduced');
  assert.match(whatever.because, /no event stream SSE came back by itself in 1 of 1 case$/);
  assert.doesNotMatch(whatever.conditions.join(), /the next answer is an event stream/);
});

test('SSE that stays away, or WebSocket that comes back, contradicts it; half of them decide nothing; each is said', () => {
  const away = verdictOn({ 'reset-connections': neither });
  assert.equal(away.outcome, 'contradicted');
  assert.match(
    away.because,
    /^after a connection that ended SSE stayed away in 1 of 1 case, and WebSocket stayed away/,
  );
  const back = verdictOn({ 'reset-connections': { sse: 2, websocket: 2 } });
  assert.equal(back.outcome, 'contradicted');
  assert.match(back.because, /WebSocket came back by itself in 1 of 1 case/);
  const half = verdictOn({ 'reset-connections': { sse: 1, websocket: 0 } });
  assert.equal(half.outcome, 'inconclusive');
  assert.match(half.because, /SSE came back for some pages and not for others in 1 of 1 case/);
  assert.equal(verdictOn({ 'reset-connections': { sse: 2, websocket: 1 } }).outcome, 'inconclusive');
});

test('the browser is the one that the run recorded', () => {
  assert.match(verdictOn({ 'reset-connections': asSaid }).conditions.join(), /whose version was not recorded/);
  const pages = { ...fakePages, version: 'Firefox 999' };
  const { conditions } = verdictOn({ 'reset-connections': asSaid }, 'browser-bare', { browser: pages });
  assert.match(conditions.join(), /^Firefox 999, HTTP\/1\.1/);
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
