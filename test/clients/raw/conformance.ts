/** What every raw client must do, whatever its transport: one list, run against a peer made of well-kept libraries. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { OpenConnection } from '../../../clients/raw/connection.js';
import { rawSubscribers } from '../../../clients/raw/index.js';
import type { Subscriber } from '../../../clients/raw/subscriber.js';
import { Recorder } from '../../../clients/recorder.js';
import type { TrafficMeter } from '../../../clients/traffic.js';
import { seededRandom } from '../../../contract/random.js';
import { type TransportId, transportIds, transports } from '../../../contract/transports.js';
import type { ClientReport, Workload } from '../../../contract/trial.js';
import { until } from '../../fixtures/until.js';
import { Peer } from './peer.js';

const base: Workload = {
  id: 'conformance',
  title: 'Conformance',
  subscribers: 1,
  updates: { rateHz: 100, arrival: 'periodic', burstSize: 1 },
  payloadBytes: 100,
  poll: { intervalMs: 10, pacing: 'request-start', phase: 'zero', connection: 'keep-alive' },
  longPollTimeoutMs: 25_000,
  delivery: 'every',
  warmupMs: 0,
  windowMs: 60_000,
  drainMs: 1000,
};

export type ConnectionsFor = (traffic: TrafficMeter) => OpenConnection;
/** Of all scenes of this process: a file of tests is about one kind. */
let connections: ConnectionsFor;

class Scene {
  readonly peer: Peer;
  readonly recorder: Recorder;
  readonly subscriber: Subscriber;
  #last = 0;

  constructor(peer: Peer, recorder: Recorder, subscriber: Subscriber) {
    this.peer = peer;
    this.recorder = recorder;
    this.subscriber = subscriber;
  }

  static async open(
    transport: TransportId,
    over: Partial<Workload> = {},
    prepare?: (peer: Peer) => void,
  ): Promise<Scene> {
    const workload = { ...base, ...over };
    const peer = new Peer(workload.payloadBytes);
    prepare?.(peer);
    const port = await peer.listen();
    const recorder = new Recorder({
      trial: { id: 't', index: 0, repetition: 0, subject: 'peer', transport, client: 'raw', workloadId: 'w', seed: 1 },
      workload,
      maxSamples: 10_000,
      bins: 1,
    });
    recorder.start({ startUs: peer.epochUs, windowStartUs: peer.epochUs, windowEndUs: peer.epochUs + 60e6 });
    recorder.openWindow();
    let subscriber: Subscriber | undefined;
    await new Promise<void>((resolve) => {
      subscriber = rawSubscribers[transport]({
        index: 0,
        host: '127.0.0.1',
        port,
        workload,
        recorder,
        open: connections(recorder.traffic),
        random: seededRandom(1),
        ready: resolve,
      });
      subscriber.connect();
    });
    subscriber?.start();
    return new Scene(peer, recorder, subscriber as Subscriber);
  }

  publish(count = 1, lateMs = 0): void {
    for (let i = 0; i < count; i++) this.#last = this.peer.publish(lateMs);
  }

