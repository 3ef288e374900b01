import assert from 'node:assert/strict';
import { test } from 'node:test';
import hdr from 'hdr-histogram-js';
import { Recorder } from '../../clients/recorder.js';
import { SeenSet } from '../../clients/seen-set.js';
import type { TransportId } from '../../contract/transports.js';
import type { EncodedHistogram, TrialPlan, Workload } from '../../contract/trial.js';
import { formatUpdate, updatePadding } from '../../contract/update.js';

const workload: Workload = {
  id: 'known',
  title: 'Known answers',
  subscribers: 1,
  updates: { rateHz: 10, arrival: 'periodic', burstSize: 1 },
  payloadBytes: 16,
  poll: { intervalMs: 500, pacing: 'request-start', phase: 'zero', connection: 'keep-alive' },
  longPollTimeoutMs: 25_000,
  delivery: 'every',
  warmupMs: 1000,
  windowMs: 1000,
  drainMs: 1000,
};
/** Epoch at 10 s, window from 11 s to 12 s. */
const timeline = { startUs: 10_000_000, windowStartUs: 11_000_000, windowEndUs: 12_000_000 };

interface Bench {
  recorder: Recorder;
  /** The clock, in ms after the epoch. */
  at(ms: number): Bench;
  receive(seq: number, intendedMs: number, publishDelayMs?: number, subscriber?: number): string;
}

function bench(over: Partial<Workload> = {}, transport: TransportId = 'sse', maxSamples = 100): Bench {
  let clockUs = timeline.startUs;
  const trial: TrialPlan = {
    id: 't',
    index: 0,
    repetition: 0,
    subject: 'uws',
    transport,
    client: 'raw',
    workloadId: 'known',
    seed: 1,
  };
  const recorder = new Recorder({
    trial,
    workload: { ...workload, ...over },
    maxSamples,
    bins: 10,
    clock: () => clockUs,
  });
  recorder.start(timeline);
  const it: Bench = {
    recorder,
    at(ms) {
      clockUs = timeline.startUs + ms * 1000;
      return it;
    },
    receive(seq, intendedMs, publishDelayMs = 0, subscriber = 0) {
      const bytes = Buffer.from(`xx${formatUpdate(seq, intendedMs * 1000, publishDelayMs * 1000, '')}`);
      return recorder.received(subscriber, bytes, 2, bytes.length);
    },
  };
  return it;
}

function quantileUs(histogram: EncodedHistogram, percent: number): number {
  return hdr.decodeFromCompressedBase64(histogram.encoded).getValueAtPercentile(percent);
}

function about(actual: number, expected: number): void {
  assert.ok(Math.abs(actual / expected - 1) < 0.002, `${actual} is not ${expected} to 3 digits`);
}

test('latency counts from the intended time, service latency from the publishing', () => {
  const { recorder, at } = bench();
  at(1000).recorder.openWindow();
  at(1050).receive(11, 1000, 20);
  at(2000).recorder.closeWindow();
  const report = recorder.report(11, 11);
  assert.equal(report.latency.count, 1);
  about(quantileUs(report.latency, 50), 50_000);
  about(quantileUs(report.serviceLatency, 50), 30_000);
});

test('latency takes the updates intended inside the window, however late they come', () => {
  const { recorder, at } = bench();
  at(500).receive(5, 500);
  at(1000).recorder.openWindow();
  at(1010).receive(9, 990); // intended before the window, arrived in it
  at(1900).receive(19, 1890);
  at(2000).recorder.closeWindow();
  at(2400).receive(20, 1990); // intended in the window, arrived after it
  at(2500).receive(21, 2100); // intended after it
  const report = recorder.report(10, 20);
  assert.equal(report.latency.count, 2);
  about(quantileUs(report.latency, 100), 410_000);
  assert.equal(report.windowDelivered, 2, 'arrivals between the snapshots: 9 and 19');
  assert.equal(report.delivered, 2, 'of the window: 19 and 20');
  assert.equal(report.expected, 11);
  assert.equal(report.lost, 9);
});

test('one of ten dropped is 10 % lost, and a late one is out of order, a second copy a duplicate', () => {
  const { recorder, at, receive } = bench();
  at(1000).recorder.openWindow();
  for (const seq of [11, 12, 14, 13, 15, 16, 16, 17, 18, 20]) receive(seq, 1500);
  at(2000).recorder.closeWindow();
  const report = recorder.report(11, 20);
  assert.deepEqual(
    [report.expected, report.delivered, report.lost, report.superseded, report.duplicate, report.outOfOrder],
    [10, 9, 1, 0, 1, 1],
  );
});

