/**
 * The exact bytes of every response, from a raw socket. The overhead figures rest on them, so a header that creeps in
 * fails here.
 *
 * What our code says is the same in every subject: status, fields, body. What the server beneath adds, and where, is
 * said once per subject below. `Date` is its duty (RFC 9110, 6.6.1) and always 37 bytes; its value is left out of the
 * comparison.
 */
import assert from 'node:assert/strict';
import net from 'node:net';
import { before, describe, test } from 'node:test';
import { subjectIds } from '../../harness/processes.js';
import { until } from '../fixtures/until.js';
import { argumentOf, ServerProcess } from './server-process.js';

interface Server {
  /** A head with a body of known length. */
  sized(status: string, fields: string, bodyBytes: number): string;
  /** A head without a body. */
  bodiless(status: string, fields: string): string;
  /** A head of chunks. */
  chunked(status: string, fields: string): string;
  /** The head of an upgrade. */
  upgraded(accept: string): string;
  /** Chunks of a stream that goes on; the last one as far as it is sent. */
  chunks(...bodies: string[]): string;
  /** The answer to the article's plain GET. */
  readonly hello: string;
  readonly headBytes: Readonly<
    Record<'polling' | 'tagged' | 'unchanged' | 'sse' | 'http-stream' | 'websocket', number>
  >;
}

const chunk = (body: string): string => `${body.length.toString(16)}\r\n${body}\r\n`;
const nodeOwn = '<date>Connection: keep-alive\r\nKeep-Alive: timeout=10\r\n';

