/** The request generator over real sockets: known answers, and every way in which a server can go wrong. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { describe, test } from 'node:test';
import hdr from 'hdr-histogram-js';
import { type LoadReport, socketCalls } from '../../../contract/qps.js';
import { hello, load, ringRefusal, serve } from './load-process.js';

const errorCounts = ({ errors }: LoadReport): Record<string, boolean> =>
  Object.fromEntries(Object.entries(errors).map(([kind, { count }]) => [kind, count > 0]));

/** Why there are no sockets of an io_uring here, or false where there are. */
const noRing = await ringRefusal();

for (const calls of socketCalls)
  describe(`${calls} sockets`, { concurrency: 3, skip: calls === 'io_uring' && noRing }, () => {
    const sockets = [calls];
    test('every response is counted, with its bytes, once', async () => {
      const server = await serve((socket) => socket.write(hello));
      const { opened, report } = await load({ port: server.port, sockets, warmupMs: 50 });
      assert.equal(report.sockets, calls);
      assert.equal(opened, 4);
      assert.equal(server.connections, 4);
      assert.ok(report.responses > 0);
      assert.deepEqual(report.statuses, { 200: report.responses });
      assert.equal(report.bytesDown, report.responses * hello.length);
      assert.equal(report.bytesUp, report.requests * `GET / HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\n\r\n`.length);
      // At both edges of the window every connection waits for one.
      assert.equal(report.requests, report.responses);
      assert.equal(report.unanswered, 4);
      assert.equal(report.latency.count, report.responses);
      assert.deepEqual(report.errors, {});
      assert.equal(report.reconnects, 0);
      assert.ok(report.cpuUs > 0);
      assert.ok(server.requests >= report.requests);
    });

    test('in close mode each request has a connection of its own, and asks for that', async () => {
      const heads: string[] = [];
      const server = await serve((socket, head) => {
        heads.push(head);
        socket.end(hello);
      });
      const { report } = await load({ port: server.port, sockets, mode: 'close' });
      assert.ok(report.responses > 4);
      assert.deepEqual(report.errors, {});
      assert.match(heads[0] ?? '', /\r\nConnection: close$/);
      assert.equal(server.requests, heads.length);
      assert.ok(server.connections >= server.requests);
      assert.equal(report.bytesDown, report.responses * hello.length);
    });

    test('a connection reset under a request is a read error', async () => {
      const server = await serve((socket) => socket.resetAndDestroy());
      const { report } = await load({ port: server.port, sockets });
      assert.deepEqual(errorCounts(report), { read: true });
      assert.equal(report.responses, 0);
    });

    test('nobody listening is a connect error for every connection', async () => {
      const server = createTcpServer();
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      server.close();
      await once(server, 'close');
      const { opened, report } = await load({ port, sockets });
      assert.equal(opened, 0);
      assert.deepEqual(errorCounts(report), { connect: true });
      assert.equal(report.errors.connect?.example, 'ECONNREFUSED');
    });

    test('at the limit of open files the connections that could be opened are used', async () => {
      const server = await serve((socket) => socket.write(hello));
      const { opened, report } = await load({ port: server.port, sockets, connections: 200, descriptors: 100 });
      // A ring's sockets are no descriptors of the process, but it may not have more of them either.
      assert.ok(opened > 0 && opened <= 100, `${opened} opened`);
      assert.equal(report.errors.connect?.example, 'EMFILE');
      assert.ok(report.responses > 0);
    });

    // What follows does not depend on the kind of socket, or is as likely to break with either.
    if (calls === 'documented') return;

    test('a server that takes 50 ms measures as 50 ms, and in a closed model is asked less often', async () => {
      const server = await serve((socket) => setTimeout(() => socket.write(hello), 50));
      const { report } = await load({ port: server.port, sockets, windowMs: 600 });
      const latency = hdr.decodeFromCompressedBase64(report.latency.encoded);
      // Timers may fire a fraction of a millisecond early, and any time late.
      assert.ok(latency.minNonZeroValue >= 49_000, `${latency.minNonZeroValue} µs`);
      assert.ok(report.responses <= 4 * 12);
      // Little's law: connections = rate × mean latency, but for the window's edges.
      const law = ((report.responses / report.elapsedUs) * report.latencySumUs) / report.responses / 4;
      assert.ok(law > 0.7 && law <= 1.05, `${law}`);
    });

    test('a server that closes in the middle of a response is a read error, and the run goes on', async () => {
      let turn = 0;
      const server = await serve((socket) => {
        if (++turn % 2 === 0) socket.write(hello);
        else socket.end(hello.slice(0, -2));
      });
      const { report } = await load({ port: server.port, sockets, windowMs: 500 });
      assert.ok(report.responses > 0);
      assert.deepEqual(errorCounts(report), { read: true });
      assert.match(report.errors.read?.example ?? '', /closed the connection inside a response/);
      assert.ok(report.reconnects > 0);
    });

    test('a body shorter than its Content-Length ends as a timeout, a longer one as a parse error', async () => {
      const short = await serve((socket) => socket.write(hello.replace('5', '9')));
      const long = await serve((socket) => socket.write(hello.replace('5', '2')));
      const [late, wrong] = await Promise.all([
        load({ port: short.port, sockets, timeoutMs: 100, windowMs: 600 }),
        load({ port: long.port, sockets }),
      ]);
      assert.deepEqual(errorCounts(late.report), { timeout: true });
      assert.deepEqual(errorCounts(wrong.report), { parse: true });
      assert.equal(late.report.responses, 0);
    });

    test('what is not HTTP, or a head without end, is a parse error', async () => {
      const other = await serve((socket) => socket.write('-ERR unknown command\r\n\r\n'));
      const endless = await serve((socket) => socket.write(`HTTP/1.1 200 OK\r\n${'X-More: more\r\n'.repeat(2000)}`));
      for (const { port } of [other, endless]) {
        const { report } = await load({ port, sockets });
        assert.deepEqual(errorCounts(report), { parse: true });
        assert.equal(report.responses, 0);
      }
    });

    test('responses of node:http are understood as they come: chunked, 404, 204, keep-alive and not', async () => {
      let turn = 0;
      const server = createServer((_request, response) => {
        turn++;
        if (turn % 4 === 0) response.writeHead(404, { Connection: 'close' }).end('no');
        else if (turn % 4 === 1) response.writeHead(204).end();
        else if (turn % 4 === 2) {
          response.write('part');
          setImmediate(() => response.end(' and rest'));
        } else response.end('hello');
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { report } = await load({
        port: (server.address() as AddressInfo).port,
        sockets,
        connections: 3,
        windowMs: 500,
      });
      server.closeAllConnections();
      server.close();
      assert.deepEqual(Object.keys(report.statuses).sort(), ['200', '204', '404']);
      assert.deepEqual(errorCounts(report), { status: true });
      assert.equal(report.errors.status?.example, 'HTTP status 404');
      assert.ok(report.reconnects > 0);
    });

    test('a pipeline keeps as many requests outstanding as it is told, answered in order', async () => {
      let most = 0;
      const server = await serve((socket) => {
        const state = socket as typeof socket & { open?: number };
        state.open = (state.open ?? 0) + 1;
        most = Math.max(most, state.open);
        setTimeout(() => {
          state.open = (state.open ?? 0) - 1;
          socket.write(hello);
        }, 5);
      });
      const { report } = await load({ port: server.port, sockets, connections: 2, pipeline: 8 });
      assert.equal(most, 8);
      assert.equal(report.unanswered, 16);
      assert.deepEqual(report.errors, {});
      assert.equal(report.latency.count, report.responses);
    });

    test('an open model offers its rate to a server that is slower, and latency counts from when a request was due', async () => {
      // One connection, 20 ms each: 50 requests/s at most, of 200 offered.
      const server = await serve((socket) => setTimeout(() => socket.write(hello), 20));
      const { report } = await load({ port: server.port, sockets, connections: 1, rateHz: 200, windowMs: 1000 });
      const offered = report.offered as number;
      // Its window is closed by a timer, which a busy machine has late.
      const windowS = report.elapsedUs / 1e6;
      assert.ok(Math.abs(offered - 200 * windowS) <= 2, `${offered} offered in ${windowS} s`);
      assert.ok(report.responses <= 50 * windowS + 1);
      assert.ok(report.unanswered >= offered - report.responses - 2);
      const latency = hdr.decodeFromCompressedBase64(report.latency.encoded);
      // The last one answered was due when the window was about a quarter over.
      assert.ok(latency.maxValue > 500_000, `${latency.maxValue} µs`);
      assert.ok((report.slipMeanUs as number) > 100_000);
    });

    test('an open model below what the server can do offers and gets its rate', async () => {
      const server = await serve((socket) => socket.write(hello));
      for (const mode of ['keep-alive', 'close'] as const) {
        const { report } = await load({
          port: server.port,
          sockets,
          connections: 3,
          rateHz: 100,
          windowMs: 1000,
          mode,
        });
        assert.ok(Math.abs((report.offered as number) - (100 * report.elapsedUs) / 1e6) <= 2);
        assert.ok(report.responses >= (report.offered as number) - report.unanswered - 3);
        assert.deepEqual(report.errors, {});
      }
    });
  });

test('more outstanding than a send is sure to take at once is for libuv', async () => {
  const server = await serve((socket) => socket.write(hello));
  const { report } = await load({ port: server.port, connections: 1, pipeline: 1000, sockets: [...socketCalls] });
  assert.equal(report.sockets, 'bare');
  assert.deepEqual(report.errors, {});
});

test('who insists on what is not there is told why', async () => {
  const refused = load({ port: 1, connections: 1, pipeline: 1000, sockets: ['io_uring'] });
  await assert.rejects(refused, /^Error: io_uring sockets: .+$/);
});
