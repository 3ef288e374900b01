/** Claims that rest on what is measured beside the trials: A2b, A12 and A15. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { a2b } from '../../claims/a2b-own-summary.js';
import { a12 } from '../../claims/a12-native.js';
import { a15 } from '../../claims/a15-direction.js';
import type { PageFeature } from '../../contract/clients.js';
import { judge } from '../../harness/judge.js';
import type { Claim, Evidence, OkTrial, Verdict } from '../../harness/model.js';
import { summarize } from '../../harness/summarize.js';
import { fakeCode, fakeLoops, fakeUpstream } from '../fixtures/probes.js';
import { fakeFeatures, fakePages, fakePlan, fakeTrial } from '../fixtures/run.js';

type Probes = NonNullable<Evidence['probes']>;

function verdictOn(claim: Claim, probes: Probes, client: Partial<OkTrial['client']> = {}): Verdict {
  const plan = fakePlan({ transports: ['sse', 'websocket'], clients: ['browser-bare'], repeats: 3 });
  const records = plan.trials.map((trial) => fakeTrial(trial, { client }));
  const { verdicts, broken } = judge({ plan, summary: summarize(plan, records), probes }, [claim]);
  assert.deepEqual(broken, []);
  return verdicts[0] as Verdict;
}

const pages = (...missing: readonly PageFeature[]): Partial<OkTrial['client']> => ({
  browser: { ...fakePages, features: fakeFeatures(...missing) },
});

test('A2b is refuted by arithmetic, run or not; what the loop printed stands beside what arrived', () => {
  const without = verdictOn(a2b, {});
  assert.deepEqual([without.outcome, without.sampleCount], ['refuted by arithmetic', 0]);
  assert.match(without.because, /^if 50 µs is of its summary/);
  assert.match(without.conditions.join(), /the timer around each write .* is not refuted by this \(A2\)/);
  const { outcome, value, sampleCount } = verdictOn(a2b, { 'article-loop': fakeLoops() });
  assert.deepEqual([outcome, sampleCount], ['refuted by arithmetic', 3]);
  assert.match(value ?? '', /uws: its summary prints 1,210 \(1,200–1,250\) µs per event and 826 \(800–833\) events\/s/);
  assert.match(value ?? '', /received 826 \(800–833\) events\/s, 1,160 \(1,150–1,200\) µs apart/);
});

test('A12: both built in contradict it, unless a WebSocket needs half as much code again', () => {
  const both = verdictOn(a12, { code: fakeCode() }, pages());
  assert.equal(both.outcome, 'contradicted');
  assert.match(both.value ?? '', /EventSource is built in; WebSocket is built in/);
  assert.match(both.value ?? '', /with reconnecting 30 and 40 lines, 900 and 1,200 B/);
  const longer = verdictOn(a12, { code: fakeCode({ sse: 30, websocket: 45 }) }, pages());
  assert.equal(longer.outcome, 'holds under stated conditions');
  const uncounted = verdictOn(a12, {}, pages());
  assert.equal(uncounted.outcome, 'inconclusive', 'a missing probe wins for nobody');
  assert.match(uncounted.value ?? '', /the code that each needs was not measured/);
  assert.match(uncounted.because, /both built in, .*whether WebSocket takes more code was not counted/);
  const code = fakeCode();
  const half = { ...code, rows: code.rows.filter(({ end }) => end !== 'page') };
  assert.equal(verdictOn(a12, { code: half }, pages()).outcome, 'inconclusive', 'one page of the two');
});

test('A12: without WebSocket it is as said, without EventSource it is not; what did not deliver decides nothing', () => {
  assert.equal(verdictOn(a12, {}, pages('WebSocket')).outcome, 'reproduced');
  assert.match(verdictOn(a12, {}, pages('WebSocket')).because, /^missing here, .*: WebSocket$/);
  assert.equal(verdictOn(a12, {}, pages('EventSource')).outcome, 'contradicted');
  assert.equal(verdictOn(a12, {}, { ...pages(), delivered: 100, lost: 100 }).outcome, 'inconclusive');
  assert.equal(verdictOn(a12, { code: fakeCode() }).outcome, 'not tested', 'no trial had a page');
});

test('A15 goes by the connections that the server took, and says what each message cost', () => {
  const verdict = verdictOn(a15, { upstream: fakeUpstream() });
  assert.deepEqual([verdict.outcome, verdict.sampleCount], ['reproduced', 6]);
  assert.match(verdict.because, /^the server took one connection for a WebSocket/);
  assert.match(verdict.value ?? '', /uws: WebSocket 268 B, 100 µs there and back, 51\.0 \(50\.0–52\.0\) µs/);
  assert.match(verdict.value ?? '', /POST 430 B.*POST on a new connection not measured/);
  const one = verdictOn(a15, { upstream: fakeUpstream([1, 1]) });
  assert.equal(one.outcome, 'contradicted');
  assert.match(one.because, /^the server took other connections .*: 1 over a WebSocket, 1 for POST/);
  assert.equal(verdictOn(a15, { upstream: fakeUpstream([1, 2], 2) }).outcome, 'inconclusive');
  assert.equal(verdictOn(a15, {}).outcome, 'not tested');
});

test('A15: where nobody counted at the server it holds by construction, and says so', () => {
  const { rows, ...rest } = fakeUpstream();
  const uncounted = rows.map(({ accepted: _, ...row }) => row);
  const verdict = verdictOn(a15, { upstream: { ...rest, rows: uncounted } });
  assert.equal(verdict.outcome, 'reproduced');
  assert.match(verdict.because, /^by construction: .* The server’s connections were not counted$/);
});

test('A15: blocks of both ways have to be enough', () => {
  const { rows, ...rest } = fakeUpstream();
  const fewer = rows.filter(({ way, repetition }) => way === 'post' || repetition === 0);
  assert.equal(verdictOn(a15, { upstream: { ...rest, rows: fewer } }).outcome, 'inconclusive');
});
