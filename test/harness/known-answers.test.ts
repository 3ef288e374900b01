/**
 * Known answers, end to end on real processes: a server that is wrong by a known amount must measure wrong by that.
 *
 * Counts are exact. Times are compared with an arm of the same run that differs in nothing but the fault, and a
 * tolerance is what that run's own spread and slip leave open: a busy machine widens it.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { usefulByLaw } from '../../claims/a7-useless-polls.js';
import type { Mistake } from '../../contract/faults.js';
import { deriveSeed } from '../../contract/random.js';
import { intendedOffsetsUs } from '../../contract/schedule.js';
import { type TransportId, transportIds, transports } from '../../contract/transports.js';
import type { EncodedHistogram, Workload } from '../../contract/trial.js';
import { type ComparedRun, compareRuns } from '../../harness/compare.js';
import { decode, percentile } from '../../harness/metrics.js';
import type { MetricId, OkTrial, Plan } from '../../harness/model.js';
import { summarize } from '../../harness/summarize.js';
import { isMet } from '../../servers/faulty/rewrite.js';
import { realPlan, trialsOf, trialsOfAll } from '../fixtures/real-run.js';
import { fakeWorkload } from '../fixtures/run.js';

const workload: Workload = {
  ...fakeWorkload,
  subscribers: 5,
  updates: { rateHz: 100, arrival: 'periodic', burstSize: 1 },
  poll: { ...fakeWorkload.poll, intervalMs: 30 },
  delivery: 'every',
  warmupMs: 100,
  windowMs: 600,
  drainMs: 1000,
};

/** How many updates of the window a mistake has met. */
function met({ server }: OkTrial, mistake: Mistake): number {
  let count = 0;
  for (let seq = server.firstWindowSeq; seq <= server.lastWindowSeq; seq++) if (isMet(seq, mistake)) count++;
  return count;
}

test('dropped, repeated, swapped and corrupt updates are counted one by one, on every transport', async () => {
  const { subscribers } = workload;
  const subjects = ['faulty-every-mistake'];
  const latest: Workload = { ...workload, id: 'latest', delivery: 'latest' };
  const trials = await trialsOfAll([
    realPlan([{ workload, transports: ['polling', 'conditional-polling'], subjects }]),
    realPlan([{ workload, transports: ['long-polling', 'sse'], subjects }]),
    realPlan([{ workload, transports: ['http-stream', 'websocket'], subjects }]),
    realPlan([{ workload: latest, transports: ['polling'], subjects }]),
  ]);
  assert.equal(trials.length, transportIds.length + 1);
  for (const trial of trials) {
    const { client } = trial;
    const { id, transport, workloadId } = trial.trial;
    assert.equal(client.expected, 60 * subscribers, id);
    for (const mistake of ['drop', 'repeat', 'swap', 'corrupt'] as const)
      assert.equal(met(trial, mistake), 6, `${mistake}: one in ten of 60 updates`);
    assert.equal(client.delivered + client.superseded + client.lost, client.expected, id);
    const { content, ...otherErrors } = client.errors;
    assert.ok(
      Object.values(otherErrors).every((count) => count === 0),
      `${id} ${JSON.stringify(otherErrors)}`,
    );
    assert.equal(client.reconnects, 0, id);
    if (workloadId === latest.id) {
      // Who wants the current state is not owed what a newer update replaces, and cannot be given it twice.
      assert.deepEqual([client.lost, client.duplicate, client.outOfOrder], [0, 0, 0], id);
      assert.ok(client.superseded >= 12 * subscribers, `${id}: ${client.superseded}`);
      continue;
    }
    assert.deepEqual(
      { lost: client.lost, duplicate: client.duplicate, outOfOrder: client.outOfOrder },
      { lost: (6 + 6) * subscribers, duplicate: 6 * subscribers, outOfOrder: 6 * subscribers },
      id,
    );
    // A poller asks again from its last good update, and is given the bad one again until a good one follows.
    if (transports[transport].direction === 'push') assert.equal(content, 6 * subscribers, id);
    else assert.ok(content >= 6 * subscribers, `${id}: ${content}`);
  }
});

