/** A reader that does not read is cut off and counted, and everyone else keeps getting everything. */
import assert from 'node:assert/strict';
import net from 'node:net';
import { test } from 'node:test';
import { nowUs } from '../../../contract/clock.js';
import { transportIds, transports } from '../../../contract/transports.js';
import { Server } from '../../../servers/shared/server.js';
import { openUws } from '../../../servers/uws/app.js';
import { openReader, seqOf } from '../readers.js';
import { argumentOf, ServerProcess, until } from '../server-process.js';

/** Sends its requests and then reads nothing until told. */
function sleepingClient(port: number, requests: string): net.Socket {
  const socket = net.connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.pause();
  socket.write(requests);
  return socket;
}

function requestFor(path: string, headers = ''): string {
  return `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n`;
}

const upgrade =
  'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n';

const pushIds = transportIds.filter((id) => transports[id].direction === 'push');
/** Over HTTP; a WebSocket has no such timer. */
const streamIds = ['sse', 'http-stream'] as const;
const pullIds = transportIds.filter((id) => transports[id].direction === 'pull');

test('push: each slow reader is dropped and counted once, the others miss nothing', async () => {
  const server = await ServerProcess.ready(
    argumentOf(
      // The kernel takes some MB before a byte stays with the server.
      { payloadBytes: 65_536, updates: { rateHz: 100, arrival: 'periodic', burstSize: 1 } },
      // And on a busy machine the healthy ones lag too: seconds of it are allowed.
      { maxBufferedBytes: 4_000_000 },
    ),
  );
  const healthy = await Promise.all(pushIds.map((id) => openReader[id](server.base)));
  const slow = pushIds.map((id) =>
    sleepingClient(server.port, requestFor(transports[id].path, id === 'websocket' ? upgrade : '')),
  );
  server.start();
  // Each has been sent far more than kernel and cap together hold.
  await until(() => healthy.every(({ updates }) => updates.length > 300), '300 updates each');
  const closed = slow.map((socket) => new Promise((resolve) => socket.once('close', resolve)));
  for (const socket of slow) socket.resume();
  await Promise.all(closed);
  server.send({ type: 'stop' });
  const { report } = await server.next('report');
  assert.equal(report.droppedSlow, pushIds.length);
  await server.exited;
  for (const { updates } of healthy)
    assert.deepEqual(
      updates.map(seqOf),
      Array.from({ length: updates.length }, (_, i) => i + 1),
    );
});

test('pull: one who asks without reading the answers does not hold up the others', async () => {
  const server = await ServerProcess.ready(
    argumentOf({ payloadBytes: 16_384, updates: { rateHz: 200, arrival: 'periodic', burstSize: 1 } }),
  );
  server.start();
  const slow = pullIds.map((id) =>
    sleepingClient(server.port, requestFor(`${transports[id].path}?since=0`).repeat(50)),
  );
  const healthy = await Promise.all(pullIds.map((id) => openReader[id](server.base, 0)));
  await until(() => healthy.every(({ updates }) => updates.length > 100), '100 updates each');
  for (const reader of healthy) {
    reader.close();
    assert.deepEqual(
      reader.updates.map(seqOf),
      Array.from({ length: reader.updates.length }, (_, i) => i + 1),
    );
  }
  for (const socket of slow) socket.destroy();
});

test('push: who stalls for good is cut off by the library and counted, who only had to wait stays', async () => {
  const server = await Server.open(
    openUws,
    argumentOf(
      // Updates that no kernel buffer holds, below the cap; two at once, and the next in 50 s.
      { payloadBytes: 16 * 1024 * 1024, updates: { rateHz: 0.01, arrival: 'periodic', burstSize: 1 } },
      { maxBufferedBytes: 64 * 1024 * 1024 },
    ),
    // A heartbeat is a write, and starts the library's patience anew.
    { logCount: 10, logBytes: 64 * 1024 * 1024, heartbeatMs: 60_000 },
  );
  const stalled = streamIds.map((id) => sleepingClient(server.port, requestFor(transports[id].path)));
  const patient = await Promise.all(streamIds.map((id) => openReader[id](`http://127.0.0.1:${server.port}`)));
  let left = '';
  for (const { ended } of patient)
    ended.then((how) => {
      left += how;
    });
  const startUs = nowUs() - 2.5 * 100e6;
  server.start({ startUs, windowStartUs: startUs, windowEndUs: startUs });
  await until(() => patient.every(({ updates }) => updates.length === 2), 'two updates');
  // The library's patience is 10 s, in steps of 4 s.
  await until(() => server.report().droppedSlow === streamIds.length, 'the stalled to be dropped', 60_000);
  assert.equal(left, '');
  for (const socket of stalled) socket.destroy();
  await server.stop();
  assert.deepEqual(await Promise.all(patient.map(({ ended }) => ended)), [
    'close event, response ended',
    'response ended',
  ]);
  assert.equal(server.report().droppedSlow, streamIds.length);
});
