/** Many connections on real processes: all open, all reached, counted from outside; and what happens at the limits. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { transportIds } from '../../contract/transports.js';
import { connectionsSuite, formatConnections } from '../../harness/connections.js';
import { readTrials } from '../../harness/files.js';
import { readSocketBytes } from '../../harness/meters/socket-memory.js';
import { whyNoWire } from '../../harness/meters/wire.js';
import { type OkTrial, suiteSchema } from '../../harness/model.js';
import { createPlan } from '../../harness/plan.js';
import { runPlan } from '../../harness/run.js';
import { summarize } from '../../harness/summarize.js';
import { fakePlan, fakeTrial, fakeWorkload } from '../fixtures/run.js';

const root = mkdtempSync(join(tmpdir(), 'pushlab-connections-'));
after(() => rmSync(root, { recursive: true }));

test('1,000 connections of every transport open, idle, and get their update', async () => {
  const workload = {
    ...fakeWorkload,
    subscribers: 1_000,
    updates: { rateHz: 1.25, arrival: 'periodic' as const },
    poll: { ...fakeWorkload.poll, intervalMs: 1_000 },
    delivery: 'every' as const,
    idleMs: 400,
    warmupMs: 200,
    windowMs: 1_000,
    drainMs: 10_000,
  };
  const suite = suiteSchema.parse({
    id: 'many',
    title: 'Many',
    question: 'All?',
    repeats: 1,
    arms: [{ workload, transports: [...transportIds] }],
  });
  const plan = createPlan(suite, {
    cores: { server: null, generator: null, whyNot: 'a test' },
    wire: { method: 'estimate', why: 'a test' },
    floor: false,
    arrange: () => ({
      arrangement: { serverProcesses: 1, clientWorkers: 1, addresses: 3, serverCores: null, generatorCores: null },
    }),
    command: 'npx pushlab run many.json',
    runId: 'many',
  });
  const directory = join(root, 'many');
  mkdirSync(directory);
  await runPlan(plan, directory, { signal: new AbortController().signal });
  const records = readTrials(directory);
  assert.equal(records.length, transportIds.length);
  for (const record of records) {
    assert.equal(record.status, 'ok', JSON.stringify(record));
    const { trial, client, server, openMs, idle, kernelSocketBytes } = record as OkTrial;
    assert.deepEqual([client.expected, client.delivered, client.lost], [1_000, 1_000, 0], trial.id);
    assert.ok(server.connections >= 1_000, trial.id);
    assert.ok(openMs > 0);
    assert.ok(idle !== null && idle.elapsedMs > 0 && (idle.serverAnonymousBytes ?? 0) > 1e6, trial.id);
    // Two sockets of 2 KB at least to a connection, where the kernel's memory can be read.
    if (readSocketBytes() !== null) assert.ok((kernelSocketBytes ?? 0) > 1_000 * 2 * 2_000, `${kernelSocketBytes}`);
  }
});

test('kernel memory: what is counted grows with sockets, and comes back', async (context) => {
  const before = readSocketBytes();
  if (before === null) return context.skip('/proc/slabinfo needs root');
  const accepted: Socket[] = [];
  const server = createServer((socket) => accepted.push(socket.on('error', () => {})));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const sockets = 500;
  const opened = await Promise.all(
    Array.from({ length: sockets }, () => {
      const socket = connect(port, '127.0.0.1');
      return new Promise<Socket>((resolve) => socket.once('connect', () => resolve(socket)));
    }),
  );
  const perConnection = ((readSocketBytes() ?? 0) - before) / sockets;
  for (const socket of [...opened, ...accepted]) socket.destroy();
  server.close();
  // Two ends of 3 to 4 KB each on kernels of these years; other tests' sockets blur it.
  assert.ok(perConnection > 4_000 && perConnection < 16_000, `${perConnection} B per connection`);
});

/** The command line under a limit of open files, as a shell sets it. */
function pushlabWithin(
  openFiles: number,
  args: readonly string[],
): Promise<{ code: number | null; out: string; err: string }> {
  const pushlab = fileURLToPath(new URL('../../harness/pushlab.mjs', import.meta.url));
  const child = spawn('bash', ['-c', `ulimit -n ${openFiles}; exec "$@"`, 'bash', process.execPath, pushlab, ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (bytes) => {
    out += bytes;
  });
  child.stderr.on('data', (bytes) => {
    err += bytes;
  });
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, out, err })));
}

