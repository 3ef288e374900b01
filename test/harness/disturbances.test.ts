/**
 * What happens to a trial on purpose, on real processes: broken connections, wrong answers, a killed server, proxies.
 *
 * Nothing is asserted about how long anything takes at most; only that nobody comes back sooner than it should.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FaultKind, ScheduledFault } from '../../contract/faults.js';
import { type TransportId, transports } from '../../contract/transports.js';
import type { EncodedHistogram, Workload } from '../../contract/trial.js';
import { findBrowser } from '../../harness/browser/find.js';
import { decode, percentile } from '../../harness/metrics.js';
import type { OkTrial } from '../../harness/model.js';
import { realPlan, trialsOfAll } from '../fixtures/real-run.js';
import { fakeWorkload } from '../fixtures/run.js';

const workload: Workload = {
  ...fakeWorkload,
  subscribers: 4,
  updates: { rateHz: 50, arrival: 'periodic', burstSize: 1 },
  poll: { ...fakeWorkload.poll, intervalMs: 30 },
  delivery: 'every',
  warmupMs: 100,
  windowMs: 600,
  drainMs: 10_000,
};

function disturbed(kind: FaultKind, forMs = 0, over: Partial<Workload> = {}): Workload {
  const fault: ScheduledFault = { kind, atMs: 100, forMs };
  return { ...workload, id: kind, proxy: kind === 'restart-server' ? 'none' : 'transparent', faults: [fault], ...over };
}

/** Trials of several workloads side by side. */
function runAll(...arms: (readonly [Workload, readonly TransportId[]])[]): Promise<OkTrial[]> {
  return trialsOfAll(arms.map(([one, over]) => realPlan([{ workload: one, transports: [...over] }])));
}

/** A waiting reader of updates: it notices at once when its connection goes. */
function waits(transport: TransportId): boolean {
  return transports[transport].direction === 'push' || transport === 'long-polling';
}

function least({ client }: OkTrial): number {
  return percentile(client.disruptions.resume, 0) ?? Number.NaN;
}

test('after a broken connection or a wrong answer every update arrives once, in order, and the loss was noticed', async () => {
  // Longer than SSE waits at most before it asks again (1 s ± 50 %), so that it meets the wrong answer.
  const wrongMs = 1_600;
  const trials = await runAll(
    [disturbed('reset-connections'), ['http-stream', 'polling']],
    [disturbed('half-event'), ['sse']],
    [disturbed('answer-500', wrongMs), ['sse']],
    [disturbed('answer-204', wrongMs), ['websocket']],
    [disturbed('wrong-content-type', wrongMs), ['long-polling']],
  );
  const { subscribers } = workload;
  for (const trial of trials) {
    const { client, disturbances, proxy } = trial;
    const { id, transport, workloadId } = trial.trial;
    const label = `${id} ${JSON.stringify(client.errors)}`;
    assert.deepEqual([client.lost, client.duplicate, client.outOfOrder, client.errors.content], [0, 0, 0, 0], label);
    assert.equal(client.delivered, client.expected, label);
    assert.deepEqual(
      disturbances.map(({ kind }) => kind),
      [workloadId],
    );
    assert.ok((disturbances[0]?.fromMs ?? 0) >= 97, `${label} ${disturbances[0]?.fromMs}`);
    assert.ok(client.reconnects >= subscribers && (proxy?.connections ?? 0) >= 2 * subscribers, label);
    const { noticed, resumed, skipped } = client.disruptions;
    assert.deepEqual([resumed, skipped], [noticed, 0], label);
    // A poller between two polls has nothing under way that could break: it just connects again.
    if (waits(transport) || workloadId !== 'reset-connections') assert.equal(noticed, subscribers, label);
    if (waits(transport)) assert.ok(client.errors.reset >= subscribers, label);
    if (workloadId.startsWith('answer')) assert.ok(client.errors.status >= subscribers, label);
    if (workloadId === 'wrong-content-type')
      // Whoever asks for JSON does not look at the type, and finds that it is none.
      assert.ok(client.errors.parse >= subscribers, label);
    // `retry: 1000` is honoured; all else waits for 250 ms. Both ± 50 %, and timers may round 1 ms down.
    if (transport === 'sse') assert.ok(least(trial) >= 499_000, `${label} ${least(trial)}`);
    else if (waits(transport)) assert.ok(least(trial) >= 124_000, `${label} ${least(trial)}`);
  }
});

test('who does not say where it was misses what came meanwhile; who hangs on a dead connection never notices', async () => {
  const trials = await runAll(
    [disturbed('reset-connections', 0, { id: 'fresh', resume: false }), ['websocket']],
    [disturbed('half-event-hang', 0, { drainMs: 500 }), ['polling']],
  );
  for (const { trial, client } of trials) {
    const label = `${trial.id} ${JSON.stringify(client.disruptions)}`;
    assert.equal(client.delivered + client.lost, client.expected, label);
    assert.deepEqual([client.superseded, client.duplicate, client.outOfOrder], [0, 0, 0], label);
    if (trial.workloadId === 'fresh') {
      // 125 ms at least, at 50 updates/s. Some of the gap may lie behind the window.
      const { noticed, resumed, skipped } = client.disruptions;
      assert.deepEqual([noticed, resumed], [workload.subscribers, workload.subscribers], label);
      assert.ok(client.lost >= 5 * workload.subscribers && client.lost <= skipped, label);
    } else {
      assert.deepEqual([client.disruptions.noticed, client.reconnects], [0, 0], label);
      assert.ok(
        Object.values(client.errors).every((count) => count === 0),
        label,
      );
      // 100 ms of 600 had passed; one update more may have been on its way.
      assert.ok(client.lost >= workload.subscribers * 20, label);
    }
  }
});

