/** What happens at the edges that a real trial reaches seldom: a log too short, a long silence, a long poll run out. */
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { transportIds } from '../../contract/transports.js';
import { subjectIds } from '../../harness/processes.js';
import { until } from '../fixtures/until.js';
import { openReader, seqOf } from './readers.js';
import { argumentOf, ServerProcess } from './server-process.js';

const heartbeatMs = 30;
const logCount = 8;
const published = 20;
/** An update every 100 s: started as if long ago, the first twenty are due at once and the next is not. */
const periodUs = 100e6;
const seldom = argumentOf(
  { updates: { rateHz: 1e6 / periodUs, arrival: 'periodic', burstSize: 1 }, longPollTimeoutMs: 50 },
  { bounds: { logCount, logBytes: 1e6, heartbeatMs } },
);

for (const subject of subjectIds)
  describe(subject, () => {
    let base = '';
    before(async () => {
      const server = await ServerProcess.ready(subject, seldom);
      base = server.base;
      server.start(1, ((published + 0.5) * periodUs) / 1000);
      // Told only once all that is due is out.
      server.send({ type: 'window' });
      await server.next('window');
    });

    for (const id of transportIds)
      test(`${id}: resuming from before the log's oldest gives all that is held, without a gap`, async () => {
        for (const since of [0, 5]) {
          const reader = await openReader[id](base, since);
          await until(() => reader.updates.length >= logCount, 'what the log holds');
          reader.close();
          const seqs = reader.updates.map(seqOf);
          assert.deepEqual(
            seqs,
            Array.from({ length: logCount }, (_, i) => published - logCount + 1 + i),
          );
        }
      });

    for (const id of transportIds)
      test(`${id}: a number from the future gets nothing old`, async () => {
        const reader = await openReader[id](base, 1_000_000);
        // Another subscriber is served meanwhile, so this one had its chance.
        const other = await openReader[id](base, 0);
        await until(() => other.updates.length > 0, 'an update');
        assert.deepEqual(reader.updates, []);
        reader.close();
        other.close();
      });

    test('long-polling: the timeout answers with an empty array, on a connection that stays', async () => {
      const response = await fetch(`${base}/long-polling?since=${published}`);
      assert.equal(response.status, 200);
      assert.notEqual(response.headers.get('connection'), 'close');
      assert.equal(await response.text(), '[]');
      assert.equal(await (await fetch(`${base}/long-polling`)).text(), '[]');
    });

    test('sse: a silent stream gets comments', async () => {
      const leaving = new AbortController();
      const response = await fetch(`${base}/sse`, { signal: leaving.signal });
      let text = '';
      assert.ok(response.body !== null);
      for await (const bytes of response.body) {
        text += Buffer.from(bytes).toString();
        if (text.split(':\n\n').length > 3) break;
      }
      assert.match(text, /^retry: 1000\n\n(:\n\n)+$/);
      leaving.abort();
    });
  });
