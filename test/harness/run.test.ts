/** Trials on real processes: conservation of updates, bytes against the update format, and what happens when an end dies. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { transportIds, transports } from '../../contract/transports.js';
import type { EncodedHistogram } from '../../contract/trial.js';
import { readTrials } from '../../harness/files.js';
import { percentile } from '../../harness/metrics.js';
import { type OkTrial, type Plan, samplesFileSchema, type TrialRecord } from '../../harness/model.js';
import { runPlan } from '../../harness/run.js';
import { realPlan } from '../fixtures/real-run.js';
import { fakeWorkload } from '../fixtures/run.js';

const root = mkdtempSync(join(tmpdir(), 'pushlab-run-'));
after(() => rmSync(root, { recursive: true }));

const workload = {
  ...fakeWorkload,
  subscribers: 5,
  updates: { rateHz: 50, arrival: 'poisson' as const, burstSize: 1 },
  poll: { ...fakeWorkload.poll, intervalMs: 40 },
  windowMs: 400,
};

function planOf(over: Partial<typeof workload>, ...only: (typeof transportIds)[number][]): Plan {
  return realPlan([{ workload: { ...workload, ...over }, transports: only }]);
}

async function runIn(
  name: string,
  plan: Plan,
  options: Partial<Parameters<typeof runPlan>[2]> = {},
): Promise<TrialRecord[]> {
  const directory = join(root, name);
  mkdirSync(directory, { recursive: true });
  await runPlan(plan, directory, { signal: new AbortController().signal, ...options });
  return readTrials(directory);
}

/** Children of this test process, and their children: what a run may leave behind. */
function childProcesses(entry: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const parent = /^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
        return Number(parent) === process.pid && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(entry);
      } catch {
        return false;
      }
    });
}

test('every transport delivers every update of a run, or says by what it was replaced', async () => {
  const records = await runIn('all', planOf({}, ...transportIds));
  assert.equal(records.length, transportIds.length);
  const published = new Set<number>();
  for (const record of records) {
    assert.equal(record.status, 'ok', JSON.stringify(record));
    const { trial, client, server, serverCost, samplesFile } = record as OkTrial;
    const updates = server.lastWindowSeq - server.firstWindowSeq + 1;
    published.add(updates);
    assert.equal(client.expected, updates * workload.subscribers);
    assert.deepEqual(
      [client.lost, client.duplicate, client.outOfOrder, client.reconnects, server.droppedSlow],
      [0, 0, 0, 0, 0],
      trial.id,
    );
    assert.equal(client.delivered + client.superseded, client.expected);
    if (transports[trial.transport].direction === 'push') assert.equal(client.superseded, 0);
    assert.ok(Object.values(client.errors).every((count) => count === 0));
    assert.equal(client.latency.count, client.delivered);
    assert.equal(server.slip.count, updates);
    const { down } = client.windowTraffic;
    assert.equal(down.payload, client.windowDelivered * workload.payloadBytes);
    assert.ok((serverCost.cpuUs ?? 0) > 0);
    const samples = samplesFileSchema.parse(JSON.parse(readFileSync(join(root, 'all', samplesFile), 'utf8')));
    for (const [subscriber, seq, intended, publishedAt, received] of samples.rows) {
      assert.ok(subscriber < workload.subscribers && seq >= server.firstWindowSeq && seq <= server.lastWindowSeq);
      // One clock in three processes: nothing is published before its time or received before it was published.
      assert.ok(intended <= publishedAt && publishedAt <= received + 5, `${intended} ${publishedAt} ${received}`);
    }
  }
  assert.equal(published.size, 1, 'all transports were sent the same updates');
  assert.deepEqual([childProcesses('servers/uws'), childProcesses('clients/raw')], [[], []]);
});

test('several servers on one port and several client workers make one trial', async () => {
  const arrangement = { serverProcesses: 2, clientWorkers: 3, addresses: 1, serverCores: null, generatorCores: null };
  const single = planOf({ subscribers: 24 }, 'sse', 'websocket', 'long-polling');
  const plan = { ...single, trials: single.trials.map((trial) => ({ ...trial, arrangement })) };
  const records = await runIn('several', plan);
  for (const record of records) {
    assert.equal(record.status, 'ok', JSON.stringify(record));
    const { trial, client, server, processes, serverCost, samplesFile } = record as OkTrial;
    assert.equal(client.expected, (server.lastWindowSeq - server.firstWindowSeq + 1) * 24);
    assert.deepEqual([client.lost, client.duplicate, client.reconnects], [0, 0, 0], trial.id);
    // Every subscriber has one connection, whichever server it reached.
    assert.equal(server.connections, 24, trial.id);
    assert.deepEqual([processes.serverCpuUs.length, processes.generatorCpuUs.length], [2, 3]);
    assert.ok(
      Math.abs((processes.serverCpuUs[0] ?? 0) + (processes.serverCpuUs[1] ?? 0) - (serverCost.cpuUs ?? 0)) < 1,
    );
    const samples = samplesFileSchema.parse(JSON.parse(readFileSync(join(root, 'several', samplesFile), 'utf8')));
    assert.equal(new Set(samples.rows.map(([subscriber]) => subscriber)).size, 24, 'no two workers share a number');
  }
  assert.deepEqual([childProcesses('servers/uws'), childProcesses('clients/raw')], [[], []]);
});

