/** What a page noted, replayed, and the same received over sockets: one recorder, so one judgement. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dealOut } from '../../../clients/browser/driver.js';
import { isUpdate, readIntendedOffsetUs, readPublishDelayUs, readSeq } from '../../../clients/browser/page/update.js';
import { errorCodes, rowKinds } from '../../../clients/browser/protocol.js';
import { decodeRows, type ReplayClock, replay } from '../../../clients/browser/replay.js';
import { Recorder } from '../../../clients/recorder.js';
import { seededRandom } from '../../../contract/random.js';
import type { ClientReport, Workload } from '../../../contract/trial.js';
import { formatUpdate, maxDelayUs, maxSeq, updatePadding } from '../../../contract/update.js';
import { fakeWorkload } from '../../fixtures/run.js';

const workload: Workload = { ...fakeWorkload, subscribers: 3, payloadBytes: 40 };
const timeline = { startUs: 1_000_000, windowStartUs: 1_100_000, windowEndUs: 2_100_000 };
const trial = {
  id: 't',
  index: 0,
  repetition: 0,
  subject: 'uws',
  client: 'browser',
  workloadId: 'w',
  seed: 7,
} as const;
/** The page's clock began then. */
const navigationUs = 400_000;

function recorderOf(clock: ReplayClock, transport: 'polling' | 'sse', seesSockets: boolean): Recorder {
  const recorder = new Recorder({
    trial: { ...trial, transport },
    workload,
    maxSamples: 1000,
    bins: 10,
    clock: () => clock.us,
    seesSockets,
  });
  recorder.start(timeline);
  return recorder;
}

/** Arrivals in the order of time: some again, some out of order, some never. */
function arrivals(
  seed: number,
): { atUs: number; subscriber: number; seq: number; offsetUs: number; delayUs: number }[] {
  const random = seededRandom(seed);
  const found = [];
  for (let seq = 1; seq <= 120; seq++)
    for (let subscriber = 0; subscriber < workload.subscribers; subscriber++) {
      const offsetUs = seq * 9_000;
      const delayUs = Math.floor(random() * 900);
      for (let copy = 0; copy < Math.floor(random() * 2.4); copy++) {
        const atUs = timeline.startUs + offsetUs + delayUs + Math.floor(random() * 30_000);
        found.push({ atUs, subscriber, seq, offsetUs, delayUs });
      }
    }
  return found.sort((a, b) => a.atUs - b.atUs);
}

for (const transport of ['sse', 'polling'] as const)
  test(`${transport}: replayed rows and received bytes give the same report, but for the bytes a page cannot see`, () => {
    const events = arrivals(3);
    const socketClock = { us: 0 };
    const sockets = recorderOf(socketClock, transport, true);
    const edges = [
      { atUs: timeline.windowStartUs, pass: () => sockets.openWindow() },
      { atUs: timeline.windowEndUs, pass: () => sockets.closeWindow() },
    ];
    const padding = updatePadding(workload.payloadBytes);
    const pages = [0, 1].map(() => ({ rows: [] as number[], toUs: (ms: number) => navigationUs + ms * 1000 }));
    for (const { atUs, subscriber, seq, offsetUs, delayUs } of events) {
      while (edges[0] !== undefined && edges[0].atUs <= atUs) {
        socketClock.us = edges[0].atUs;
        edges.shift()?.pass();
      }
      socketClock.us = atUs;
      const bytes = Buffer.from(formatUpdate(seq, offsetUs, delayUs, padding), 'latin1');
      sockets.received(subscriber, bytes, 0, bytes.length);
      pages[subscriber % 2]?.rows.push(
        rowKinds.update,
        subscriber,
        (atUs - navigationUs) / 1000,
        seq,
        offsetUs,
        delayUs,
      );
    }
    for (const edge of edges) {
      socketClock.us = edge.atUs;
      edge.pass();
    }
    const clock = { us: 0 };
    const replayed = recorderOf(clock, transport, false);
    const rows = pages.map(({ rows, toUs }) => ({ rows: Float64Array.from(rows), toUs }));
    replay(replayed, clock, rows, timeline, [0, 0]);
    const comparable = ({ windowTraffic, setupTraffic, ...rest }: ClientReport) => ({
      ...rest,
      payload: [windowTraffic.down.payload, windowTraffic.down.repeated, setupTraffic.down.payload],
      // A mapped time may differ in the last bit.
      samples: rest.samples.map((row) => row.map((value) => Math.round(value))),
      stalenessMeanUs: Math.round(rest.stalenessMeanUs ?? 0),
      stalenessCoverageUs: Math.round(rest.stalenessCoverageUs),
    });
    const [expected, actual] = [sockets.report(12, 110), replayed.report(12, 110)].map(comparable);
    assert.deepEqual(actual, expected);
    assert.equal(actual?.delivered, (actual?.expected ?? 0) - (actual?.lost ?? 0) - (actual?.superseded ?? 0));
    assert.ok((actual?.lost ?? 0) + (actual?.superseded ?? 0) > 0);
    if (transport === 'sse') assert.ok((actual?.duplicate ?? 0) > 0 && (actual?.outOfOrder ?? 0) > 0);
  });

