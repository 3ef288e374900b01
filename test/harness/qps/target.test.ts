import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { test } from 'node:test';
import { findListeners, findTarget, listeningInodes, tryTarget } from '../../../harness/qps/target.js';
import { hello, serve } from '../../clients/qps/load-process.js';

test('a URL is taken apart as a request needs it', async () => {
  const target = await findTarget('http://127.0.0.1:8080/a/b?c=d e#f');
  assert.deepEqual(
    [target.address, target.port, target.host, target.path],
    ['127.0.0.1', 8080, '127.0.0.1:8080', '/a/b?c=d%20e'],
  );
  const bare = await findTarget('http://[::1]');
  assert.deepEqual([bare.address, bare.port, bare.host, bare.path], ['::1', 80, '[::1]', '/']);
});

const refused: [string, RegExp][] = [
  ['https://127.0.0.1/', /https is not supported/],
  ['127.0.0.1:8080', /not a URL; it begins with http:\/\//],
  ['hello', /not a URL; it begins with http:\/\//],
  ['ftp://127.0.0.1/', /must begin with http:\/\//],
  ['http://user:secret@127.0.0.1/', /credentials/],
];
for (const [url, line] of refused)
  test(`${url} is refused in one line`, async () => {
    await assert.rejects(findTarget(url), { name: 'UsageError', message: line });
  });

async function tryAt(port: number): Promise<number | string> {
  return tryTarget(await findTarget(`http://127.0.0.1:${port}/`));
}

test('nothing listening, something else than HTTP, and TLS each say what to do', async () => {
  const free = createServer();
  free.listen(0, '127.0.0.1');
  await once(free, 'listening');
  const { port } = free.address() as AddressInfo;
  free.close();
  await once(free, 'close');
  await assert.rejects(tryAt(port), { name: 'UserError', message: /nothing listens there; start the server/ });
  const other = await serve((socket) => socket.write('-ERR unknown command\r\n\r\n'));
  await assert.rejects(tryAt(other.port), { name: 'UserError', message: /does not speak HTTP\/1/ });
  // An alert, as a TLS server answers a plain request.
  const tls = await serve((socket) => socket.write(Buffer.from([0x15, 3, 3, 0, 2, 2, 10, 13, 10, 13, 10])));
  await assert.rejects(tryAt(tls.port), {
    name: 'UserError',
    message: /speaks TLS; give the address of the plain http/,
  });
});

test('a status, and a response that is wrong, are said and no reason to stop', async () => {
  const good = await serve((socket) => socket.write(hello));
  const bad = await serve((socket) => socket.write('HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n'));
  const cut = await serve((socket) => socket.end(hello.slice(0, -1)));
  const mute = await serve((socket) => socket.end());
  assert.equal(await tryAt(good.port), 200);
  assert.equal(await tryAt(bad.port), 503);
  assert.match(String(await tryAt(cut.port)), /ended inside a response/);
  assert.match(String(await tryAt(mute.port)), /closed the connection without a response/);
});

test('the process behind a port is found', async () => {
  const server = await serve(() => {});
  assert.deepEqual(findListeners(server.port), [process.pid]);
  const table = [
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
    '   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0',
    '   1: 0100007F:1F90 0100007F:D431 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0',
    '   2: 0100007F:1F91 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4713 1 0',
  ].join('\n');
  assert.deepEqual(listeningInodes(table, 8080), ['socket:[4711]']);
});