const servers: Readonly<Record<string, Server>> = {
  uws: {
    sized: (status, fields, bytes) => `HTTP/1.1 ${status}\r\n${fields}<date>Content-Length: ${bytes}\r\n\r\n`,
    bodiless: (status, fields) => `HTTP/1.1 ${status}\r\n${fields}<date>\r\n`,
    chunked: (status, fields) => `HTTP/1.1 ${status}\r\n${fields}<date>Transfer-Encoding: chunked\r\n\r\n`,
    upgraded: (accept) =>
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n<date>\r\n`,
    // It writes the line end that closes a chunk only with the next chunk, so a stream stops short of it.
    chunks: (...bodies) => bodies.map(chunk).join('').slice(0, -2),
    hello: 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n<date>Content-Length: 5\r\n\r\nhello',
    headBytes: { polling: 108, tagged: 119, unchanged: 77, sse: 117, 'http-stream': 120, websocket: 166 },
  },
  node: {
    sized: (status, fields, bytes) => `HTTP/1.1 ${status}\r\n${fields}Content-Length: ${bytes}\r\n${nodeOwn}\r\n`,
    bodiless: (status, fields) => `HTTP/1.1 ${status}\r\n${fields}${nodeOwn}\r\n`,
    chunked: (status, fields) => `HTTP/1.1 ${status}\r\n${fields}${nodeOwn}Transfer-Encoding: chunked\r\n\r\n`,
    // `ws` writes this head itself, and leaves out the date.
    upgraded: (accept) =>
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    chunks: (...bodies) => bodies.map(chunk).join(''),
    hello: `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: keep-alive\r\n<date>Transfer-Encoding: chunked\r\n\r\n${chunk('hello')}${chunk('')}`,
    headBytes: { polling: 156, tagged: 167, unchanged: 125, sse: 165, 'http-stream': 168, websocket: 129 },
  },
};

test('every subject has its heads written down', () => {
  assert.deepEqual(Object.keys(servers).sort(), [...subjectIds].sort());
});

const get = (path: string, headers = ''): string => `GET ${path} HTTP/1.1\r\nHost: x\r\n${headers}\r\n`;
const payloadBytes = 40;
/** An update without what differs between runs: 16 bytes of number and times are left of its padding. */
const update = 'U'.repeat(payloadBytes);
const anyUpdate = /AAAA[BCD].{11}ABCDEFGHIJKLMNOPQRSTUVWX/g;

for (const [subject, expected] of Object.entries(servers))
  describe(subject, () => {
    let server: ServerProcess;
    before(async () => {
      server = await ServerProcess.ready(
        subject,
        argumentOf({ payloadBytes, updates: { rateHz: 0.01, arrival: 'periodic', burstSize: 1 } }),
      );
      // Three updates are due at once and the next in 50 s.
      server.start(1000, 3.5 * 100_000);
    });

    /** Asserts that the server sends exactly this, and gives the bytes of its head. */
    async function answers(request: string, whole: string): Promise<number> {
      const socket = net.connect(server.port, '127.0.0.1');
      let received = '';
      const seen = () =>
        received
          .replace(/Date: \w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} GMT\r\n/, '<date>')
          .replace(anyUpdate, update);
      socket.on('data', (bytes) => {
        received += bytes.toString('latin1');
      });
      socket.write(request);
      await until(() => seen().length >= whole.length, `${JSON.stringify(whole)} in ${JSON.stringify(received)}`);
      socket.destroy();
      assert.equal(seen(), whole);
      return received.indexOf('\r\n\r\n') + 4;
    }

    test('polling: a JSON array with its length', async () => {
      const body = `["${update}"]`;
      const whole = expected.sized('200 OK', 'Content-Type: application/json\r\n', 44) + body;
      assert.equal(await answers(get('/polling'), whole), expected.headBytes.polling);
      assert.equal(await answers(get('/long-polling?since=2'), whole), expected.headBytes.polling);
    });

    test('conditional-polling: a tag, and a 304 without a body', async () => {
      const full = expected.sized('200 OK', 'Content-Type: application/json\r\nETag: "3"\r\n', 44);
      assert.equal(await answers(get('/conditional-polling'), `${full}["${update}"]`), expected.headBytes.tagged);
      assert.equal(
        await answers(
          get('/conditional-polling', 'If-None-Match: "3"\r\n'),
          expected.bodiless('304 Not Modified', 'ETag: "3"\r\n'),
        ),
        expected.headBytes.unchanged,
      );
    });

    test('sse: one head, a retry, then a chunk per event', async () => {
      const head = expected.chunked('200 OK', 'Content-Type: text/event-stream\r\n');
      const events = [2, 3].map((id) => `id: ${id}\ndata: ${update}\n\n`);
      assert.equal(
        await answers(get('/sse?since=1'), head + expected.chunks('retry: 1000\n\n', ...events)),
        expected.headBytes.sse,
      );
    });

    test('http-stream: one head, an empty line, then a chunk per line', async () => {
      const head = expected.chunked('200 OK', 'Content-Type: application/x-ndjson\r\n');
      assert.equal(
        await answers(get('/http-stream?since=2'), head + expected.chunks('\n', `"${update}"\n`)),
        expected.headBytes['http-stream'],
      );
    });

    test('websocket: the upgrade, then two bytes before each update', async () => {
      const request = get(
        '/websocket?since=2',
        // The key of RFC 6455, 1.3, and its answer.
        'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Extensions: permessage-deflate\r\n',
      );
      const head = expected.upgraded('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
      assert.equal(await answers(request, `${head}\u0081(${update}`), expected.headBytes.websocket);
    });

    test('hello, the article’s stream, and refusals', async () => {
      await answers(get('/hello'), expected.hello);
      const stream = expected.chunked('200 OK', 'Content-Type: text/event-stream\r\n');
      await answers(get('/article/basic'), stream + expected.chunks('data:0\n\n'));
      const head = expected.sized('404 Not Found', 'Content-Type: text/plain; charset=utf-8\r\n', 30);
      await answers(get('/nothing'), `${head}nothing is served at /nothing\n`);
    });
  });

test('node: the answer to hello has the 149 bytes that the article’s Node server sent', () => {
  assert.equal((servers.node as Server).hello.replace('<date>', 'D'.repeat(37)).length, 149);
});
