/** Whether a way to sockets works here: tried with real bytes before anything is measured with it. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import type { SocketEngine } from './sockets.js';

/** How long a byte may take to come back over loopback before the attempt is given up. */
const trialTimeoutMs = 2_000;

/** Sends bytes there and back, and sees the end of the connection: all that is ever asked of a socket here. */
export async function echoes(engine: SocketEngine): Promise<boolean> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (bytes) => socket.end(bytes));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const { port } = server.address() as AddressInfo;
    for (const reused of [true, false]) if (!(await echoesOnce(engine, port, reused))) return false;
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}

function echoesOnce(engine: SocketEngine, port: number, reused: boolean): Promise<boolean> {
  const sent = Buffer.from('pushlab');
  return new Promise((resolve) => {
    let received = '';
    const timer = setTimeout(() => settle(false), trialTimeoutMs);
    const settle = (outcome: boolean): void => {
      clearTimeout(timer);
      socket.close();
      resolve(outcome);
    };
    const open = engine.openAt({ address: '127.0.0.1', port, reused });
    const socket = open(
      {
        onOpen: () => {
          if (reused) socket.write(sent);
        },
        onRead: (start, end) => {
          received += engine.readBuffer.toString('latin1', start, end);
        },
        onEnd: () => settle(received === 'pushlab'),
        onError: () => settle(false),
      },
      reused ? null : sent,
    );
  });
}