const quickly = ['--idle', '1', '--hold', '1', '--transport', 'websocket', '--no-wire', '--no-floor', '--no-report'];

test('the table has every count, and memory as slopes; what was not measured says so', () => {
  const suite = connectionsSuite({ count: 1_000, transports: ['sse'], idleMs: 1_000, holdMs: 2_000, repeats: 2 });
  assert.deepEqual(
    suite.arms.map(({ workload }) => workload.subscribers),
    [100, 500, 1_000],
  );
  for (const { workload } of suite.arms) {
    // Exactly one update falls inside the window.
    const periodMs = 1000 / workload.updates.rateHz;
    assert.ok(periodMs >= workload.warmupMs && periodMs < workload.warmupMs + workload.windowMs);
    assert.ok(2 * periodMs >= workload.warmupMs + workload.windowMs);
  }
  const plan = fakePlan({ transports: ['sse'], repeats: 2, workloads: suite.arms.map(({ workload }) => workload) });
  const records = plan.trials.map((trial) => {
    const subscribers = plan.workloads.find(({ id }) => id === trial.workloadId)?.subscribers ?? 0;
    return fakeTrial(trial, {
      openMs: subscribers / 2,
      idle: {
        elapsedMs: 1_000,
        serverCpuUs: 5_000,
        generatorCpuUs: 1_000,
        serverAnonymousBytes: 50_000_000 + subscribers * (1_000 + trial.repetition * 10),
        generatorAnonymousBytes: 50_000_000 + subscribers * 6_000,
        kernelSocketBytes: null,
      },
    });
  });
  const text = formatConnections(plan, summarize(plan, records));
  assert.match(text, /^sse +1,000 +0\.500 +2,000 +0\.500 +0\.100 /m);
  assert.match(text, /^sse +1,005 \[1,000–1,010\] +not measured +6,000 +not measured/m);
  assert.match(text, /Slopes over 100, 500, 1,000 connections/);
});

const whyNoNamespace = whyNoWire();

// Two at a time: each has a limit of its own, of its shell or of its namespace, and what is asserted are counts.
describe('at a limit', { concurrency: 2 }, () => {
  test('a limit of open files is met by more processes, unasked, and said', async () => {
    const { code, out, err } = await pushlabWithin(500, ['connections', '--count', '600', ...quickly]);
    assert.equal(code, 0, err);
    assert.match(err, /600 connections: 2 server processes and 2 client workers, since a process may open 500 files/);
    assert.match(out, /600 of 600/);
  });

  test('who insists on one process hears at which connection it ended, and what to do; smaller counts are measured', async () => {
    const asked = ['connections', '--count', '600', '--client-workers', '1', '--server-processes', '2', ...quickly];
    const { code, out, err } = await pushlabWithin(500, asked);
    assert.equal(code, 1);
    assert.match(err, /a client worker reached its limit of open files at connection \d+ of 600; .*--client-workers/);
    assert.match(out, /300 of 300/);
  });

  test(
    'where local ports run out it is said at which connection, and what helps; the smaller trials stay',
    {
      skip: whyNoNamespace ?? false,
    },
    async () => {
      const out = join(root, 'ports');
      const pushlab = fileURLToPath(new URL('../../harness/pushlab.mjs', import.meta.url));
      const inNamespace = 'ip link set lo up; echo "40000 40019" > /proc/sys/net/ipv4/ip_local_port_range; exec "$@"';
      const command = ['connections', '--count', '60', '--transport', 'sse', '--idle', '1', '--hold', '1'];
      const options = ['--addresses', '1', '--no-wire', '--no-floor', '--no-report', '--out', out];
      const child = spawn('unshare', [
        '--net',
        'sh',
        '-c',
        inNamespace,
        'sh',
        process.execPath,
        pushlab,
        ...command,
        ...options,
      ]);
      child.stdout.resume();
      child.stderr.resume();
      const [code] = await once(child, 'exit');
      assert.equal(code, 1);
      const [small, ...rest] = readTrials(join(out, 'latest'));
      assert.equal(small?.status, 'ok');
      assert.equal(rest.length, 2);
      for (const record of rest) {
        assert.equal(record.status, 'failed');
        const message = record.status === 'failed' ? record.failure.message : '';
        const said = /^no local port was left at connection (\d+) of [36]0; connect to more loopback addresses/;
        const at = Number(said.exec(message)?.[1]);
        // Twenty ports, one of which the server may have, and in some of which connections of the trial before still wait.
        assert.ok(at >= 1 && at <= 21, message);
      }
    },
  );
});
