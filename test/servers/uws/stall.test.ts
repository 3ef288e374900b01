/** uWebSockets.js has a patience of its own: who stalls is cut off by it, whatever the cap, and must be counted. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nowUs } from '../../../contract/clock.js';
import { transports } from '../../../contract/transports.js';
import { Server } from '../../../servers/shared/server.js';
import { openUws } from '../../../servers/uws/app.js';
import { until } from '../../fixtures/until.js';
import { openReader } from '../readers.js';
import { argumentOf } from '../server-process.js';
import { requestFor, sleepingClient } from '../sleeping-client.js';

/** Over HTTP; a WebSocket has no such timer. */
const streamIds = ['sse', 'http-stream'] as const;

test('push: who stalls for good is cut off by the library and counted, who only had to wait stays', async () => {
  const server = await Server.open(
    openUws,
    argumentOf(
      // Updates that no kernel buffer holds, below the cap; two at once, and the next in 50 s.
      { payloadBytes: 16 * 1024 * 1024, updates: { rateHz: 0.01, arrival: 'periodic', burstSize: 1 } },
      {
        maxBufferedBytes: 64 * 1024 * 1024,
        // A heartbeat is a write, and starts the library's patience anew.
        bounds: { logCount: 10, logBytes: 64 * 1024 * 1024, heartbeatMs: 60_000 },
      },
    ),
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
