/** Bytes on the wire, to the byte: what the kernel counted against what the sockets carried. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type TransportId, transportIds } from '../../contract/transports.js';
import type { Workload } from '../../contract/trial.js';
import { readTrials } from '../../harness/files.js';
import {
  leftoverNamespaces,
  NetNamespace,
  parseCounters,
  removeLeftoverNamespaces,
  whyNoWire,
} from '../../harness/meters/wire.js';
import { type OkTrial, suiteSchema } from '../../harness/model.js';
import { createPlan } from '../../harness/plan.js';
import { runPlan } from '../../harness/run.js';
import { fakeWorkload } from '../fixtures/run.js';

const why = whyNoWire();
const options = { skip: why === null ? false : why };
const root = mkdtempSync(join(tmpdir(), 'pushlab-wire-'));
after(() => rmSync(root, { recursive: true }));

/** IPv4 and TCP without options, and the timestamps that Linux adds to every segment but a reset (RFC 7323). */
const headerBytesPerPacket = 20 + 20 + 12;

/**
 * Everything happens at whole half seconds of the source, and the window's edges lie half-way between: whatever
 * was sent has been acknowledged by then, and both counters are read in silence.
 */
const quietEdges: Workload = {
  ...fakeWorkload,
  id: 'quiet-edges',
  subscribers: 7,
  updates: { rateHz: 6, arrival: 'bursts', burstSize: 3 },
  payloadBytes: 2_000, // more than one segment
  poll: { intervalMs: 500, pacing: 'request-start', phase: 'zero', connection: 'keep-alive' },
  delivery: 'every',
  warmupMs: 750,
  windowMs: 1_000,
  drainMs: 2_000,
};

test('every transport: packets × headers + socket bytes = bytes on the wire, exactly', options, async () => {
  for (const transport of transportIds) {
    const { client, wire } = await withoutRetransmits(transport);
    const { down, up } = client.windowTraffic;
    const total = (...ways: (typeof down)[]) =>
      ways.flatMap((way) => Object.values(way).map(Number)).reduce((sum, bytes) => sum + bytes, 0);
    assert.ok(client.windowDelivered > 0);
    assert.equal(wire.window.bytes, total(down, up) + headerBytesPerPacket * wire.window.packets, transport);
    // The two counters of the kernel know nothing of each other.
    assert.equal(wire.down.bytes + wire.up.bytes, wire.window.bytes, `${transport}: nftables against the loopback`);
    assert.equal(wire.down.packets + wire.up.packets, wire.window.packets);
    assert.equal(wire.down.bytes, total(down) + headerBytesPerPacket * wire.down.packets, `${transport}: each way`);
    // 2,000 B do not fit a segment of 1,448: the loopback is as narrow as Ethernet.
    assert.ok(wire.down.packets >= Math.ceil(down.payload / 1448), transport);
  }
  assert.deepEqual(ownNamespaces(), []);
});

/**
 * A trial in which TCP sent nothing twice. On a busy machine it may: a probe for a tail whose acknowledgement is
 * late is a whole segment more, and its acknowledgement carries 12 B of SACK. Real bytes, and counted as such, but
 * no part of the sum that is checked here.
 */
async function withoutRetransmits(transport: TransportId): Promise<OkTrial & { wire: NonNullable<OkTrial['wire']> }> {
  const suite = suiteSchema.parse({
    id: 'wire',
    title: 'Wire',
    question: 'Is it exact?',
    repeats: 1,
    arms: [{ workload: quietEdges, transports: [transport] }],
  });
  for (let attempt = 1; attempt <= 8; attempt++) {
    const plan = createPlan(suite, {
      cores: { server: null, generator: null, whyNot: 'a test' },
      wire: { method: 'namespace', mtuBytes: 1500 },
      floor: false,
      command: 'npx pushlab run wire.json',
      runId: 'wire',
    });
    const directory = join(root, `${transport}-${attempt}`);
    mkdirSync(directory);
    await runPlan(plan, directory, { signal: new AbortController().signal });
    const [record] = readTrials(directory) as [OkTrial];
    assert.equal(record.status, 'ok', JSON.stringify(record));
    const { wire } = record;
    assert.ok(wire !== null);
    if (wire.retransmits === 0) return { ...record, wire };
  }
  throw new Error(
    `${transport}: TCP sent segments again in each of 8 trials; this machine is too busy for an exact sum`,
  );
}

test('without a network of its own the wire is estimated, from the packets of the machine’s loopback', async () => {
  const suite = suiteSchema.parse({
    id: 'wire',
    title: 'Wire',
    question: 'About how much?',
    repeats: 1,
    arms: [{ workload: quietEdges, transports: ['sse'] }],
  });
  const plan = createPlan(suite, {
    cores: { server: null, generator: null, whyNot: 'a test' },
    wire: { method: 'estimate', why: 'a test' },
    floor: false,
    command: 'npx pushlab run wire.json',
    runId: 'wire',
  });
  const directory = join(root, 'estimated');
  mkdirSync(directory);
  await runPlan(plan, directory, { signal: new AbortController().signal });
  const [{ wire, client }] = readTrials(directory) as [OkTrial];
  assert.equal(wire?.method, 'estimated');
  const { down, up } = client.windowTraffic;
  const sockets = [down, up].flatMap((way) => Object.values(way).map(Number)).reduce((sum, bytes) => sum + bytes, 0);
  assert.equal(wire.window.bytes, sockets + headerBytesPerPacket * wire.window.packets);
  // Each chunk is a packet at least, whoever else talks on this machine's loopback.
  assert.ok(wire.window.packets >= 1 && wire.down.packets + wire.up.packets === wire.window.packets);
});

test('a namespace that a killed run left behind is found and removed', options, () => {
  // A process id that cannot be: the kernel's own maximum is 2²².
  const name = 'pushlab-4194305-run';
  execFileSync('ip', ['netns', 'add', name]);
  assert.deepEqual(
    leftoverNamespaces().filter((left) => left === name),
    [name],
  );
  assert.ok(removeLeftoverNamespaces().includes(name));
  assert.ok(!existsSync(`/run/netns/${name}`));
});

test('the namespace of a living process is nobody’s left-over', options, () => {
  const network = NetNamespace.create('alive');
  try {
    assert.ok(!leftoverNamespaces().includes(network.name));
  } finally {
    network.remove();
    network.remove(); // twice does no harm
  }
  assert.deepEqual(ownNamespaces(), []);
});

test('what nft prints is read, and a counter that is missing is said', () => {
  const counter = (name: string, packets: number, bytes: number) => ({
    counter: { name, packets, bytes, family: 'inet' },
  });
  const printed = { nftables: [{ metainfo: { version: '1.0.6' } }, counter('down', 2, 100), counter('up', 1, 52)] };
  assert.deepEqual(parseCounters(JSON.stringify(printed)), {
    down: { packets: 2, bytes: 100 },
    up: { packets: 1, bytes: 52 },
  });
  assert.throws(() => parseCounters('{"nftables":[]}'), /no counter 'down'/);
});

function ownNamespaces(): string[] {
  return execFileSync('ip', ['netns', 'list'], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.startsWith(`pushlab-${process.pid}-`));
}
