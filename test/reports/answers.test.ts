/** What charts answer, branch by branch: from trials in which the answer is known. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Workload } from '../../contract/trial.js';
import type { OkTrial } from '../../harness/model.js';
import { costMap } from '../../reports/charts/cost-map.js';
import { deliveries } from '../../reports/charts/deliveries.js';
import { pollLaw } from '../../reports/charts/poll-law.js';
import { stalenessLaw } from '../../reports/charts/staleness-law.js';
import type { ReportInput } from '../../reports/data.js';
import { expectedIn, lawInput, lawWorkloads, reportInput, sweepWorkloads } from '../fixtures/report-input.js';
import { fakeCost } from '../fixtures/run.js';

function laws(change: (trial: OkTrial, workload: Workload) => OkTrial): ReportInput {
  return reportInput({
    transports: ['polling', 'sse'],
    workloads: lawWorkloads,
    trial: (trial) => change(trial, lawWorkloads.find(({ id }) => id === trial.trial.workloadId) as Workload),
  });
}

/** µs of the server for each poll and for each delivery; polls cost a hundredth more with each repetition. */
function costing(perPollUs: number, perDeliveryUs: number): ReportInput {
  return laws((trial, workload) => {
    const { subscribers, updates, poll } = workload;
    const { transport, repetition } = trial.trial;
    const perS =
      transport === 'polling'
        ? ((perPollUs * subscribers * 1000) / poll.intervalMs) * (1 + repetition / 100)
        : perDeliveryUs * subscribers * updates.rateHz;
    return {
      ...trial,
      client: { ...trial.client, expected: expectedIn(workload) },
      serverCost: fakeCost({ cpuUs: (perS * trial.client.windowActualMs) / 1000 }),
    };
  });
}

/** Polling older than SSE by `times` T/2, a hundredth more or less from repetition to repetition. */
function aging(times: number): ReportInput {
  return laws((trial, { poll }) => {
    const addsUs =
      trial.trial.transport === 'polling' ? (times + (trial.trial.repetition - 1) / 100) * poll.intervalMs * 500 : 0;
    return { ...trial, client: { ...trial.client, stalenessMeanUs: 100_000 + addsUs } };
  });
}

test('cost map: where costs cross it says at how many updates per poll, with the interval, and who wins below', () => {
  const answer = costMap.answer?.(costing(40, 8)) ?? '';
  // 40 µs a poll over 8 µs a delivery.
  assert.match(answer, /polled every 100 ms both take the same CPU time at 5\.\d+ \[[\d.]+–[\d.]+\] updates per poll/);
  assert.match(
    answer,
    /and SSE takes less below that\. The model meets the measured ratio within a factor of 1\.\d+ in four workloads of five/,
  );
  assert.match(answer, /is off by 1\.\d+ at most, and names the winner of \d of 4\./);
});

test('cost map: one that wins everywhere is said to, and no crossing is made up', () => {
  assert.match(costMap.answer?.(costing(4_000, 1)) ?? '', /, SSE takes less CPU time wherever the map reaches\./);
  assert.match(costMap.answer?.(costing(1, 4_000)) ?? '', /, polling takes less CPU time wherever the map reaches\./);
});

test('cost map: it ends with what was measured, and too little of that is no map', () => {
  const spec = costMap.spec(costing(40, 8)) as unknown as { data: { values: Record<string, number>[] } };
  const cells = spec.data.values.filter(({ toHz }) => toHz !== undefined);
  assert.ok(cells.length > 20);
  // Measured: three rates at 100 ms, and one of them at 1,000 ms.
  const slowest = cells.filter(({ toMs }) => (toMs ?? 0) > 800);
  for (const { rateHz, toHz } of slowest) assert.ok((rateHz ?? 0) > 5 && (toHz ?? 0) < 20, `${rateHz} to ${toHz}`);
  assert.equal(
    costMap.concerns?.(reportInput({ transports: ['polling', 'sse'], workloads: lawWorkloads.slice(0, 3) })),
    false,
  );
});

test('staleness law: held within the interval over repetitions, or off by how much and where', () => {
  assert.match(
    stalenessLaw.answer?.(aging(1)) ?? '',
    /^Polling every 100 to 1,000 ms is older than SSE under the same updates by 1 times half its interval; the law’s once is within the interval over repetitions everywhere\.$/,
  );
  assert.match(
    stalenessLaw.answer?.(aging(1.5)) ?? '',
    /by 1\.50 times half its interval; the law’s once is outside the interval over repetitions in 4 of 4 workloads, by 50 % of it at most\.$/,
  );
  assert.equal(stalenessLaw.answer?.(reportInput({ transports: ['polling'] })), null);
});

test('poll law: how far off at most, and how many intervals hold it', () => {
  assert.match(
    pollLaw.answer?.(lawInput()) ?? '',
    /^From λT = [\d.]+ to [\d.]+ the measured share is [\d.]+ percentage points off the law at most; \d of \d intervals hold it\.$/,
  );
});

test('deliveries: nothing lost, or in how many arms; a row a transport, and one of its own for what lost some', () => {
  const clean = reportInput({ transports: ['polling', 'sse'], workloads: sweepWorkloads });
  const panelsOf = (input: ReportInput) => {
    const { data } = deliveries.spec(input) as unknown as { data: { values: { panel: string }[] } };
    return [...new Set(data.values.map(({ panel }) => panel))];
  };
  assert.match(
    deliveries.answer?.(clean) ?? '',
    /at most [\d.]+ % \(.+\); arrivals are random, .+ Nothing was lost\.$/,
  );
  assert.deepEqual(panelsOf(clean), ['Interval polling', 'Server-Sent Events']);
  const spaced = reportInput({
    workloads: lawWorkloads.map((one) => ({ ...one, updates: { ...one.updates, arrival: 'periodic' } })),
  });
  assert.match(
    deliveries.answer?.(spaced) ?? '',
    /at most [\d.]+ % where updates come evenly spaced \(.+\)\. Nothing was lost\.$/,
  );
  const lossy = reportInput({
    transports: ['polling', 'sse'],
    workloads: sweepWorkloads,
    trial: (trial) =>
      trial.trial.transport === 'sse' && trial.trial.workloadId === 'subscribers-10'
        ? { ...trial, client: { ...trial.client, lost: 3 } }
        : trial,
  });
  assert.match(deliveries.answer?.(lossy) ?? '', / Updates were lost in 1 of 8 arms\.$/);
  assert.deepEqual(panelsOf(lossy).length, 3);
  assert.ok(panelsOf(lossy).some((panel) => /^Server-Sent Events, 10 subscribers: 9 of [\d,]+ lost$/.test(panel)));
});