test('under `latest`, what a poll skipped is superseded, and what nothing replaced is lost', () => {
  const { recorder, at, receive } = bench({ delivery: 'latest' }, 'polling');
  at(1000).recorder.openWindow();
  recorder.traffic.downTotal += 60;
  assert.equal(receive(13, 1300), 'first');
  assert.equal(receive(13, 1300), 'again');
  assert.equal(receive(18, 1800), 'first');
  at(2000).recorder.closeWindow();
  const report = recorder.report(11, 20);
  assert.deepEqual(
    [report.delivered, report.superseded, report.lost, report.duplicate],
    [2, 6, 2, 0],
    '19 and 20 were never replaced by anything newer',
  );
  assert.deepEqual(report.windowTraffic.down, { payload: 32, repeated: 16, framing: 12, heads: 0 });
});

test('a push transport never excuses a gap as superseded', () => {
  const { recorder, at, receive } = bench({ delivery: 'latest' }, 'sse');
  at(1000).recorder.openWindow();
  receive(20, 1900);
  at(2000).recorder.closeWindow();
  assert.equal(recorder.report(11, 20).lost, 9);
});

test('staleness is the age of the newest update held, averaged over time', () => {
  const { recorder, at } = bench();
  at(900).receive(9, 900);
  at(1000).recorder.openWindow();
  at(1500).receive(15, 1500); // age ran 100 → 600 ms before, 0 → 500 ms after
  at(2000).recorder.closeWindow();
  at(2300).receive(23, 2300); // after the window: does not count
  const report = recorder.report(9, 23);
  // (0.5 s · 350 ms + 0.5 s · 250 ms) / 1 s
  assert.equal(report.stalenessMeanUs, 300_000);
  // The same by sampling 20,000 random instants: seeded, so the same on every machine.
  const sampled = hdr.decodeFromCompressedBase64(report.staleness.encoded);
  assert.ok(Math.abs(sampled.mean / 300_000 - 1) < 0.02, `sampled mean ${sampled.mean}`);
  assert.ok(Math.abs(sampled.totalCount / 20_000 - 1) < 0.05, `${sampled.totalCount} instants`);
});

test('an older update does not make what is held younger or older', () => {
  const { recorder, at } = bench();
  at(900).receive(9, 900);
  at(1000).recorder.openWindow();
  at(1500).receive(8, 800);
  at(2000).recorder.closeWindow();
  assert.equal(recorder.report(9, 9).stalenessMeanUs, 600_000);
});

test('without any update there is no staleness to report', () => {
  const { recorder, at } = bench();
  at(1000).recorder.openWindow();
  at(2000).recorder.closeWindow();
  const report = recorder.report(0, 0);
  assert.equal(report.stalenessMeanUs, null);
  assert.deepEqual([report.expected, report.lost, report.latency.count], [0, 0, 0]);
});

test('a large update that straddles a snapshot is payload on both sides of it, and framing never below zero', () => {
  const { recorder, at } = bench({ payloadBytes: 16 });
  const { traffic } = recorder;
  traffic.downTotal += 14; // 4 of framing, 10 of the update
  at(1000).recorder.openWindow(10);
  traffic.downTotal += 8; // the other 6, and 2 of framing
  at(1100).receive(11, 1050);
  traffic.downTotal += 7; // 2 of framing and 5 of the next one
  at(2000).recorder.closeWindow(5);
  const { windowTraffic, setupTraffic } = recorder.report(11, 11);
  assert.deepEqual(setupTraffic.down, { payload: 10, repeated: 0, framing: 4, heads: 0 });
  assert.deepEqual(windowTraffic.down, { payload: 11, repeated: 0, framing: 4, heads: 0 });
});

test('a window without updates expects nothing, though newer ones were polled', () => {
  const { recorder, at } = bench({ delivery: 'latest' }, 'polling');
  at(900).receive(9, 900);
  at(1000).recorder.openWindow();
  at(2000).recorder.closeWindow();
  at(2100).receive(10, 2050);
  const report = recorder.report(0, 0);
  assert.deepEqual([report.expected, report.delivered, report.superseded, report.lost], [0, 0, 0, 0]);
});

