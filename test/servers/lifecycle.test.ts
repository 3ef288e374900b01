/** The worker's life: ready, start, window, stop with a clean goodbye; and one clear line when it cannot live. */
import assert from 'node:assert/strict';
import net from 'node:net';
import { describe, test } from 'node:test';
import hdr from 'hdr-histogram-js';
import { transportIds, transports } from '../../contract/transports.js';
import { serverReportSchema } from '../../contract/trial.js';
import { subjectEntries, subjectIds } from '../../harness/processes.js';
import { until } from '../fixtures/until.js';
import { goodbyes, openReader, seqOf } from './readers.js';
import { argumentOf, ServerProcess } from './server-process.js';

// Mostly waiting, so side by side; all at once, a busy machine would be starting twenty processes.
for (const subject of subjectIds)
  describe(`${subject}: the life of a worker`, { concurrency: 3 }, () => {
    test('a trial: ready, start, window, stop, report, exit', async () => {
      const server = await ServerProcess.ready(subject, argumentOf());
      server.start(200);
      server.send({ type: 'window' });
      const window = await server.next('window');
      assert.deepEqual([window.firstWindowSeq, window.lastWindowSeq], [1, 19], '10 ms to 190 ms; 200 ms is outside');
      const socket = net.connect(server.port, '127.0.0.1');
      socket.write('GET /polling HTTP/1.1\r\nHost: x\r\n\r\nGET /nothing HTTP/1.1\r\nHost: x\r\n\r\n');
      let text = '';
      socket.on('data', (bytes) => {
        text += bytes;
      });
      await until(() => text.includes('404'), 'two answers');
      server.send({ type: 'stop' });
      const { report } = await server.next('report');
      assert.deepEqual(serverReportSchema.parse(report), report);
      assert.deepEqual([report.firstWindowSeq, report.lastWindowSeq, report.slip.count], [1, 19, 19]);
      assert.equal(hdr.decodeFromCompressedBase64(report.slip.encoded).totalCount, 19);
      assert.ok(report.published >= 19);
      assert.deepEqual([report.requests, report.connections, report.droppedSlow], [2, 1, 0]);
      assert.deepEqual(await server.exited, { code: 0, stderr: '' });
    });

    test('streams are counted as they begin, and those that are left when the window has ended', async () => {
      const server = await ServerProcess.ready(subject, argumentOf());
      const push = transportIds.filter((id) => transports[id].direction === 'push');
      const staying = await Promise.all(transportIds.map((id) => openReader[id](server.base)));
      const leaving = await Promise.all(push.map((id) => openReader[id](server.base)));
      for (const [i, reader] of leaving.entries()) i % 2 === 0 ? reader.vanish() : reader.close();
      // Longer than a goodbye needs on one machine; the server says nothing of those who leave.
      server.start(300);
      server.send({ type: 'window' });
      await server.next('window');
      const late = await openReader.sse(server.base);
      server.send({ type: 'stop' });
      const { report } = await server.next('report');
      assert.deepEqual(report.streams, { begun: 2 * push.length, open: push.length });
      for (const reader of [...staying, late]) reader.close();
    });

    test('a clean stop says goodbye to everyone as their protocol has it', async () => {
      // An update every 100 s: forty are due at once, then long polls are held again.
      const server = await ServerProcess.ready(
        subject,
        argumentOf({ updates: { rateHz: 0.01, arrival: 'periodic', burstSize: 1 } }),
      );
      const readers = await Promise.all(transportIds.map((id) => openReader[id](server.base, 0)));
      server.start(1000, 40.5 * 100_000);
      await until(() => readers.every(({ updates }) => updates.length === 40), 'the first forty');
      server.send({ type: 'stop' });
      for (const [i, id] of transportIds.entries()) {
        const goodbye = goodbyes[id];
        if (goodbye !== null) assert.equal(await readers[i]?.ended, goodbye, id);
        assert.deepEqual(
          readers[i]?.updates.map(seqOf),
          Array.from({ length: 40 }, (_, k) => k + 1),
        );
      }
      await server.next('report');
      assert.equal((await server.exited).code, 0);
      for (const reader of readers) reader.close();
    });

    test('a channel that closes ends the process', async () => {
      const server = await ServerProcess.ready(subject, argumentOf());
      server.start();
      server.child.disconnect();
      assert.equal((await server.exited).code, 0);
    });

    async function fatal(argument: string | null): Promise<string> {
      const server = new ServerProcess(subject, argument);
      const { message } = await server.next('fatal');
      const { code, stderr } = await server.exited;
      assert.equal(code, 1);
      assert.equal(stderr, `${message}\n`);
      assert.ok(!message.includes('\n'), message);
      return message;
    }

    test('a busy port is one clear line, whoever has it', async (t) => {
      const other = net.createServer().listen(0, '127.0.0.1');
      t.after(() => other.close());
      await new Promise((resolve) => other.once('listening', resolve));
      const { port } = other.address() as net.AddressInfo;
      const says = (taken: number) =>
        `cannot listen on 127.0.0.1:${taken}: the port is in use; stop its server or choose another port (0 takes any free one)`;
      assert.equal(await fatal(JSON.stringify(argumentOf({}, { port }))), says(port));
      // uWebSockets.js would by default share a port with another of its kind.
      const twin = await ServerProcess.ready(subject, argumentOf());
      assert.equal(await fatal(JSON.stringify(argumentOf({}, { port: twin.port }))), says(twin.port));
    });

    test('an address of another machine is one clear line', async () => {
      // 192.0.2.0/24 is nobody's (RFC 5737).
      assert.equal(
        await fatal(JSON.stringify(argumentOf({}, { host: '192.0.2.1' }))),
        'cannot listen on 192.0.2.1:0: no interface of this machine has that address; choose another host',
      );
    });

    test('a missing or garbled argument is one clear line', async () => {
      const line = "the server's one argument must be a ServerArgument (contract/control.ts) in JSON, not ";
      assert.deepEqual(await Promise.all([null, '--port 9001', '{"port":1}'].map(fatal)), [
        `${line}nothing`,
        `${line}'--port 9001'`,
        `${line}'{"port":1}'`,
      ]);
    });

    test('a payload too small for its header is one clear line', async () => {
      assert.equal(
        await fatal(JSON.stringify(argumentOf({ payloadBytes: 8 }))),
        'payloadBytes is 8; an update needs at least 16 bytes',
      );
    });

    test('started by hand, it says what to start instead', async () => {
      const server = new ServerProcess(subject, null, false);
      assert.deepEqual(await server.exited, {
        code: 1,
        stderr: `${subjectEntries[subject]?.replace('../', '')} is a worker and needs an IPC channel; to run a server by hand: pushlab serve\n`,
      });
    });
  });
