/** The raw clients over sockets of an io_uring, where there is one; and what only these can get wrong. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { test } from 'node:test';
import type { Connection } from '../../../clients/raw/connection.js';
import { ringConnections } from '../../../clients/raw/ring-connections.js';
import { TrafficMeter } from '../../../clients/traffic.js';
import { clientsConform } from './conformance.js';

const connectionsAtOnce = 8;
const refusal = whyNot();
if (refusal === false) clientsConform((traffic) => ringConnections(traffic, connectionsAtOnce));

function whyNot(): string | false {
  try {
    ringConnections(new TrafficMeter(), 1);
    return false;
  } catch (error) {
    return (error as Error).message;
  }
}

/** A server that keeps what it is sent, and the port it is on. */
async function listen(
  onSocket: (socket: Socket) => void,
  host = '127.0.0.1',
): Promise<{ port: number; close(): void }> {
  const server = createServer(onSocket);
  server.listen(0, host);
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}

test('frames sent at once arrive in the order in which they were sent', { skip: refusal }, async () => {
  const sent = Array.from({ length: 500 }, (_, i) => Buffer.from(`frame ${i};`));
  const whole = Buffer.concat(sent);
  const received = await new Promise<Buffer>((resolve) => {
    const parts: Buffer[] = [];
    void listen((socket) =>
      socket.on('data', (bytes) => {
        parts.push(bytes);
        if (Buffer.concat(parts).length >= whole.length) socket.destroy();
      }),
    ).then((server) => {
      const connection: Connection = ringConnections(new TrafficMeter(), 1)('127.0.0.1', server.port, {
        onOpen: () => {
          for (const frame of sent) connection.writeFrame(frame);
        },
        onBytes: () => {},
        onClose: () => {
          server.close();
          resolve(Buffer.concat(parts));
        },
      });
    });
  });
  assert.equal(received.toString(), whole.toString());
});

test(
  'a place of the ring serves one connection after another, and none hears of the one before',
  { skip: refusal },
  async () => {
    let accepted = 0;
    const server = await listen((socket) => {
      socket.on('error', () => {});
      const name = `connection ${accepted++};`;
      // Sent while the other side is about to close, and after: nobody there must see it.
      socket.write(name);
      setTimeout(() => socket.write(name), 5);
    });
    const open = ringConnections(new TrafficMeter(), 1);
    for (let i = 0; i < 50; i++) {
      const text = await new Promise<string>((resolve) => {
        const connection: Connection = open('127.0.0.1', server.port, {
          onOpen: () => {},
          onBytes: (buffer, start, end) => {
            connection.close();
            resolve(buffer.toString('latin1', start, end));
          },
          onClose: () => resolve('closed'),
        });
      });
      assert.equal(text, `connection ${i};`);
    }
    server.close();
  },
);

test('without a place left a connection fails for want of descriptors', { skip: refusal }, async () => {
  const server = await listen((socket) => socket.on('error', () => {}));
  const open = ringConnections(new TrafficMeter(), 1);
  const handler = { onBytes: () => {}, onClose: () => assert.fail('the first one stays') };
  const first = await new Promise<Connection>((resolve) => {
    const connection: Connection = open('127.0.0.1', server.port, { ...handler, onOpen: () => resolve(connection) });
  });
  const outcome = await new Promise((resolve) =>
    open('127.0.0.1', server.port, { ...handler, onOpen: () => {}, onClose: (...args) => resolve(args) }),
  );
  assert.deepEqual(outcome, [false, 'descriptors']);
  first.close();
  server.close();
});

test(
  'a read larger than a receive buffer, and more of them than there are, lose nothing',
  { skip: refusal },
  async () => {
    const byteCount = 16 * 1024 * 1024;
    const server = await listen((socket) => {
      const bytes = Buffer.allocUnsafe(byteCount);
      for (let i = 0; i < byteCount; i++) bytes[i] = i % 251;
      socket.end(bytes);
    });
    let at = 0;
    let wrong = 0;
    await new Promise<void>((resolve) => {
      ringConnections(new TrafficMeter(), 1)('127.0.0.1', server.port, {
        onOpen: () => {},
        onBytes: (buffer, start, end) => {
          for (let i = start; i < end; i++) if (buffer[i] !== at++ % 251) wrong++;
        },
        onClose: () => resolve(),
      });
    });
    assert.deepEqual([at, wrong], [byteCount, 0]);
    server.close();
  },
);

const hasIPv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));

test('an address of IPv6 is one too, however it is written', { skip: refusal || !hasIPv6 }, async () => {
  const server = await listen((socket) => socket.end('hello'), '::1');
  for (const host of ['::1', '0:0:0:0:0:0:0:1']) {
    let text = '';
    const opened = await new Promise<boolean>((resolve) =>
      ringConnections(new TrafficMeter(), 1)(host, server.port, {
        onOpen: () => {},
        onBytes: (buffer, start, end) => {
          text += buffer.toString('latin1', start, end);
        },
        onClose: resolve,
      }),
    );
    assert.deepEqual([opened, text], [true, 'hello']);
  }
  server.close();
});
