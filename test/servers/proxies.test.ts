/** Each proxy between a bare client and a bare server: what comes through, when, and what does not. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, test } from 'node:test';
import { type ProxyId, proxyBufferBytes } from '../../contract/proxies.js';
import { openProxy } from '../../servers/proxies/index.js';
import type { Intermediary } from '../../servers/proxies/proxy.js';
import { until } from '../fixtures/until.js';

const open: { close(): void }[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.close();
});

/** A server that says what it heard and answers what it is told. */
class Target {
  readonly heard: string[] = [];
  readonly sockets: Socket[] = [];
  readonly #server: Server = createServer((socket) => {
    this.sockets.push(socket.on('error', () => {}));
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      this.heard[this.sockets.indexOf(socket)] = text;
    });
  });

  async listen(): Promise<number> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    open.push({
      close: () => {
        this.#server.close();
        for (const socket of this.sockets) socket.destroy();
      },
    });
    return (this.#server.address() as AddressInfo).port;
  }

  get socket(): Socket {
    return this.sockets.at(-1) as Socket;
  }
}

async function through(id: Exclude<ProxyId, 'none'>, target: Target): Promise<{ proxy: Intermediary; port: number }> {
  const proxy = openProxy[id]({
    host: '127.0.0.1',
    targetPort: await target.listen(),
    payloadBytes: 40,
    counters: { connections: 0, cut: 0 },
  });
  proxy.server.listen(0, '127.0.0.1');
  await once(proxy.server, 'listening');
  open.push({
    close: () => {
      proxy.server.close();
      proxy.cut();
    },
  });
  return { proxy, port: (proxy.server.address() as AddressInfo).port };
}

class Client {
  got = '';
  error: NodeJS.ErrnoException | null = null;
  closed = false;
  readonly socket: Socket;

  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1');
    this.socket.on('data', (chunk) => {
      this.got += chunk.toString('latin1');
    });
    this.socket.on('error', (error) => {
      this.error = error;
    });
    this.socket.on('close', () => {
      this.closed = true;
    });
    open.push({ close: () => this.socket.destroy() });
  }
}

const get = 'GET /sse HTTP/1.1\r\nHost: x\r\n\r\n';
const handshake =
  'GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade, X-Hop\r\nX-Hop: 1\r\nX-End: 2\r\n\r\n';
const chunkedHead = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n';
const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;

test('transparent: every byte both ways as it is, and an end is an end', async () => {
  const target = new Target();
  const { port } = await through('transparent', target);
  const client = new Client(port);
  client.socket.write(handshake);
  await until(() => target.heard[0] === handshake, 'the request');
  const large = 'x'.repeat(5_000_000);
  target.socket.end(large);
  await until(() => client.closed, 'the end');
  assert.equal(client.got.length, large.length);
  assert.equal(client.error, null);
});

test('transparent, half-event: the last half payload of what comes next is missing, then the connection is closed', async () => {
  const target = new Target();
  const { proxy, port } = await through('transparent', target);
  for (const [index, fault] of (['half-event', 'half-event-hang'] as const).entries()) {
    const closes = fault === 'half-event';
    const client = new Client(port);
    client.socket.write(get);
    await until(() => target.heard[index] === get, 'the request');
    proxy.disturb?.(fault, 0);
    const event = `id: 1\ndata: ${'u'.repeat(40)}\n\n`;
    target.socket.write(event);
    await until(() => client.got.length > 0, 'the first half');
    if (closes) await until(() => client.closed, 'the close');
    else {
      target.socket.write(event);
      // What is held back for good cannot be waited for: a newcomer's bytes overtake it.
      const other = new Client(port);
      other.socket.write(get);
      await until(() => target.heard[2] === get, 'another request');
      target.socket.write('through');
      await until(() => other.got === 'through', 'its answer');
    }
    assert.equal(client.got, event.slice(0, -20), fault);
    assert.equal(client.closed, closes);
  }
});