test('a server that delays each update by 5 or 50 ms measures 5 or 50 ms more', async () => {
  const pushed: TransportId[] = ['websocket'];
  const delays = { 'faulty-delay-5ms': 5_000, 'faulty-delay-50ms': 50_000 };
  const trials = await trialsOf(
    realPlan([{ workload, transports: pushed, subjects: ['uws', ...Object.keys(delays)] }]),
  );
  for (const transport of pushed) {
    const of = (subject: string) => {
      const found = trials.find(({ trial }) => trial.transport === transport && trial.subject === subject);
      assert.ok(found !== undefined);
      return found;
    };
    for (const [subject, delayUs] of Object.entries(delays)) {
      const [plain, delayed] = [of('uws'), of(subject)];
      const label = `${transport}, ${delayUs} µs`;
      // No update comes before its time, whatever else the machine does. Histograms resolve 0.1 %.
      assert.ok(at(delayed.client.serviceLatency, 0) >= delayUs * 0.999, label);
      const moreUs = at(delayed.client.serviceLatency, 50) - at(plain.client.serviceLatency, 50);
      const toleranceUs = spreadUs(plain) + spreadUs(delayed);
      assert.ok(Math.abs(moreUs - delayUs) <= toleranceUs, `${label}: ${moreUs} ± ${toleranceUs}`);
      assert.equal(delayed.client.lost, 0, label);
    }
  }
});

/** What a trial leaves open about its median: the upper half of its latencies, and how late its timers are. */
function spreadUs({ client, server }: OkTrial): number {
  return at(client.serviceLatency, 90) - at(client.serviceLatency, 50) + at(server.slip, 50);
}

function at(histogram: EncodedHistogram, percent: number): number {
  const value = percentile(histogram, percent);
  assert.ok(value !== null);
  return value;
}

test('what a poller holds is uniformly old between nothing and its interval', async () => {
  const intervalMs = 1000;
  const [trial] = await trialsOf(
    realPlan([
      {
        workload: {
          ...workload,
          subscribers: 50,
          // So often that the age at arrival is next to nothing beside the interval.
          updates: { rateHz: 200, arrival: 'periodic', burstSize: 1 },
          poll: { ...workload.poll, intervalMs },
          delivery: 'latest',
          warmupMs: 1.2 * intervalMs,
          windowMs: 2 * intervalMs,
          drainMs: 1.5 * intervalMs,
        },
        transports: ['polling'],
      },
    ]),
  );
  assert.ok(trial !== undefined);
  const { client } = trial;
  const intervalUs = intervalMs * 1000;
  const ageAtArrivalUs = decode(client.latency).mean;
  const lateUs = at(client.latency, 90) + intervalUs / 100;
  const mean = (client.stalenessMeanUs ?? Number.NaN) - ageAtArrivalUs;
  assert.ok(Math.abs(mean - intervalUs / 2) <= lateUs, `mean ${mean} µs, ± ${lateUs}`);
  // 20,000 instants: a quantile of theirs lies within 0.01 of its place (Kolmogorov, 95 %), and 50 random phases
  // cover the interval evenly only because each runs through it twice.
  for (const q of [10, 25, 50, 75, 90]) {
    const off = at(client.staleness, q) - ageAtArrivalUs - (q / 100) * intervalUs;
    assert.ok(Math.abs(off) <= lateUs + intervalUs / 100, `p${q} is off by ${off} µs, ± ${lateUs}`);
  }
});

