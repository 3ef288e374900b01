/** A2, I2 and I9: what an update takes on its way. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { a2 } from '../../claims/a2-latency.js';
import { a2b } from '../../claims/a2b-own-summary.js';
import { i2 } from '../../claims/i2-long-poll-gap.js';
import { i9 } from '../../claims/i9-audience.js';
import { fakeHistogram, fakePlan, fakeTrial } from '../fixtures/run.js';
import { always, type Cell, inTurn, onItsWay, type Reported, repeats, verdictOf } from './verdict-of.js';

const { server } = fakeTrial(fakePlan().trials[0] as Parameters<typeof fakeTrial>[0]);
const periodic = (rateHz: number) => ({ rateHz, arrival: 'periodic' as const, burstSize: 1 });

function sse(writtenUs: number, wayUs: number): Reported {
  return { client: onItsWay(wayUs), server: { ...server, handover: fakeHistogram([writtenUs]) } };
}
const audience = (subscribers: number, reported: Cell['reported']): Cell => ({
  workload: { id: `audience-${subscribers}`, subscribers, updates: periodic(50) },
  transport: 'sse',
  reported,
});
const steady = (subscribers: number, writtenUs: number, wayUs: number) =>
  audience(subscribers, always(sse(writtenUs, wayUs)));

test('A2: each of three readings by itself, and which of them stays within 50 µs', () => {
  assert.equal(verdictOf(a2, [steady(1, 20, 45), steady(1000, 30, 50)]).outcome, 'reproduced');
  const some = verdictOf(a2, [steady(1, 20, 80), steady(1000, 900, 6000)]);
  assert.equal(some.outcome, 'holds under stated conditions');
  assert.match(some.because, /^writing to 1 stays within 50 µs/);
  assert.match(some.value ?? '', /^1: written in 20\.0 µs .* on its way 80\.0 µs .*; 1000: written in 900 µs/);
  assert.deepEqual([some.interval?.median, some.interval?.unit], [80, 'µs']);
  assert.equal(verdictOf(a2, [steady(1, 60, 80), steady(1000, 900, 6000)]).outcome, 'contradicted');
  const straddling = audience(1, (repetition) => sse(60, 40 + repetition * 10));
  assert.equal(verdictOf(a2, [straddling]).outcome, 'inconclusive');
});

test('A2: a poll’s own request stands beside it where it was measured', () => {
  const polling: Cell = {
    workload: { id: 'audience-1', subscribers: 1, updates: periodic(50) },
    transport: 'polling',
    reported: always({ client: { responseTimeMeanUs: 150, latency: fakeHistogram(Array(100).fill(250_000)) } }),
  };
  const verdict = verdictOf(a2, [steady(1, 20, 45), polling]);
  assert.match(verdict.value ?? '', /a poll takes 150 µs .* brings an update 250 ms/);
  assert.equal(verdict.sampleCount, 2 * repeats);
});

test('A2: without SSE at its rate it is not tested; A2b needs nothing but arithmetic', () => {
  assert.equal(verdictOf(a2, [{ ...steady(1, 20, 45), transport: 'websocket' }]).outcome, 'not tested');
  const refuted = verdictOf(a2b, [steady(1, 20, 45)]);
  assert.equal(refuted.outcome, 'refuted by arithmetic');
  assert.match(refuted.value ?? '', /at least 1,000 µs per event, at most 1,000 events\/s/);
});

const streamUs = 100;
function gap(id: string, subscribers: number, rateHz: number, longUs: readonly number[]): Cell[] {
  const workload = { id, subscribers, updates: periodic(rateHz) };
  return [
    { workload, transport: 'long-polling', reported: inTurn(...longUs.map((us) => ({ client: onItsWay(us) }))) },
    { workload, transport: 'http-stream', reported: always({ client: onItsWay(streamUs) }) },
  ];
}
const rare = (...us: number[]) => gap('rare', 1, 50, us);
const dense = (...us: number[]) => gap('dense', 50, 3000, us);

test('I2: about one transit when the poller waits, over three when it is on its way', () => {
  const both = verdictOf(i2, [...rare(110, 120, 130), ...dense(400, 450, 500)]);
  assert.equal(both.outcome, 'reproduced');
  assert.match(both.value ?? '', /mean 1\.20 \(1\.10–1\.30\) .* p99 4\.50 \(4\.00–5\.00\)/);
  assert.equal(
    verdictOf(i2, [...rare(110, 120, 130), ...dense(250, 350, 400)]).outcome,
    'holds under stated conditions',
  );
  assert.equal(verdictOf(i2, rare(110, 120, 130)).outcome, 'holds under stated conditions');
  assert.equal(verdictOf(i2, rare(160, 180, 200)).outcome, 'contradicted');
  assert.equal(verdictOf(i2, rare(140, 150, 160)).outcome, 'inconclusive');
  assert.equal(verdictOf(i2, dense(400, 450, 500)).outcome, 'not tested');
});

test('I9: how much longer a thousand wait than one, within a factor of two of theirs', () => {
  const growing = (by: number) => [steady(1, 20, 100), steady(1000, 20, 100 * by)];
  assert.equal(verdictOf(i9, growing(4)).outcome, 'reproduced');
  assert.equal(verdictOf(i9, growing(30)).outcome, 'contradicted');
  assert.equal(verdictOf(i9, growing(1)).outcome, 'contradicted');
  const wide = audience(1000, (repetition) => sse(20, 500 + repetition * 300));
  assert.equal(verdictOf(i9, [steady(1, 20, 100), wide]).outcome, 'inconclusive');
  assert.equal(verdictOf(i9, [steady(1, 20, 100)]).outcome, 'not tested');
});