test('transparent, wrong answers: connections are reset, new ones answered, later ones let through', async () => {
  const target = new Target();
  const { proxy, port } = await through('transparent', target);
  const before = new Client(port);
  before.socket.write(get);
  await until(() => target.heard[0] === get, 'the request');
  proxy.disturb?.('answer-500', 300);
  await until(() => before.closed, 'the reset');
  assert.equal(before.error?.code, 'ECONNRESET');
  const during = new Client(port);
  during.socket.write(get);
  await until(() => during.closed, 'the answer');
  assert.match(during.got, /^HTTP\/1\.1 500 /);
  for (let i = 0; target.sockets.length < 2; i++) {
    assert.ok(i < 1000, 'let through again');
    const client = new Client(port);
    client.socket.write(get);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
});

test('buffering: nothing comes of a stream before a buffer is full, and then all of it', async () => {
  const target = new Target();
  const { port } = await through('buffering', target);
  const client = new Client(port);
  client.socket.write(get);
  await until(() => /\r\n\r\n$/.test(target.heard[0] ?? ''), 'the request');
  const event = `data: ${'x'.repeat(92)}\n\n`;
  const before = Math.floor(proxyBufferBytes / event.length);
  target.socket.write(chunkedHead + chunk(event).repeat(before));
  // A whole exchange later there would have been time for it.
  const other = new Client(port);
  other.socket.write('GET /poll HTTP/1.1\r\nHost: x\r\n\r\n');
  await until(() => target.sockets.length === 2 && target.heard[1] !== undefined, 'the poll');
  target.socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]');
  await until(() => other.got.endsWith('[]'), 'its answer, which ends');
  assert.equal(client.got, '');
  target.sockets[0]?.write(chunk(event));
  await until(() => client.got.split('data: ').length === before + 2, 'all of it');
  assert.match(client.got, /^HTTP\/1\.1 200 OK\r\n/);
});

test('buffering: an Upgrade makes a tunnel, in which nothing is held back', async () => {
  const target = new Target();
  const { port } = await through('buffering', target);
  const client = new Client(port);
  client.socket.write(handshake);
  await until(() => target.heard[0] === handshake, 'the handshake as it was');
  target.socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\nframe');
  await until(() => client.got.endsWith('\r\n\r\nframe'), 'a frame');
  client.socket.write('pong');
  await until(() => target.heard[0] === `${handshake}pong`, 'a frame back');
});

test('drop-upgrade: fields of one hop go no further, streams flow, and a 101 that nobody asked for is a 502', async () => {
  const target = new Target();
  const { port } = await through('drop-upgrade', target);
  const client = new Client(port);
  client.socket.write(handshake);
  await until(() => /\r\n\r\n$/.test(target.heard[0] ?? ''), 'the request');
  const heard = target.heard[0] ?? '';
  assert.doesNotMatch(heard, /upgrade|x-hop/i);
  assert.match(heard, /^x-end: 2\r$/im);
  target.socket.write(chunkedHead + chunk('data: 1\n\n'));
  await until(() => client.got.includes('data: 1'), 'an event, alone');

  const other = new Client(port);
  other.socket.write(handshake);
  await until(() => target.sockets.length === 2 && target.heard[1] !== undefined, 'the second handshake');
  target.socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n');
  await until(() => other.got.startsWith('HTTP/1.1 502 '), 'the refusal');
});

test('idle-timeout: a connection is cut in silence, and kept while something passes', async () => {
  const target = new Target();
  const { port } = await through('idle-timeout', target);
  const [silent, busy] = [new Client(port), new Client(port)];
  silent.socket.write(get);
  busy.socket.write(get);
  await until(() => target.sockets.length === 2 && target.heard.length === 2, 'two requests');
  const timer = setInterval(() => busy.socket.write('.'), 20);
  open.push({ close: () => clearInterval(timer) });
  await until(() => silent.closed, 'the cut');
  assert.equal(busy.closed, false);
  clearInterval(timer);
  await until(() => busy.closed, 'the other cut');
});