test('useless polls follow min(1, λT) for evenly spaced updates and 1 − e^(−λT) for random ones', async () => {
  const cases = (
    [
      ['periodic', 5],
      ['poisson', 5],
      ['poisson', 20],
    ] as const
  ).map(
    ([arrival, rateHz]): Workload => ({
      ...workload,
      id: `${arrival}-${rateHz}`,
      subscribers: 20,
      updates: { rateHz, arrival, burstSize: 1 },
      poll: { ...workload.poll, intervalMs: 100 },
      delivery: 'latest',
      windowMs: 2000,
    }),
  );
  const trials = await trialsOfAll(cases.map((one) => realPlan([{ workload: one, transports: ['polling'] }])));
  for (const { trial, client, server } of trials) {
    const one = cases.find(({ id }) => id === trial.workloadId) as Workload;
    const useful = 1 - client.windowUselessPolls / client.windowRequests;
    const polls = (one.windowMs / one.poll.intervalMs) * one.subscribers;
    // Open are the polls that a busy machine left out, how far its late timers moved updates (each end of what one
    // covers), and the responses that fell outside the window.
    const slips = (2 * one.updates.rateHz * decode(server.slip).mean) / 1e6;
    const tolerance = Math.abs(1 - client.windowRequests / polls) + slips + 0.01;
    const drawn = usefulByArrivals(one, trial.seed);
    assert.ok(Math.abs(useful - drawn) <= tolerance, `${one.id}: ${useful} against ${drawn} ± ${tolerance}`);
    // The law is about the mean, and the random arrivals of one window are a sample of at most n = λ · window:
    // a share has a standard deviation of at most √(¼ / n).
    const byLaw = usefulByLaw(one.updates.rateHz, one);
    const arrivals = (one.updates.rateHz * one.windowMs) / 1000;
    const sampling = one.updates.arrival === 'periodic' ? 0 : 4 * Math.sqrt(0.25 / arrivals);
    assert.ok(Math.abs(useful - byLaw) <= tolerance + sampling, `${one.id}: ${useful} against ${byLaw}`);
  }
});

/** A poll at t is useful when an update came in (t − T, t]: the share of the window that those updates cover. */
function usefulByArrivals({ updates, poll, warmupMs, windowMs }: Workload, seed: number): number {
  const [startUs, endUs, intervalUs] = [warmupMs * 1000, (warmupMs + windowMs) * 1000, poll.intervalMs * 1000];
  let coveredUs = 0;
  let coveredToUs = startUs;
  for (const arrivalUs of intendedOffsetsUs(updates, deriveSeed(seed, 'schedule'))) {
    if (arrivalUs >= endUs) break;
    const toUs = Math.min(arrivalUs + intervalUs, endUs);
    coveredUs += Math.max(0, toUs - Math.max(arrivalUs, coveredToUs));
    coveredToUs = Math.max(coveredToUs, toUs);
  }
  return coveredUs / (endUs - startUs);
}

test('compare finds a server whose CPU is a fifth slower, and a run tied with itself', async () => {
  const plan = realPlan(
    [
      {
        workload: { ...workload, subscribers: 20, updates: { rateHz: 250, arrival: 'periodic', burstSize: 1 } },
        transports: ['sse'],
        subjects: ['uws', 'faulty-burn-fifth'],
      },
    ],
    3,
  );
  const trials = await trialsOf(plan);
  // Interleaved in one run and taken apart afterwards, as two versions of one subject: a machine that gets busier
  // does so to both.
  const [before, after] = [asRun(plan, trials, 'uws'), asRun(plan, trials, 'faulty-burn-fifth')];
  const { rows } = compareRuns(before, after);
  const verdictOn = (metric: MetricId) => rows.find((row) => row.metric === metric)?.verdict;
  const cpu = rows.find(({ metric }) => metric === 'serverCpuUsPerUpdate');
  assert.equal(cpu?.paired, true);
  // The run says itself when others take the cores: a fifth may then be less than what they do to the caches.
  const noisy = trials.some(({ warnings }) => warnings.some(({ kind }) => kind === 'machine-noise'));
  assert.ok(cpu.verdict === 'worse' || (noisy && cpu.verdict === 'tied'), JSON.stringify(cpu));
  assert.deepEqual([verdictOn('lostShare'), verdictOn('goodputPerS')], ['tied', 'tied']);
  assert.deepEqual([...new Set(compareRuns(before, before).rows.map(({ verdict }) => verdict))], ['tied']);
});

function asRun(plan: Plan, trials: readonly OkTrial[], subject: string): ComparedRun {
  const renamed = <T extends { readonly subject: string }>(trial: T): T => ({ ...trial, subject: 'uws' });
  const own = { ...plan, trials: plan.trials.filter((trial) => trial.subject === subject).map(renamed) };
  const records = trials
    .filter(({ trial }) => trial.subject === subject)
    .map((record) => ({ ...record, trial: renamed(record.trial) }));
  return { plan: own, summary: summarize(own, records) };
}