test('a loss is noticed once, and over with the next new update; what that one skips is counted', () => {
  const { recorder, ...it } = bench({ subscribers: 2 });
  recorder.openWindow();
  it.at(1100).receive(1, 1000);
  it.at(1200);
  recorder.disrupted(0);
  it.at(1300);
  recorder.disrupted(0);
  // An old update says nothing new.
  assert.equal(it.at(1400).receive(1, 1000), 'again');
  it.at(1500).receive(4, 1400);
  it.at(1600).receive(5, 1500);
  // One that never held any has skipped none, and one that is still lost is not resumed.
  it.at(1600);
  recorder.disrupted(1);
  it.at(1700).receive(3, 1300, 0, 1);
  recorder.disrupted(1);
  recorder.closeWindow();
  const { noticed, resumed, skipped, resume } = recorder.report(1, 5).disruptions;
  assert.deepEqual([noticed, resumed, skipped, resume.count], [3, 2, 2, 2]);
  about(quantileUs(resume, 100), 300_000);
  about(quantileUs(resume, 0), 100_000);
});

test('one changed byte anywhere makes an update malformed, or one that was never sent', () => {
  const payloadBytes = 40;
  const whole = Buffer.from(formatUpdate(7, 1_500_000, 0, updatePadding(payloadBytes)), 'latin1');
  for (let at = 0; at < payloadBytes; at++) {
    const { recorder } = bench({ payloadBytes }).at(1500);
    const changed = Buffer.from(whole);
    changed[at] = '!'.charCodeAt(0);
    assert.equal(recorder.received(0, changed, 0, changed.length), 'malformed', `byte ${at}`);
    assert.equal(recorder.received(0, Buffer.concat([changed, whole]), payloadBytes, 2 * payloadBytes), 'first');
    recorder.openWindow();
    recorder.closeWindow();
    assert.equal(recorder.report(1, 7).errors.content, 1);
  }
});

test('bytes that are no update, or of another size, are content errors and count for nothing', () => {
  const { recorder, at } = bench();
  at(1000).recorder.openWindow();
  const wrongSize = Buffer.from(formatUpdate(11, 1_100_000, 0, 'p'));
  assert.equal(recorder.received(0, wrongSize, 0, wrongSize.length), 'malformed');
  assert.equal(recorder.received(0, Buffer.from('{"an":"object..}'), 0, 16), 'malformed');
  at(2000).recorder.closeWindow();
  const report = recorder.report(11, 11);
  assert.equal(report.errors.content, 2);
  assert.equal(report.lost, 1);
});

test('samples are spread evenly and stay below their limit; bins count arrivals', () => {
  const { recorder, at } = bench({ updates: { rateHz: 100, arrival: 'periodic', burstSize: 1 } }, 'sse', 20);
  at(1000).recorder.openWindow();
  for (let i = 0; i < 100; i++) at(1000 + i * 10 + 1).receive(101 + i, 1000 + i * 10);
  at(2000).recorder.closeWindow();
  const report = recorder.report(101, 200);
  assert.equal(report.samplesEvery, 5);
  assert.equal(report.samples.length, 20);
  assert.deepEqual(report.samples[0], [0, 105, 40_000, 40_000, 41_000]);
  assert.deepEqual(report.deliveriesPerBin, Array(10).fill(10));
});

test('everyoneHolds waits for the slowest subscriber', () => {
  const { recorder, receive } = bench({ subscribers: 2 });
  receive(3, 300, 0, 0);
  assert.equal(recorder.everyoneHolds(3), false);
  receive(4, 400, 0, 1);
  assert.equal(recorder.everyoneHolds(3), true);
});

test('a seen-set grows past what was expected, and keeps subscribers apart', () => {
  const seen = new SeenSet(3, 8);
  assert.equal(seen.add(1, 5), true);
  assert.equal(seen.add(2, 7), true);
  assert.equal(seen.add(1, 1_000_000), true);
  assert.deepEqual([seen.add(1, 5), seen.add(2, 7), seen.add(1, 1_000_000)], [false, false, false]);
  assert.deepEqual(
    [seen.has(0, 5), seen.has(2, 5), seen.has(1, 7), seen.has(2, 1_000_000)],
    [false, false, false, false],
  );
  assert.deepEqual([seen.has(1, 6), seen.has(1, 9_000_000), seen.has(2, 9_000_000)], [false, false, false]);
});
