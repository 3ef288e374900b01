import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Arm, metricIds, summarySchema } from '../../harness/model.js';
import { summarize } from '../../harness/summarize.js';
import { formatSummary } from '../../harness/table.js';
import { armTitle } from '../../reports/data.js';
import {
  failedTrial,
  fakeCost,
  fakeFeatures,
  fakeHistogram,
  fakePlan,
  fakeTrial,
  fakeWorkload,
} from '../fixtures/run.js';

test('every metric has the value that its definition gives by hand', () => {
  const plan = fakePlan({ transports: ['polling'], repeats: 1 });
  const [trial] = plan.trials;
  assert.ok(trial);
  const summary = summarize(plan, [
    fakeTrial(trial, {
      client: {
        expected: 200,
        delivered: 150,
        superseded: 40,
        lost: 10,
        duplicate: 4,
        disruptions: { noticed: 4, resumed: 3, skipped: 0, resume: fakeHistogram([1000, 2000, 9000]) },
        latency: fakeHistogram([1000, 2000, 3000, 4000]),
        serviceLatency: fakeHistogram([500, 500, 500, 900]),
        staleness: fakeHistogram([10_000, 20_000]),
        stalenessMeanUs: 15_000,
        windowDelivered: 100,
        windowRequests: 50,
        windowUselessPolls: 20,
        windowActualMs: 500,
        responseTimeMeanUs: 321,
        setupTraffic: {
          down: { payload: 0, repeated: 0, framing: 16, heads: 300 },
          up: { payload: 0, repeated: 0, framing: 0, heads: 84 },
        },
        windowTraffic: {
          down: { payload: 10_000, repeated: 1_000, framing: 2_000, heads: 7_000 },
          up: { payload: 0, repeated: 0, framing: 100, heads: 4_900 },
        },
        browser: {
          version: 'Chromium 1',
          features: fakeFeatures(),
          pages: 2,
          connected: 2,
          clock: { boundUs: 140, brokenByUs: 0, driftUs: 3, exchanges: 200 },
          connectUs: 1000,
          firstUpdateUs: 90_000,
          taskUs: 30_000,
          scriptUs: 20_000,
          longTasks: 1,
          longTaskUs: 100_000,
          heapBytes: 9,
          devtools: { deliveries: 10, downBytes: 1770, durationUs: 500_000 },
        },
      },
      generatorParts: (['driver', 'browser', 'renderer', 'network'] as const).map((role, i) => ({
        role,
        processes: 1,
        cpuUs: 100 * (i + 1),
        rssBytes: 0,
        anonymousBytes: 11,
      })),
      idle: {
        elapsedMs: 1000,
        serverCpuUs: 20_000,
        generatorCpuUs: 10_000,
        serverAnonymousBytes: 5,
        generatorAnonymousBytes: 6,
        kernelSocketBytes: 7,
      },
      server: {
        published: 120,
        firstWindowSeq: 11,
        lastWindowSeq: 110,
        slip: fakeHistogram([700]),
        handover: fakeHistogram([40, 40, 60]),
        droppedSlow: 1,
        requests: 50,
        connections: 2,
        streams: { begun: 6, open: 4 },
      },
      serverCost: fakeCost({
        userUs: 3000,
        systemUs: 2000,
        cpuUs: 5000,
        waitUs: 5000,
        voluntarySwitches: 150,
        involuntarySwitches: 50,
        rssBytes: 7,
        anonymousBytes: 5,
      }),
      generatorCost: fakeCost({ cpuUs: 10_000, waitUs: 10_000, rssBytes: 8, anonymousBytes: 6 }),
      kernelSocketBytes: 4096,
      proxy: { connections: 8, cut: 0 },
    }),
  ]);
  summarySchema.parse(summary);
  const [arm] = summary.arms;
  assert.ok(arm);
  const values = Object.fromEntries(Object.entries(arm.metrics).map(([id, estimate]) => [id, estimate?.median]));
  const close = { ...values };
  // Histograms keep three digits.
  for (const [id, expected] of Object.entries({
    latencyP50Us: 2000,
    latencyP90Us: 4000,
    latencyP99Us: 4000,
    latencyMaxUs: 4000,
    latencyMeanUs: 2500,
    serviceLatencyP50Us: 500,
    serviceLatencyP90Us: 900,
    serviceLatencyP99Us: 900,
    serviceLatencyMaxUs: 900,
    serviceLatencyMeanUs: 600,
    slipP50Us: 700,
    handoverP50Us: 40,
    handoverP99Us: 60,
    handoverMeanUs: 140 / 3,
    stalenessP50Us: 10_000,
    stalenessP95Us: 20_000,
    resumeP50Us: 2000,
    resumeMaxUs: 9000,
  })) {
    assert.ok(Math.abs((values[id] as number) / expected - 1) < 0.002, `${id}: ${values[id]}`);
    delete close[id];
  }
  assert.deepEqual(close, {
    stalenessMeanUs: 15_000,
    openMs: 10,
    openedPerS: 200,
    idleServerCpuShare: 0.02,
    idleGeneratorCpuShare: 0.01,
    idleServerAnonymousBytes: 5,
    idleGeneratorAnonymousBytes: 6,
    idleKernelSocketBytes: 7,
    offeredPerS: 200,
    achievedPerS: 200,
    goodputPerS: 150,
    deliveredShare: 0.75,
    lostShare: 0.05,
    supersededShare: 0.2,
    duplicateShare: 0.02,
    resumedShare: 0.75,
    streamsBegunPerSubscriber: 3,
    streamsOpenPerSubscriber: 2,
    proxyConnectionsPerSubscriber: 4,
    downPayloadBytesPerUpdate: 100,
    downRepeatedBytesPerUpdate: 10,
    downFramingBytesPerUpdate: 20,
    downHeadBytesPerUpdate: 70,
    upPayloadBytesPerUpdate: 0,
    upFramingBytesPerUpdate: 1,
    upHeadBytesPerUpdate: 49,
    bytesPerUpdate: 250,
    // 36,000 B both ways, of which nftables saw 30,000 : 10,000.
    wireDownBytesPerUpdate: 270,
    wireUpBytesPerUpdate: 90,
    wirePacketsPerUpdate: 2.7,
    // Two packets of three go down, each with 52 B of IPv4 and TCP: 270 − 1.8 × 52.
    wireStreamDownBytesPerUpdate: 176.4,
    responseTimeMeanUs: 321,
    // 400 B before the window, of two subscribers.
    setupBytes: 200,
    requestsPerUpdate: 0.5,
    uselessPollShare: 0.4,
    downPayloadShare: 0.5,
    serverCpuUsPerUpdate: 50,
    serverUserUsPerUpdate: 30,
    serverSystemUsPerUpdate: 20,
    serverCpuShare: 0.01,
    generatorCpuUsPerUpdate: 100,
    generatorCpuShare: 0.02,
    serverSwitchesPerUpdate: 2,
    serverWaitShare: 0.01,
    generatorWaitShare: 0.02,
    serverRssBytes: 7,
    generatorRssBytes: 8,
    serverAnonymousBytes: 5,
    generatorAnonymousBytes: 6,
    kernelSocketBytes: 4096,
    pageClockBoundUs: 140,
    firstUpdateUs: 90_000,
    pageTaskUsPerUpdate: 300,
    pageScriptUsPerUpdate: 200,
    // 100 ms of two pages' 500 ms.
    pageLongTaskShare: 0.1,
    pageHeapBytes: 9,
    devtoolsDownBytesPerUpdate: 177,
    driverCpuUsPerUpdate: 1,
    browserCpuUsPerUpdate: 2,
    rendererCpuUsPerUpdate: 3,
    networkCpuUsPerUpdate: 4,
    rendererAnonymousBytes: 11,
  });
  // The spread of one update, which a window of a hundred does not have, has a test of its own.
  assert.equal(Object.keys(values).length, metricIds.length - 1, 'no metric without a known answer');
  assert.deepEqual(arm.counts, {
    expected: 200,
    delivered: 150,
    lost: 10,
    superseded: 40,
    duplicate: 4,
    outOfOrder: 0,
    reconnects: 0,
    errors: 0,
    droppedSlow: 1,
    noticed: 4,
    resumed: 3,
  });
});

