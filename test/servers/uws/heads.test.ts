/**
 * The exact bytes of every response's head, from a raw socket. The overhead figures rest on them, so a header
 * that creeps in fails here.
 *
 * uWebSockets.js writes the line end that closes a chunk only with the next chunk, so a stream stops short of it.
 * `Date` is the server's duty (RFC 9110, 6.6.1) and always 37 bytes; its value is left out of the comparison.
 */
import assert from 'node:assert/strict';
import net from 'node:net';
import { before, test } from 'node:test';
import { argumentOf, ServerProcess, until } from '../server-process.js';

const payloadBytes = 40;
let server: ServerProcess;
before(async () => {
  server = await ServerProcess.ready(
    argumentOf({ payloadBytes, updates: { rateHz: 0.01, arrival: 'periodic', burstSize: 1 } }),
  );
  // Three updates are due at once and the next in 50 s.
  server.start(1000, 3.5 * 100_000);
});

/** Everything the server sends until `enough`, with the date replaced. */
async function exchange(request: string, enough: RegExp): Promise<string> {
  const socket = net.connect(server.port, '127.0.0.1');
  let text = '';
  socket.on('data', (bytes) => {
    text += bytes.toString('latin1');
  });
  socket.write(request);
  await until(() => enough.test(text), `${enough} in ${JSON.stringify(text)}`);
  socket.destroy();
  const dated = text.replace(/Date: \w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} GMT\r\n/, '<date>');
  assert.notEqual(dated, text);
  return dated;
}

const get = (path: string, headers = ''): string => `GET ${path} HTTP/1.1\r\nHost: x\r\n${headers}\r\n`;
/** Padding of a 40-byte update: what follows its 16 bytes of header. */
const padding = 'ABCDEFGHIJKLMNOPQRSTUVWX';

test('polling: a JSON array with its length', async () => {
  const text = await exchange(get('/polling'), /\]$/);
  assert.match(
    text,
    new RegExp(
      `^HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n<date>Content-Length: 44\r\n\r\n\\["AAAAD.{11}${padding}"\\]$`,
    ),
  );
  assert.equal(headBytes(text), 108);
});

test('conditional-polling: a tag, and a 304 without a body', async () => {
  const full = await exchange(get('/conditional-polling'), /\]$/);
  assert.match(
    full,
    /^HTTP\/1.1 200 OK\r\nContent-Type: application\/json\r\nETag: "3"\r\n<date>Content-Length: 44\r\n\r\n\[".{40}"\]$/,
  );
  assert.equal(headBytes(full), 119);
  const unchanged = await exchange(get('/conditional-polling', 'If-None-Match: "3"\r\n'), /\r\n\r\n$/);
  assert.equal(unchanged, 'HTTP/1.1 304 Not Modified\r\nETag: "3"\r\n<date>\r\n');
  assert.equal(headBytes(unchanged), 77);
});

test('long-polling: as polling', async () => {
  const text = await exchange(get('/long-polling?since=2'), /\]$/);
  assert.match(
    text,
    /^HTTP\/1.1 200 OK\r\nContent-Type: application\/json\r\n<date>Content-Length: 44\r\n\r\n\[".{40}"\]$/,
  );
  assert.equal(headBytes(text), 108);
});

test('sse: one head, a retry, then a chunk per event', async () => {
  const text = await exchange(get('/sse?since=1'), /id: 3\ndata: .{40}\n\n$/);
  assert.match(
    text,
    /^HTTP\/1.1 200 OK\r\nContent-Type: text\/event-stream\r\n<date>Transfer-Encoding: chunked\r\n\r\nd\r\nretry: 1000\n\n\r\n36\r\nid: 2\ndata: AAAAC.{35}\n\n\r\n36\r\nid: 3\ndata: AAAAD.{35}\n\n$/,
  );
  assert.equal(headBytes(text), 117);
});

test('http-stream: one head, an empty line, then a chunk per line', async () => {
  const text = await exchange(get('/http-stream?since=2'), /"\n$/);
  assert.match(
    text,
    /^HTTP\/1.1 200 OK\r\nContent-Type: application\/x-ndjson\r\n<date>Transfer-Encoding: chunked\r\n\r\n1\r\n\n\r\n2b\r\n"AAAAD.{35}"\n$/,
  );
  assert.equal(headBytes(text), 120);
});

test('websocket: the upgrade, then two bytes before each update', async () => {
  const text = await exchange(
    get(
      '/websocket?since=2',
      // The key of RFC 6455, 1.3, and its answer.
      'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Extensions: permessage-deflate\r\n',
    ),
    /AAAAD.{35}$/,
  );
  assert.match(
    text,
    /^HTTP\/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=\r\n<date>\r\n\u0081\(AAAAD.{35}$/,
  );
  assert.equal(headBytes(text), 166);
});

test('hello and refusals', async () => {
  assert.equal(
    await exchange(get('/hello'), /hello$/),
    'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n<date>Content-Length: 5\r\n\r\nhello',
  );
  assert.equal(
    await exchange(get('/nothing'), /\n$/),
    'HTTP/1.1 404 Not Found\r\nContent-Type: text/plain; charset=utf-8\r\n<date>Content-Length: 30\r\n\r\nnothing is served at /nothing\n',
  );
  assert.equal(
    await exchange(get('/article/basic'), /0\n\n$/),
    'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n<date>Transfer-Encoding: chunked\r\n\r\n8\r\ndata:0\n\n',
  );
});

/** With the date back in: `Date: Tue, 24 Nov 2026 12:00:18 GMT` and its line end. */
function headBytes(text: string): number {
  const whole = text.replace('<date>', `${'d'.repeat(35)}\r\n`);
  return whole.indexOf('\r\n\r\n') + 4;
}
