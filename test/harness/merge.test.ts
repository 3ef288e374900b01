/** Several workers together against one worker with all their subscribers: the same deliveries must give the same report. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Recorder } from '../../clients/recorder.js';
import { seededRandom } from '../../contract/random.js';
import type { ClientReport, TrialPlan, Workload } from '../../contract/trial.js';
import { formatUpdate, updatePadding } from '../../contract/update.js';
import { mergeClientReports, mergeHistograms, mergeServerReports, sumCosts } from '../../harness/merge.js';
import { decode } from '../../harness/metrics.js';
import { splitSubscribers } from '../../harness/trial/arguments.js';
import { fakeCost, fakeHistogram, fakePlan, fakeTrial, fakeWorkload } from '../fixtures/run.js';

const workload: Workload = { ...fakeWorkload, subscribers: 7, delivery: 'every' };
const [trial] = fakePlan({ transports: ['sse'], repeats: 1 }).trials as [TrialPlan];
const timeline = { startUs: 0, windowStartUs: 100_000, windowEndUs: 1_100_000 };
const updates = 12;

/** Every subscriber receives every update 10 ms to 60 ms late, but for what `isLost` says. */
function reportsOf(workers: number): ClientReport[] {
  let nowUs = 0;
  const recorders = splitSubscribers(workload.subscribers, workers).map((range) => {
    const recorder = new Recorder({ trial, workload, range, maxSamples: 10_000, bins: 4, clock: () => nowUs });
    recorder.start(timeline);
    return { recorder, range };
  });
  const random = seededRandom(3);
  const deliveries: { atUs: number; subscriber: number; seq: number }[] = [];
  for (let seq = 1; seq <= updates; seq++)
    for (let subscriber = 0; subscriber < workload.subscribers; subscriber++) {
      const atUs = seq * 100_000 + 10_000 + Math.floor(random() * 50_000);
      if ((seq + subscriber) % 5 !== 0) deliveries.push({ atUs, subscriber, seq });
    }
  deliveries.sort((a, b) => a.atUs - b.atUs);
  const padding = updatePadding(workload.payloadBytes);
  nowUs = timeline.windowStartUs;
  for (const { recorder } of recorders) recorder.openWindow();
  let closed = false;
  for (const { atUs, subscriber, seq } of deliveries) {
    if (!closed && atUs >= timeline.windowEndUs) {
      nowUs = timeline.windowEndUs;
      for (const { recorder } of recorders) recorder.closeWindow();
      closed = true;
    }
    nowUs = atUs;
    const owner = recorders.find(({ range }) => subscriber >= range.first && subscriber < range.first + range.count);
    assert.ok(owner !== undefined);
    const bytes = Buffer.from(formatUpdate(seq, seq * 100_000, 25, padding), 'latin1');
    owner.recorder.received(subscriber - owner.range.first, bytes, 0, bytes.length);
  }
  return recorders.map(({ recorder }) => recorder.report(1, 10));
}

test('subscribers are split evenly, in order, and all of them', () => {
  assert.deepEqual(splitSubscribers(7, 3), [
    { first: 0, count: 2 },
    { first: 2, count: 2 },
    { first: 4, count: 3 },
  ]);
  assert.deepEqual(splitSubscribers(5, 1), [{ first: 0, count: 5 }]);
  assert.deepEqual(
    splitSubscribers(2, 4).map(({ count }) => count),
    [1, 1],
    'no worker without a subscriber',
  );
});

for (const workers of [2, 3, 7])
  test(`${workers} workers report what one would have`, () => {
    const [whole] = reportsOf(1) as [ClientReport];
    const merged = mergeClientReports(reportsOf(workers));
    for (const histogram of ['latency', 'serviceLatency'] as const) {
      assert.ok(whole[histogram].count > 50);
      assert.deepEqual(valuesOf(merged[histogram]), valuesOf(whole[histogram]), histogram);
    }
    // Staleness is sampled at random instants, which every worker draws for itself; its mean is exact.
    const { staleness: _s, stalenessMeanUs: meanUs, latency: _l, serviceLatency: _v, ...counts } = merged;
    const { staleness: _t, stalenessMeanUs: wholeMeanUs, latency: _m, serviceLatency: _w, ...wholeCounts } = whole;
    assert.deepEqual(counts, wholeCounts);
    assert.ok(meanUs !== null && wholeMeanUs !== null && Math.abs(meanUs / wholeMeanUs - 1) < 1e-12);
  });