test('from the first subscriber that has an update to the last: only where the window holds one update', () => {
  const plan = fakePlan({ transports: ['sse'], repeats: 1 });
  const [trial] = plan.trials as [(typeof plan.trials)[number]];
  const spreadOf = (lastWindowSeq: number) => {
    const { server } = fakeTrial(trial);
    const record = fakeTrial(trial, {
      client: { latency: fakeHistogram([300, 700, 1_000]) },
      server: { ...server, firstWindowSeq: 3, lastWindowSeq },
    });
    return summarize(plan, [record]).arms[0]?.metrics.spreadUs?.median;
  };
  assert.deepEqual([spreadOf(3), spreadOf(4), spreadOf(0)], [700, undefined, undefined]);
});

test('what pages found in their browser is so only where all of them found it; without pages nothing is known', () => {
  const plan = fakePlan({ transports: ['sse'], repeats: 2 });
  const found = [fakeFeatures(), fakeFeatures('EventSource', 'WebTransport')];
  const records = plan.trials.map((trial, i) => {
    const browser = {
      version: `Chromium ${i + 1}`,
      features: found[i] as (typeof found)[number],
      pages: 1,
      connected: 1,
      clock: { boundUs: 1, brokenByUs: 0, driftUs: 0, exchanges: 2 },
      connectUs: null,
      firstUpdateUs: null,
      taskUs: 0,
      scriptUs: 0,
      longTasks: 0,
      longTaskUs: 0,
      heapBytes: 0,
      devtools: null,
    };
    return fakeTrial(trial, { client: { browser } });
  });
  const { pages } = summarize(plan, records);
  assert.deepEqual(pages?.versions, ['Chromium 1', 'Chromium 2']);
  assert.deepEqual([pages?.features.WebSocket, pages?.features.EventSource], [true, false]);
  assert.equal(summarize(plan, []).pages, null);
});

