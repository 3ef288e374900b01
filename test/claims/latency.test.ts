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

function sse(writtenUs: number | readonly number[], wayUs: number): Reported {
  return { client: onItsWay(wayUs), server: { ...server, handover: fakeHistogram([writtenUs].flat()) } };
}
const audience = (subscribers: number, reported: Cell['reported']): Cell => ({
  workload: { id: `audience-${subscribers}`, subscribers, updates: periodic(50) },
  transport: 'sse',
  reported,
});
const steady = (subscribers: number, writtenUs: number | readonly number[], wayUs: number) =>
  audience(subscribers, always(sse(writtenUs, wayUs)));
// What a poller has got is as fresh as by SSE; what it waited for shows in the age of what it holds.
const polled = (subscribers: number, ...stalerUs: readonly [number, number, number]): Cell => ({
  ...audience(
    subscribers,
    inTurn(
      ...stalerUs.map((us) => ({
        client: { ...onItsWay(45), responseTimeMeanUs: 150, stalenessMeanUs: 100_000 + us },
      })),
    ),
  ),
  transport: 'polling',
});
const slowlyPolled = (subscribers: number) => polled(subscribers, 250_000, 250_000, 250_000);

test('A2: which readings stay within 50 µs, and which do not, is said as it was measured', () => {
  const far = [slowlyPolled(1), slowlyPolled(1000)];
  const all = verdictOf(a2, [steady(1, 20, 45), steady(1000, 30, 50), ...far]);
  assert.equal(all.outcome, 'reproduced');
  assert.match(all.because, /^all readings stay within 50 µs on average\. /);
  assert.doesNotMatch(all.because, /above it|both sides/);
  const some = verdictOf(a2, [steady(1, 20, 80), steady(1000, 900, 6000), ...far]);
  assert.equal(some.outcome, 'holds under stated conditions');
  assert.match(
    some.because,
    /^within 50 µs on average: writing to 1; above it: on its way to 1, writing to 1,000, on its/,
  );
  assert.match(some.value ?? '', /^1: written in 20\.0 µs .* on its way 80\.0 µs .*; 1,000: written in 900 µs/);
  assert.deepEqual([some.interval?.median, some.interval?.unit], [80, 'µs']);
  assert.match(some.conditions.join(), /an audience of 10,000 is not in this run/);
  const none = verdictOf(a2, [steady(1, 60, 80), steady(1000, 900, 6000), ...far]);
  assert.equal(none.outcome, 'contradicted');
  assert.match(none.because, /^all readings take more than 50 µs/);
  const straddling = audience(1, (repetition) => sse(60, 40 + repetition * 10));
  const unclear = verdictOf(a2, [straddling, slowlyPolled(1)]);
  assert.equal(unclear.outcome, 'inconclusive');
  assert.match(unclear.because, /above it: writing to 1; on both sides of 50 µs: on its way to 1\./);
});

test('A2: the mean of writes is judged, not their median', () => {
  // Half of the writes take 40 µs, the other half 100.
  const verdict = verdictOf(a2, [steady(1, [40, 40, 100, 100], 80), slowlyPolled(1)]);
  assert.equal(verdict.outcome, 'contradicted');
  assert.match(verdict.value ?? '', /^1: written in 70\.0 µs on average/);
});

test('A2: far less than polling is half of it', () => {
  const within = steady(1, 20, 45);
  const verdict = verdictOf(a2, [within, slowlyPolled(1)]);
  assert.match(verdict.value ?? '', /a poll takes 150 µs .* staler by 250 ms.*: 5,5\d\d times as long/);
  assert.match(verdict.conditions.join(), /polled every 100 ms/);
  assert.equal(verdict.sampleCount, 2 * repeats);
  const near = verdictOf(a2, [within, polled(1, 350, 360, 370)]);
  assert.equal(near.outcome, 'contradicted');
  assert.match(near.because, /over 10 times as long .* to no audience for certain, less than that to 1$/);
  assert.equal(verdictOf(a2, [within, polled(1, 350, 450, 550)]).outcome, 'inconclusive');
  const alone = verdictOf(a2, [within]);
  assert.equal(alone.outcome, 'holds under stated conditions');
  assert.match(alone.because, /polling takes is not in this run/);
});

