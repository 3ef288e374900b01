/** A reader that does not read is cut off and counted, and everyone else keeps getting everything. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { transportIds, transports } from '../../contract/transports.js';
import { subjectIds } from '../../harness/processes.js';
import { until } from '../fixtures/until.js';
import { openReader, seqOf } from './readers.js';
import { argumentOf, ServerProcess } from './server-process.js';
import { requestFor, sleepingClient } from './sleeping-client.js';

const upgrade =
  'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n';

const pushIds = transportIds.filter((id) => transports[id].direction === 'push');
const pullIds = transportIds.filter((id) => transports[id].direction === 'pull');

for (const subject of subjectIds)
  describe(subject, () => {
    test('push: each slow reader is dropped and counted once, the others miss nothing', async () => {
      const server = await ServerProcess.ready(
        subject,
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
        subject,
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
  });
