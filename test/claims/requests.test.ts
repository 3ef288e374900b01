/** A1, A1b and I15: each outcome from made-up blocks, and none from none. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { claims } from '../../claims/index.js';
import { judge } from '../../harness/judge.js';
import type { Evidence, Verdict } from '../../harness/model.js';
import { summarize } from '../../harness/summarize.js';
import { type Asked, type Figures, fakeRequests, fakeStreams } from '../fixtures/requests.js';
import { fakePlan } from '../fixtures/run.js';

function verdictOf(id: string, probes: Evidence['probes']): Verdict {
  const plan = fakePlan({ transports: ['sse'], repeats: 1 });
  const found = judge({ plan, summary: summarize(plan, []), ...(probes === undefined ? {} : { probes }) }, claims);
  assert.deepEqual(found.broken, []);
  const verdict = found.verdicts.find((one) => one.id === id);
  assert.ok(verdict !== undefined);
  return verdict;
}

/** The server's core is as busy in both modes, so the ratio is that of requests per second. */
const repeats = (...perS: number[]): Asked[] => perS.map((value) => ({ perS: value }));
const both = (kept: Asked[], closed: Asked[]) => ({ 'keep-alive': kept, close: closed });
const a1 = (figures: Figures) => verdictOf('A1', { requests: fakeRequests(figures) });
const closed = repeats(10_000, 10_000, 10_000);

test('A1: a ratio among those of their table holds; the figure itself is not judged', () => {
  const verdict = a1({ uws: { pushlab: both(repeats(60_000, 61_000, 62_000), closed) } });
  assert.equal(verdict.outcome, 'holds under stated conditions');
  assert.match(verdict.value ?? '', /pushlab 6\.10 \(6\.00–6\.20\)/);
  assert.equal(verdict.interval?.median.toFixed(2), '6.10');
  assert.match(verdict.conditions.join('\n'), /324,323\.71 requests\/s are of their machine: not testable here/);
  assert.match(verdict.conditions.join('\n'), /not run: wrk/);
  assert.match(
    verdict.conditions.join('\n'),
    /pushlab, keep-alive, 360 connections: 61,000 requests\/s .*108 B a response, the server at its limit, Little’s law 1/,
  );
  assert.deepEqual([verdict.probes, verdict.evidence, verdict.sampleCount], [['requests'], [], 6]);
});

test('A1: a ratio outside of all of theirs contradicts; one across an end, or generators that disagree, say nothing', () => {
  const low = both(repeats(30_000, 31_000, 32_000), closed);
  const inside = both(repeats(60_000, 61_000, 62_000), closed);
  assert.equal(a1({ uws: { pushlab: low } }).outcome, 'contradicted');
  assert.equal(a1({ uws: { pushlab: both(repeats(45_000, 60_000, 60_000), closed) } }).outcome, 'inconclusive');
  assert.equal(a1({ uws: { pushlab: inside, wrk: low } }).outcome, 'inconclusive');
});

test('A1: where a generator at its limit makes the two ways of counting disagree, nothing is said', () => {
  const kept: Asked[] = repeats(30_000, 30_000, 30_000).map((one) => ({
    ...one,
    serverUs: 450_000,
    limit: 'generator',
  }));
  const verdict = a1({ uws: { pushlab: both(kept, closed) } });
  assert.equal(verdict.outcome, 'inconclusive');
  assert.match(verdict.value ?? '', /per server CPU second: pushlab 6\.00; in plain requests\/s: pushlab 3\.00;/);
  assert.match(verdict.because, /the two ways of counting disagree/);
});

test('A1: two repeats, or no CPU time of the server, are no verdict; no server of ours no test', () => {
  assert.equal(a1({ uws: { pushlab: both(repeats(60_000, 60_000), closed) } }).outcome, 'inconclusive');
  const blind = both(
    repeats(60_000, 60_000, 60_000).map((one) => ({ ...one, serverUs: null })),
    closed,
  );
  assert.equal(a1({ uws: { pushlab: blind } }).outcome, 'inconclusive');
  assert.equal(a1({ node: { pushlab: both(repeats(60_000), closed) } }).outcome, 'not tested');
  assert.equal(verdictOf('A1', undefined).outcome, 'not tested');
  assert.equal(verdictOf('A1', { requests: null }).outcome, 'not tested');
});

test('A1: a generator that failed has no ratio, and is named', () => {
  const failed: Asked[] = [{ perS: 1, failure: 'errors in most of 9 requests: 9 status' }];
  const verdict = a1({
    uws: { pushlab: both(repeats(60_000, 61_000, 62_000), closed), ab: both(failed, failed) },
  });
  assert.equal(verdict.outcome, 'holds under stated conditions');
  assert.match(verdict.conditions.join('\n'), /ab, close, 360 connections: errors in most of 9 requests/);
});