test('framing per update is what the wire format says', async () => {
  // Fixed numbers of bytes: 2 or 4 of a frame head; quotes, LF and chunk size of a line; fields of an event.
  const records = await runIn('framing', planOf({ windowMs: 600 }, 'websocket', 'http-stream', 'sse'));
  const [websocket, httpStream, sse] = records.map((record) => {
    const { client } = record as OkTrial;
    return (client.windowTraffic.down.framing as number) / client.windowDelivered;
  });
  assert.equal(websocket, 2, '100 B of payload fit the short length');
  // "…"\n is 3 B; the chunk around it is 2 hex digits and 2 CRLF. Updates due together share a chunk.
  assert.ok(httpStream !== undefined && httpStream <= 3 + 2 + 4 && httpStream >= 3, `${httpStream}`);
  // id: N\ndata: …\n\n is 6 + digits + 6 + 2 B.
  assert.ok(sse !== undefined && sse >= 13 + 1 && sse <= 13 + 3 + 6, `${sse}`);
});

test('a server that dies mid-trial is a failed trial that says so, and the next trial runs', async () => {
  const plan = planOf({ windowMs: 1500 }, 'sse', 'websocket');
  let killed = false;
  const records = await runIn('server-dies', plan, {
    onTrialStart: (_trial, position) => {
      if (position === 1)
        killOnceUp('servers/uws/main.ts', () => {
          killed = true;
        });
    },
  });
  assert.ok(killed);
  const [first, second] = records;
  assert.equal(first?.status, 'failed');
  if (first?.status === 'failed') {
    assert.match(first.failure.kind, /^server-(died|start)$/);
    assert.match(first.failure.message, /the server process was ended by SIGKILL/);
  }
  assert.equal(second?.status, 'ok');
});

test('a client worker that dies is a failed trial too', async () => {
  const records = await runIn('client-dies', planOf({ windowMs: 1500 }, 'sse'), {
    onTrialStart: () => killOnceUp('clients/raw/main.ts', () => {}),
  });
  const [record] = records;
  assert.equal(record?.status, 'failed');
  if (record?.status === 'failed') assert.match(record.failure.message, /the client process was ended by SIGKILL/);
  assert.deepEqual([childProcesses('servers/uws'), childProcesses('clients/raw')], [[], []]);
});

test('an aborted run keeps the finished trials, leaves no process, and resumes with the rest', async () => {
  const plan = planOf({}, 'sse', 'websocket', 'http-stream');
  const abort = new AbortController();
  await assert.rejects(
    runIn('aborted', plan, {
      signal: abort.signal,
      onTrialStart: (_trial, position) => {
        if (position === 2) setTimeout(() => abort.abort(new Error('stop')), 100);
      },
    }),
    /stop/,
  );
  const kept = readTrials(join(root, 'aborted'));
  assert.equal(kept.length, 1);
  assert.deepEqual([childProcesses('servers/uws'), childProcesses('clients/raw')], [[], []]);
  const ran: string[] = [];
  const records = await runIn('aborted', plan, { onTrialStart: ({ transport }) => ran.push(transport) });
  assert.deepEqual(ran, ['websocket', 'http-stream']);
  assert.deepEqual(records[0], kept[0]);
  assert.equal(records.length, 3);
});

test('a server that stalls for 500 ms shows in latency, which counts from the intended time, and not in service latency', async () => {
  const stallMs = 500;
  const plan = planOf({ windowMs: 2000, warmupMs: 200, drainMs: 3000 }, 'sse');
  let stalled = false;
  const records = await runIn('stalls', plan, {
    onTrialStart: () => {
      const waitForServer = setInterval(() => {
        const [pid] = childProcesses('servers/uws/main.ts');
        if (pid === undefined || !isServing(pid)) return;
        clearInterval(waitForServer);
        setTimeout(() => {
          process.kill(pid, 'SIGSTOP');
          stalled = true;
          setTimeout(() => process.kill(pid, 'SIGCONT'), stallMs);
        }, 900);
      }, 10);
    },
  });
  assert.ok(stalled);
  const [record] = records as [OkTrial];
  assert.equal(record.status, 'ok', JSON.stringify(record));
  const { client, server } = record;
  assert.equal(client.lost, 0, 'the schedule catches up');
  const max = (histogram: EncodedHistogram) => percentile(histogram, 100) ?? 0;
  const leastUs = stallMs * 1000 * 0.8;
  assert.ok(max(client.latency) >= leastUs, `latency up to ${max(client.latency)} µs`);
  assert.ok(max(server.slip) >= leastUs, `slip up to ${max(server.slip)} µs`);
  // 25 updates were due during the stall, a quarter of the window's: the quantiles see it, not the maximum alone.
  assert.ok((percentile(client.latency, 95) ?? 0) >= 100_000);
  // What was published late arrived as soon as ever: counted from there, nothing has happened. Both are kept.
  assert.equal(client.serviceLatency.count, client.latency.count);
  const ratio = (percentile(client.serviceLatency, 95) ?? Number.NaN) / (percentile(client.latency, 95) ?? Number.NaN);
  assert.ok(ratio < 0.5, `p95 of service latency is ${ratio} of that of latency`);
});

/** Whether all subscribers are connected: beside their sockets it has a listening one, its channel and its stderr. */
function isServing(pid: number): boolean {
  try {
    const files = readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));
    return files.filter((file) => file.startsWith('socket:')).length >= workload.subscribers + 3;
  } catch {
    return false;
  }
}

/** Kills a worker of this test as soon as it can be seen. */
function killOnceUp(entry: string, killed: () => void): void {
  const timer = setInterval(() => {
    const [pid] = childProcesses(entry);
    if (pid === undefined || !existsSync(`/proc/${pid}`)) return;
    clearInterval(timer);
    process.kill(pid, 'SIGKILL');
    killed();
  }, 20);
}