test('what was not measured is absent, not zero', () => {
  const plan = fakePlan({ transports: ['sse'], repeats: 1 });
  const summary = summarize(
    plan,
    plan.trials.map((trial) =>
      fakeTrial(trial, {
        serverCost: fakeCost(),
        client: { windowDelivered: 0, latency: fakeHistogram([]), stalenessMeanUs: null },
      }),
    ),
  );
  const metrics = summary.arms[0]?.metrics ?? {};
  for (const id of [
    'serverCpuUsPerUpdate',
    'serverRssBytes',
    'bytesPerUpdate',
    'latencyP50Us',
    'stalenessMeanUs',
    'uselessPollShare',
  ] as const)
    assert.equal(metrics[id], undefined, id);
  assert.deepEqual(summary.arms[0]?.latencyQuantiles, []);
});

test('median and interval come from the spread between trials, in order of repetition', () => {
  const plan = fakePlan({ transports: ['sse'], repeats: 5 });
  const means = [5, 1, 4, 2, 3];
  const records = plan.trials.map((trial) =>
    fakeTrial(trial, { client: { stalenessMeanUs: means[trial.repetition] as number } }),
  );
  const summary = summarize(plan, records.reverse());
  assert.deepEqual(summary.arms[0]?.metrics.stalenessMeanUs, { median: 3, low: 1, high: 5, values: means });
  assert.deepEqual(summary.arms[0]?.repetitions, [0, 1, 2, 3, 4]);
  assert.equal(summary.confidence, 0.9375);
});

test('failed and disqualified trials are left out and listed; missing ones are not run', () => {
  const plan = fakePlan({ transports: ['sse'], repeats: 4 });
  const [a, b, c, d] = plan.trials;
  assert.ok(a && b && c && d);
  const summary = summarize(plan, [
    fakeTrial(a),
    failedTrial(b),
    fakeTrial(c, {
      warnings: [{ kind: 'generator-bound', message: 'it measured itself', disqualifying: true }],
      client: { stalenessMeanUs: 1e9 },
    }),
  ]);
  assert.equal(summary.arms[0]?.trials, 1);
  assert.equal(summary.arms[0]?.metrics.stalenessMeanUs?.high, 100_000);
  assert.deepEqual(
    summary.excluded.map(({ trialId }) => trialId),
    [b.id, c.id],
  );
  assert.deepEqual(summary.notRun, [{ trialId: d.id, reason: 'the run ended before it' }]);
  assert.equal(summary.confidence, 0, 'one trial has no interval');
});

test('an arm without any trial stays in the summary, empty', () => {
  const plan = fakePlan({ transports: ['sse', 'websocket'], repeats: 1 });
  const [first] = plan.trials;
  assert.ok(first);
  const summary = summarize(plan, [fakeTrial(first)]);
  assert.deepEqual(
    summary.arms.map(({ transport, trials }) => [transport, trials]),
    [
      ['sse', 1],
      ['websocket', 0],
    ],
  );
  assert.deepEqual(summary.arms[1]?.metrics, {});
});

test('distributions are merged over trials and never finer than their values', () => {
  const plan = fakePlan({ transports: ['sse'], repeats: 2 });
  const summary = summarize(
    plan,
    plan.trials.map((trial) =>
      fakeTrial(trial, { client: { latency: fakeHistogram(Array(10).fill(100 * (trial.repetition + 1))) } }),
    ),
  );
  const quantiles = summary.arms[0]?.latencyQuantiles ?? [];
  assert.deepEqual(quantiles[0], [0, 100]);
  assert.deepEqual(quantiles.at(-1), [1, 200]);
  // 20 values: nothing between the 95 % quantile and the maximum.
  assert.ok(quantiles.slice(0, -1).every(([q]) => q <= 0.95));
});

test('each trial keeps a few quantiles of its own, in the order of repetitions, and none where nothing arrived', () => {
  const plan = fakePlan({ transports: ['sse'], repeats: 2 });
  const valuesOf = [Array.from({ length: 100 }, (_, i) => i + 1), []];
  const summary = summarize(
    plan,
    plan.trials.map((trial) =>
      fakeTrial(trial, { client: { latency: fakeHistogram(valuesOf[trial.repetition] as number[]) } }),
    ),
  );
  assert.deepEqual(summary.arms[0]?.trialLatencyQuantiles, [
    [
      [0.05, 5],
      [0.25, 25],
      [0.5, 50],
      [0.75, 75],
      [0.95, 95],
    ],
    [],
  ]);
});

test('polls that are re-armed by their response are a closed loop, and are called so', () => {
  const workload = { ...fakeWorkload, poll: { ...fakeWorkload.poll, pacing: 'response-end' as const } };
  const plan = fakePlan({ transports: ['polling', 'long-polling', 'sse'], repeats: 1, workloads: [workload] });
  const summary = summarize(
    plan,
    plan.trials.map((trial) => fakeTrial(trial)),
  );
  assert.deepEqual(
    summary.arms.map(({ loop }) => loop),
    ['closed', 'open', 'open'],
  );
  assert.match(formatSummary(plan, summary), /^polling \(closed loop\) /m);
  assert.equal(armTitle(summary.arms[0] as Arm, summary), 'Interval polling (closed loop)');
});