const a1b = (kept: Asked[]) =>
  verdictOf('A1b', {
    requests: fakeRequests({
      uws: { pushlab: both(repeats(60_000, 60_000, 60_000), closed) },
      node: { pushlab: both(kept, repeats(6_000, 6_000, 6_000)) },
    }),
  });

test('A1b: Node’s own ratio decides; what it is of another server is shown', () => {
  const verdict = a1b(repeats(29_400, 30_000, 30_600));
  assert.equal(verdict.outcome, 'holds under stated conditions');
  assert.match(
    verdict.value ?? '',
    /keep-alive ÷ close of Node: pushlab 5\.00 \(4\.90–5\.10\); Node ÷ uWebSockets\.js: pushlab 0\.500/,
  );
  const conditions = verdict.conditions.join('\n');
  assert.match(conditions, /not in this run: Tokio, Hyperlane, Rocket, Rust std, Gin, Go std/);
  assert.match(conditions, /162,162 and 170,065 requests\/s for each of wrk’s two threads/);
  assert.match(conditions, /Node reaches 0\.410 to 0\.595 of the others/);
  assert.equal(a1b(repeats(18_000, 18_000, 18_000)).outcome, 'contradicted');
  assert.equal(a1b(repeats(25_000, 30_000, 36_000)).outcome, 'inconclusive');
});

test('A1b: without the other server there is still Node’s ratio; without Node no test', () => {
  const alone = { node: { pushlab: both(repeats(30_000, 30_000, 30_000), repeats(6_000, 6_000, 6_000)) } };
  const verdict = verdictOf('A1b', { requests: fakeRequests(alone) });
  assert.equal(verdict.outcome, 'holds under stated conditions');
  assert.match(verdict.value ?? '', /^keep-alive ÷ close of Node: pushlab 5\.00, each per server CPU second$/);
  const without = { uws: { pushlab: both(repeats(60_000), closed) } };
  assert.equal(verdictOf('A1b', { requests: fakeRequests(without) }).outcome, 'not tested');
});

test('A1 and A1b go by Hyperlane itself where it is in the run: six times with keep-alive, and twice as many as Node', () => {
  const withHyperlane = (kept: Asked[]) => ({
    requests: fakeRequests({
      uws: { pushlab: both(repeats(1_000, 1_000, 1_000), closed) },
      node: { pushlab: both(repeats(30_000, 30_000, 30_000), repeats(6_000, 6_000, 6_000)) },
      hyperlane: { pushlab: both(kept, closed) },
    }),
  });
  const faster = withHyperlane(repeats(64_000, 65_000, 66_000));
  assert.deepEqual(
    [verdictOf('A1', faster).outcome, verdictOf('A1b', faster).outcome],
    ['holds under stated conditions', 'holds under stated conditions'],
  );
  assert.match(verdictOf('A1', faster).value ?? '', /of Hyperlane per server CPU second: pushlab 6\.50/);
  assert.match(verdictOf('A1b', faster).because, /on one core Hyperlane too answers more than twice as many/);
  assert.equal(verdictOf('A1b', withHyperlane(repeats(50_000, 51_000, 52_000))).outcome, 'contradicted');
  assert.equal(verdictOf('A1b', withHyperlane(repeats(50_000, 62_000, 64_000))).outcome, 'inconclusive');
});

/** 100,000 requests in a second of CPU time are 10 µs each. */
const alonePerS = [100_000, 100_000, 100_000];
const i15 = (messagesUs: (number | null)[], besidePerS = [95_000, 94_000, 96_000]) =>
  verdictOf('I15', { 'streams-beside-requests': fakeStreams({ alonePerS, besidePerS, messagesUs }) });

test('I15: what a message costs in requests decides, and not the share of another capacity', () => {
  const verdict = i15([100_000, 100_000, 100_000]);
  assert.equal(verdict.outcome, 'holds under stated conditions');
  assert.match(
    verdict.value ?? '',
    /a message costs as much as 1\.00 requests; 95\.0 % \(94\.0–96\.0\) of the requests remain/,
  );
  assert.match(verdict.value ?? '', /p95 at 5,000 requests\/s: 60\.0 ms beside them, 1\.00 ms/);
  assert.match(
    verdict.because,
    /half of what this server can answer, 100,000 requests .* would go for 50,000 messages a second/,
  );
});

test('I15: another price contradicts, one across the ends or without CPU time says nothing, and no probe is no test', () => {
  assert.equal(i15([20_000, 20_000, 20_000]).outcome, 'contradicted');
  assert.equal(i15([300_000, 300_000, 300_000]).outcome, 'contradicted');
  assert.equal(i15([30_000, 100_000, 100_000]).outcome, 'inconclusive');
  assert.equal(i15([null, null, 100_000]).outcome, 'inconclusive');
  assert.equal(verdictOf('I15', {}).outcome, 'not tested');
});