test('polls, errors and losses are counted from their rows; what was counted in between is told', () => {
  const clock = { us: 0 };
  const recorder = recorderOf(clock, 'polling', false);
  const at = (us: number) => (us - navigationUs) / 1000;
  const rows = Float64Array.from([
    ...[rowKinds.requested, 0, at(1_200_000), 0, 0, 0],
    ...[rowKinds.update, 0, at(1_201_000), 12, 108_000, 0],
    ...[rowKinds.responded, 0, at(1_201_000), at(1_200_000), 1, 0],
    ...[rowKinds.requested, 0, at(1_300_000), 0, 0, 0],
    ...[rowKinds.update, 0, at(1_303_000), 12, 108_000, 0],
    ...[rowKinds.responded, 0, at(1_303_000), at(1_300_000), 1, 0],
    ...[rowKinds.requested, 1, at(1_400_000), 0, 0, 0],
    ...[rowKinds.error, 1, at(1_400_100), errorCodes.status, 0, 0],
    ...[rowKinds.responded, 1, at(1_400_100), at(1_400_000), 0, 0],
    ...[rowKinds.reconnected, 2, at(1_500_000), 0, 0, 0],
    ...[rowKinds.disrupted, 2, at(1_500_000), 0, 0, 0],
  ]);
  const counted = replay(
    recorder,
    clock,
    [{ rows, toUs: (ms) => navigationUs + ms * 1000 }],
    timeline,
    [1_000_000, 1_250_000],
  );
  const report = recorder.report(12, 12);
  assert.equal(counted, 1);
  assert.deepEqual(
    [report.windowRequests, report.windowResponses, report.windowUselessPolls, report.reconnects],
    [3, 3, 1, 1],
  );
  assert.ok(Math.abs((report.responseTimeMeanUs ?? 0) - (1000 + 3000 + 100) / 3) < 0.01);
  assert.equal(report.errors.status, 1);
  assert.equal(report.disruptions.noticed, 2);
  assert.throws(
    () => replay(recorder, clock, [{ rows: new Float64Array(6).fill(9), toUs: (ms) => ms }], timeline, [0, 0]),
    /unknown kind/,
  );
});

test('a page reads the header that the server writes, and refuses anything else', () => {
  const random = seededRandom(5);
  for (const seq of [1, 63, 64, 4095, maxSeq, Math.floor(random() * maxSeq)]) {
    const offsetUs = Math.floor(random() * 64 ** 6);
    const text = formatUpdate(seq, offsetUs, maxDelayUs, updatePadding(40));
    assert.deepEqual(
      [readSeq(text), readIntendedOffsetUs(text), readPublishDelayUs(text)],
      [seq, offsetUs, maxDelayUs],
    );
    assert.ok(isUpdate(text, 40) && !isUpdate(text, 41) && !isUpdate(`${text.slice(0, 8)}é${text.slice(9)}`, 40));
  }
  assert.ok(!isUpdate(formatUpdate(0, 0, 0, updatePadding(40)), 40), 'numbers begin at 1');
});

test('subscribers are dealt out evenly, and rows survive their way as text', () => {
  assert.deepEqual(dealOut(7, 3), [
    [0, 3, 6],
    [1, 4],
    [2, 5],
  ]);
  assert.deepEqual(dealOut(2, 5), [[0], [1]]);
  const rows = Float64Array.from([1, 2, 3.5, 1e12, -0.25, 6]);
  assert.deepEqual(decodeRows(Buffer.from(rows.buffer).toString('base64')), rows);
});