test('a merge of histograms holds every value of each, empty ones included', () => {
  const merged = mergeHistograms([[], [5, 70_000], [], [5, 1_000_000_000]].map(fakeHistogram));
  assert.equal(merged.count, 4);
  assert.deepEqual(valuesOf(merged), valuesOf(fakeHistogram([5, 5, 70_000, 1_000_000_000])));
  assert.equal(mergeHistograms([fakeHistogram([]), fakeHistogram([])]).count, 0);
});

test('means are weighted by what they are means of, and a worker without any has no say', () => {
  const of = (over: Partial<ClientReport>): ClientReport => ({
    ...fakeTrial(trial).client,
    samples: [],
    ...over,
  });
  const merged = mergeClientReports([
    of({ stalenessMeanUs: 100, stalenessCoverageUs: 3, responseTimeMeanUs: 10, windowResponses: 1 }),
    of({ stalenessMeanUs: 200, stalenessCoverageUs: 1, responseTimeMeanUs: 20, windowResponses: 9 }),
    of({ stalenessMeanUs: null, stalenessCoverageUs: 0, responseTimeMeanUs: null, windowResponses: 0 }),
  ]);
  assert.equal(merged.stalenessMeanUs, 125);
  assert.equal(merged.responseTimeMeanUs, 19);
});

test('losses of all workers add up, and so do the times they took', () => {
  const of = (noticed: number, resumeUs: readonly number[]): ClientReport => ({
    ...fakeTrial(trial).client,
    samples: [],
    disruptions: { noticed, resumed: resumeUs.length, skipped: noticed * 10, resume: fakeHistogram(resumeUs) },
  });
  const { resume, ...counts } = mergeClientReports([of(2, [100, 300]), of(1, []), of(3, [200])]).disruptions;
  assert.deepEqual(counts, { noticed: 6, resumed: 3, skipped: 60 });
  assert.deepEqual([resume.count, decode(resume).maxValue], [3, 300]);
});

test('servers that share a port: their connections add up, and their updates are the same ones', () => {
  const { server } = fakeTrial(trial);
  const merged = mergeServerReports([
    { ...server, connections: 3, droppedSlow: 1, slip: fakeHistogram([1, 2]), handover: fakeHistogram([9]) },
    {
      ...server,
      connections: 4,
      published: server.published + 1,
      slip: fakeHistogram([3]),
      handover: fakeHistogram([8, 7]),
    },
  ]);
  assert.deepEqual(
    [merged.connections, merged.droppedSlow, merged.published, merged.lastWindowSeq, merged.slip.count],
    [7, 1, server.published + 1, server.lastWindowSeq, 3],
  );
  assert.deepEqual(valuesOf(merged.handover), [7, 8, 9]);
});

test('costs add up, and what one process lacks is unknown of all', () => {
  const sum = sumCosts([
    fakeCost({ cpuUs: 1, rssBytes: 10, userUs: 5 }),
    fakeCost({ cpuUs: 2, rssBytes: 20, userUs: null }),
  ]);
  assert.deepEqual([sum.cpuUs, sum.rssBytes, sum.userUs], [3, 30, null]);
});

/** Every value, in order. */
function valuesOf(histogram: ClientReport['latency']): number[] {
  const decoded = decode(histogram);
  assert.equal(decoded.totalCount, histogram.count);
  return Array.from({ length: histogram.count }, (_, i) =>
    decoded.getValueAtPercentile(((i + 0.5) / histogram.count) * 100),
  );
}