  /** Publishes one at a time, each once the one before has arrived: so that polling sees each by itself. */
  async publishAndReceive(count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      this.publish();
      await this.received();
    }
  }

  /** Waits until the subscriber holds the last update published. */
  async received(): Promise<void> {
    await until(() => this.recorder.newestSeq(0) >= this.#last, `update ${this.#last}`);
  }

  report(): ClientReport {
    this.recorder.closeWindow();
    return this.recorder.report(1, this.#last);
  }

  async close(): Promise<void> {
    this.subscriber.stop();
    await this.peer.close();
  }
}

function sums(bytes: ClientReport['windowTraffic']['down']): number {
  return bytes.payload + bytes.repeated + (bytes.framing as number) + (bytes.heads as number);
}

/** Everything that is asked of every client, over connections of one kind. */
export function clientsConform(connectionsFor: ConnectionsFor): void {
  connections = connectionsFor;

  for (const transport of transportIds) {
    const pull = transports[transport].direction === 'pull';

    test(`${transport}: every update arrives once, in order, and every byte is accounted for`, async () => {
      const scene = await Scene.open(transport);
      await scene.publishAndReceive(20);
      scene.publish(30);
      await scene.received();
      scene.subscriber.stop();
      await until(() => scene.peer.connections.size === 0, 'the peer to see the close');
      const report = scene.report();
      assert.deepEqual(
        [report.delivered, report.lost, report.superseded, report.duplicate, report.outOfOrder, report.reconnects],
        [50, 0, 0, 0, 0, 0],
      );
      assert.ok(
        Object.values(report.errors).every((count) => count === 0),
        JSON.stringify(report.errors),
      );
      const { down, up } = report.windowTraffic;
      assert.equal(down.payload, 50 * base.payloadBytes);
      const { sent, received } = scene.peer.bytes();
      assert.equal(sums(up), received, 'bytes up, against what node:http read');
      // A poller may be stopped with an answer on its way, which the peer has sent and nobody has read.
      if (!pull) assert.equal(sums(down), sent, 'bytes down, against what node:http and ws wrote');
      else assert.ok(sums(down) <= sent && sums(down) > sent - 400, `${sums(down)} read of ${sent} sent`);
      await scene.close();
    });

    test(`${transport}: an update held back for 50 ms measures at least 50 ms, and its publish delay is not service latency`, async () => {
      const scene = await Scene.open(transport);
      await delay(60);
      scene.publish(1, 50);
      await scene.received();
      const report = scene.report();
      assert.equal(report.latency.count, 1);
      const [, , intended, published, received] = report.samples[0] as ClientReport['samples'][number];
      assert.ok(received - intended >= 50_000, `${received - intended} µs`);
      assert.ok(
        Math.abs(published - intended - 50_000) <= 1,
        `published ${published - intended} µs after the intention`,
      );
      await scene.close();
    });

    test(`${transport}: a connection cut without a word is opened again and resumed without gap or duplicate`, async () => {
      const scene = await Scene.open(transport);
      await scene.publishAndReceive(5);
      scene.peer.cutAll();
      scene.publish(5);
      await scene.received();
      await scene.publishAndReceive(5);
      const report = scene.report();
      assert.deepEqual([report.delivered, report.lost, report.duplicate], [15, 0, 0]);
      assert.ok(report.reconnects >= 1);
      await scene.close();
    });

    test(`${transport}: a refusal is a status error, and is not final`, async () => {
      const scene = await Scene.open(transport);
      await scene.publishAndReceive(1);
      scene.peer.misbehave = 'status';
      scene.peer.misbehaviours = 1;
      if (!pull) scene.peer.cutAll();
      scene.publish();
      await scene.received();
      // A long poll that was already waiting is answered by the update; the refusal meets the next one.
      await until(() => scene.peer.misbehaviours === 0, 'the refusal to be used');
      await scene.publishAndReceive(2);
      const report = scene.report();
      assert.equal(report.errors.status, 1);
      assert.deepEqual([report.lost, report.duplicate], [0, 0]);
      await scene.close();
    });

    test(`${transport}: bytes that are no HTTP are a parse error, and the next connection works`, async () => {
      const scene = await Scene.open(transport);
      await scene.publishAndReceive(1);
      scene.peer.misbehave = 'garbage';
      scene.peer.misbehaviours = 1;
      if (!pull) scene.peer.cutAll();
      scene.publish();
      await until(() => scene.peer.misbehaviours === 0, 'the garbage to be used');
      await scene.publishAndReceive(2);
      const report = scene.report();
      assert.equal(report.errors.parse, 1);
      assert.deepEqual([report.lost, report.duplicate], [0, 0]);
      await scene.close();
    });

    test(`${transport}: what the server drops is lost, and nothing else`, async () => {
      const scene = await Scene.open(transport, {}, (peer) => {
        peer.dropEvery = 10;
      });
      scene.publish(45);
      await scene.received();
      const report = scene.report();
      assert.deepEqual([report.expected, report.delivered, report.lost, report.superseded], [45, 41, 4, 0]);
      await scene.close();
    });
  }

  for (const transport of ['polling', 'conditional-polling', 'long-polling'] as const) {
    test(`${transport}: under 'latest' a burst is one update, and the rest superseded`, async () => {
      const scene = await Scene.open(transport, { delivery: 'latest' });
      await scene.publishAndReceive(1);
      scene.publish(10);
      await scene.received();
      const report = scene.report();
      assert.equal(report.lost, 0);
      assert.equal(report.delivered + report.superseded, 11);
      // A pull transport may see the first of a burst and then its last.
      assert.ok(report.superseded >= 8, `${report.superseded} superseded`);
      await scene.close();
    });
  }

  test('polling: polls that bring nothing new are useless polls; their updates are repeated bytes', async () => {
    const scene = await Scene.open('polling', { delivery: 'latest' });
    await scene.publishAndReceive(3);
    await until(() => scene.peer.requests.length >= 20, '20 polls');
    const report = scene.report();
    // One may still be unanswered.
    const useful = report.windowRequests - report.windowUselessPolls;
    assert.ok(useful === 3 || useful === 4, `${useful} useful of ${report.windowRequests}`);
    assert.ok(report.windowTraffic.down.repeated >= 5 * base.payloadBytes);
    assert.equal(report.duplicate, 0);
    await scene.close();
  });

  test('conditional polling: sends the ETag back, and 304 brings no bytes of body', async () => {
    const scene = await Scene.open('conditional-polling', { delivery: 'latest' });
    await scene.publishAndReceive(1);
    const before = scene.peer.requests.length;
    await until(() => scene.peer.requests.length >= before + 5, '5 more polls');
    assert.ok(scene.peer.requests.slice(-4).every(({ headers }) => headers['if-none-match'] === '"1"'));
    const report = scene.report();
    assert.equal(report.windowTraffic.down.repeated, 0);
    assert.ok(report.windowUselessPolls >= 4);
    await scene.close();
  });

  test('polling: a connection per request opens one for each and is no reconnect', async () => {
    const scene = await Scene.open('polling', { poll: { ...base.poll, connection: 'per-request' } });
    await until(() => scene.peer.requests.length >= 10, '10 polls');
    assert.ok(scene.peer.connectionCount >= scene.peer.requests.length);
    assert.equal(scene.report().reconnects, 0);
    await scene.close();
  });

  test('polling: re-armed from the response end, the interval starts when the answer is in', async () => {
    const scene = await Scene.open('polling', { poll: { ...base.poll, intervalMs: 30, pacing: 'response-end' } });
    const from = Date.now();
    const before = scene.peer.requests.length;
    await until(() => scene.peer.requests.length >= before + 5, '5 polls');
    // Never faster than the interval allows (Node's timers may round 1 ms down).
    assert.ok(Date.now() - from >= 4 * 29, 'four whole intervals');
    await scene.close();
  });

  test('sse: asks again with Last-Event-ID, after the time the server named', async () => {
    const scene = await Scene.open('sse');
    await scene.publishAndReceive(3);
    scene.peer.cutAll();
    await until(() => scene.peer.requests.length === 2, 'the second request');
    assert.equal(scene.peer.requests[0]?.headers['last-event-id'], undefined);
    assert.equal(scene.peer.requests[1]?.headers['last-event-id'], '3');
    await scene.close();
  });

  test('long polling: waits before it asks for a malformed update again, and goes on with the next good one', async () => {
    const scene = await Scene.open('long-polling');
    await scene.publishAndReceive(1);
    scene.peer.corrupt = true;
    scene.publish();
    const before = scene.peer.requests.length;
    const from = Date.now();
    await until(() => scene.peer.requests.length >= before + 3, 'being asked again');
    // Never sooner than half of the 250 ms, three times (Node's timers may round 1 ms down).
    assert.ok(Date.now() - from >= 3 * 124, 'three waits');
    scene.peer.corrupt = false;
    scene.publish();
    await scene.received();
    const report = scene.report();
    assert.deepEqual([report.delivered, report.lost], [2, 1]);
    assert.ok(report.errors.content >= 3, `${report.errors.content} malformed`);
    await scene.close();
  });

  test('sse: the wait that the server named holds for every attempt, until one succeeds', async () => {
    const scene = await Scene.open('sse', {}, (peer) => {
      peer.retryMs = 400;
    });
    await scene.publishAndReceive(1);
    scene.peer.misbehave = 'status';
    scene.peer.misbehaviours = 2;
    const from = Date.now();
    scene.peer.cutAll();
    await until(() => scene.peer.requests.length === 4, 'the fourth request');
    const jitter = seededRandom(1);
    const leastMs = [0, 1, 2].reduce((sum) => sum + 400 * (0.5 + jitter()), 0);
    // Node's timers may round 1 ms down.
    assert.ok(Date.now() - from >= leastMs - 3, `${Date.now() - from} of ${leastMs} ms`);
    await scene.close();
  });

  test('websocket: answers a ping with its own bytes', async () => {
    const scene = await Scene.open('websocket');
    await scene.publishAndReceive(1);
    scene.peer.ping();
    await until(() => scene.peer.pongs === 1, 'the pong');
    await scene.close();
  });

  test('an update of 200 KB crosses any number of reads', async () => {
    for (const transport of transportIds) {
      const scene = await Scene.open(transport, { payloadBytes: 200_000 });
      await scene.publishAndReceive(3);
      const report = scene.report();
      assert.deepEqual([report.delivered, report.errors.content, report.errors.parse], [3, 0, 0], transport);
      await scene.close();
    }
  });
}