test('a killed server is replaced on its port: lost is what was due meanwhile, and nothing else', async () => {
  const awayMs = 300;
  const trials = await runAll(
    [disturbed('restart-server', awayMs, { windowMs: 1000 }), ['sse']],
    [disturbed('restart-server', awayMs, { windowMs: 1000 }), ['long-polling']],
  );
  for (const { trial, client, server, serverCost, disturbances } of trials) {
    const label = `${trial.id} ${JSON.stringify({ ...client.disruptions, disturbances, errors: client.errors })}`;
    const [restart] = disturbances;
    assert.ok(restart !== undefined && restart.toMs - restart.fromMs >= awayMs - 1, label);
    assert.equal(client.disruptions.noticed, workload.subscribers, label);
    assert.equal(client.disruptions.resumed, workload.subscribers, label);
    assert.deepEqual([client.duplicate, client.outOfOrder, client.errors.content], [0, 0, 0], label);
    // The schedule went on: the window is the same as without a restart, and so is what is owed.
    assert.equal(server.lastWindowSeq - server.firstWindowSeq + 1, 50, label);
    assert.equal(client.expected, 50 * workload.subscribers, label);
    const due = Math.min((restart.toMs - restart.fromMs) / 20, 50);
    const lostEach = client.lost / workload.subscribers;
    // One at either end, and those that a late timer of the old server had not published yet.
    const late = (percentile(server.slip, 90) ?? 0) / 20_000;
    assert.ok(Math.abs(lostEach - due) <= 2 + late, `${label}: ${lostEach} lost of ${due} due`);
    assert.equal(serverCost.cpuUs, null, 'two processes, of which one is gone, have no CPU time');
  }
});

test('proxies: no Upgrade no WebSocket, a buffer holds streams back, a silence is cut', async () => {
  const through = (proxy: Workload['proxy'], over: Partial<Workload> = {}): Workload => ({
    ...workload,
    id: `${proxy}`,
    proxy,
    ...over,
  });
  const trials = await runAll(
    // Nothing will come of the WebSocket that a longer drain could wait for.
    [through('drop-upgrade', { drainMs: 2_000 }), ['sse', 'websocket']],
    [
      through('buffering', { updates: { rateHz: 200, arrival: 'periodic', burstSize: 1 }, windowMs: 1500 }),
      ['sse', 'websocket'],
    ],
    // An update each 1.4 s, and a proxy that waits for 1 s.
    [
      through('idle-timeout', { updates: { rateHz: 0.7, arrival: 'periodic', burstSize: 1 }, windowMs: 3000 }),
      ['websocket'],
    ],
  );
  const of = (proxy: string, transport: TransportId) => {
    const found = trials.find(({ trial }) => trial.workloadId === proxy && trial.transport === transport);
    assert.ok(found !== undefined);
    return found;
  };
  const { subscribers } = workload;

  const blocked = of('drop-upgrade', 'websocket').client;
  assert.deepEqual([blocked.delivered, blocked.lost], [0, blocked.expected]);
  assert.ok(blocked.errors.status >= subscribers, JSON.stringify(blocked.errors));
  assert.deepEqual([blocked.disruptions.noticed, blocked.disruptions.resumed], [subscribers, 0]);
  assert.equal(of('drop-upgrade', 'sse').client.lost, 0);

  for (const transport of ['sse', 'websocket'] as const)
    assert.deepEqual([of('buffering', transport).client.lost, of('buffering', transport).client.duplicate], [0, 0]);
  // A buffer of 4 KiB holds some 30 updates, 150 ms of them: half of that on average, and here half of that at least.
  const held = meanUs(of('buffering', 'sse').client.latency) - meanUs(of('buffering', 'websocket').client.latency);
  assert.ok(held >= 37_500, `${held} µs`);

  const idle = of('idle-timeout', 'websocket');
  assert.ok((idle.proxy?.cut ?? 0) >= 2 * subscribers, `${idle.proxy?.cut} cut`);
  assert.ok(idle.client.disruptions.noticed >= 2 * subscribers, JSON.stringify(idle.client.disruptions));
  assert.deepEqual([idle.client.lost, idle.client.duplicate], [0, 0]);
});

function meanUs(histogram: EncodedHistogram): number {
  return decode(histogram).mean;
}

const found = findBrowser(null);

test(
  'in a page EventSource comes back by itself, gives up after a refusal, and a WebSocket is over',
  {
    skip: found.state === 'found' ? false : found.why,
  },
  async () => {
    const bare = { clients: ['browser-bare' as const] };
    const page: Partial<Workload> = { subscribers: 1, drainMs: 3_000 };
    const trials = await trialsOfAll(
      [
        {
          workload: disturbed('reset-connections', 0, page),
          transports: ['sse' as const, 'websocket' as const],
          ...bare,
        },
        { workload: disturbed('answer-204', 2_500, page), transports: ['sse' as const], ...bare },
      ].map((arm) => realPlan([arm])),
    );
    for (const { trial, client } of trials) {
      const { noticed, resumed, resume } = client.disruptions;
      assert.equal(noticed, 1, trial.id);
      if (trial.transport === 'sse' && trial.workloadId === 'reset-connections') {
        // With Last-Event-ID, which is the browser's own doing, nothing is missed; `retry: 1000` is exact there.
        assert.deepEqual([resumed, client.lost, client.duplicate], [1, 0, 0], trial.id);
        assert.ok((percentile(resume, 0) ?? 0) >= 995_000, trial.id);
      } else {
        assert.equal(resumed, 0, trial.id);
        assert.ok(client.lost > 0, trial.id);
        assert.equal(client.errors.status, trial.transport === 'sse' ? 1 : 0, trial.id);
      }
    }
  },
);