test('A2: p99.9 is given where a thousand latencies allow it', () => {
  const way = Array.from({ length: 400 }, (_, i) => (i === 0 ? 900 : 45));
  const many = audience(
    10,
    always({ ...sse(20, 45), client: { serviceLatency: fakeHistogram(way), delivered: 400, expected: 400 } }),
  );
  assert.match(
    verdictOf(a2, [many, slowlyPolled(10)]).value ?? '',
    /p99 45, max 900; p99\.9 of all trials together 900\)/,
  );
  assert.doesNotMatch(verdictOf(a2, [steady(1, 20, 45)]).value ?? '', /p99\.9/);
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
  assert.match(both.value ?? '', /mean 1\.20 \(1\.10–1\.30\) .* p99 4\.5 \(4\.0–5\.0\)/);
  assert.match(both.conditions.join(), /HTTP streaming takes one transit by definition/);
  const short = verdictOf(i2, [...rare(110, 120, 130), ...dense(250, 350, 400)]);
  assert.equal(short.outcome, 'holds under stated conditions');
  assert.match(short.because, /over 3 transits is not certain here/);
  const alone = verdictOf(i2, rare(110, 120, 130));
  assert.equal(alone.outcome, 'holds under stated conditions');
  assert.match(alone.because, /dense ones are not in this run/);
  const slow = verdictOf(i2, rare(160, 180, 200));
  assert.equal(slow.outcome, 'contradicted');
  assert.match(slow.because, /rare updates take 1\.5 transits or more/);
  assert.equal(verdictOf(i2, rare(140, 150, 160)).outcome, 'inconclusive');
  assert.equal(verdictOf(i2, dense(400, 450, 500)).outcome, 'not tested');
});

test('I2: the dense arm is the one with many subscribers, however quickly it was served', () => {
  // 300 a second come 3,333 µs apart, more than ten times the 320 µs that each takes.
  const quick = verdictOf(i2, [...rare(110, 120, 130), ...gap('dense', 50, 300, [310, 320, 330])]);
  assert.equal(quick.outcome, 'reproduced');
  assert.doesNotMatch(quick.because, /not in this run/);
});

test('I2: a tail counts in transits, and only where it is above the stream’s own', () => {
  // One in fifty takes 400 µs by the stream too: four transits of about 106 µs, and no gap of long polling.
  const tailed = { client: { serviceLatency: fakeHistogram([...Array(98).fill(streamUs), 400, 400]) } };
  const [long, stream] = dense(110, 110, 110) as [Cell, Cell];
  const both = [long, stream].map((cell) => ({ ...cell, reported: always(tailed) }));
  const loaded = verdictOf(i2, [...rare(110, 120, 130), ...both]);
  assert.equal(loaded.outcome, 'holds under stated conditions');
  assert.match(loaded.value ?? '', /p99 3\.77 times the stream’s mean of 106 µs, the stream’s own p99 3\.77/);
  assert.match(loaded.because, /not for certain longer than by the stream: it may be the load/);
});

test('I9: what each further subscriber adds, within a factor of two of theirs', () => {
  const growing = (firstUs: number, lastUs: number) => [steady(1, 20, firstUs), steady(1000, 20, lastUs)];
  const alike = verdictOf(i9, growing(100, 3_100));
  assert.equal(alike.outcome, 'holds under stated conditions');
  assert.match(alike.value ?? '', /^3\.00 µs for each further subscriber/);
  // Thirty-one times as long as one, where theirs is four: a smaller constant part contradicts nobody.
  assert.match(alike.because, /31\.0 here and 4\.15 there/);
  for (const otherUs of [30_000, 600]) {
    const other = verdictOf(i9, growing(100, otherUs));
    assert.equal(other.outcome, 'not testable here');
    assert.match(other.because, /says nothing of theirs/);
  }
  assert.equal(verdictOf(i9, growing(100, 100)).outcome, 'contradicted');
  const wide = audience(1000, (repetition) => sse(20, 1_000 + repetition * 1_500));
  assert.equal(verdictOf(i9, [steady(1, 20, 100), wide]).outcome, 'inconclusive');
  assert.equal(verdictOf(i9, [steady(1, 20, 100)]).outcome, 'not tested');
});
