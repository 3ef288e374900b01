/**
 * Receivers that the push clients are set against in `npm run bench:generator`: one process, many connections, and as
 * little as can be done with them.
 *
 * `bare` reads and throws away: what the sockets alone cost in Node. Like our crowds it takes sockets of an io_uring where
 * there is one; `bare-libuv` never does. `ws` and `eventsource` are the packages as their documentation shows them, with a
 * handler that counts. Started with one JSON argument and an IPC channel.
 */
import { connect } from 'node:net';
import { EventSource } from 'eventsource';
import { WebSocket } from 'ws';
import { crowdBuffers } from '../../clients/raw/ring-connections.js';
import { findLibc } from '../../clients/uring/libc.js';
import { RingLoop } from '../../clients/uring/loop.js';
import { RingSockets, type RingSocketUser } from '../../clients/uring/sockets.js';
import { nowUs } from '../../contract/clock.js';
import { transports } from '../../contract/transports.js';
import { formatGet } from '../../contract/wire/http.js';
import { formatUpgrade } from '../../contract/wire/websocket.js';

export interface ReceiverArgument {
  readonly kind: 'bare' | 'bare-libuv' | 'ws' | 'eventsource';
  readonly transport: 'sse' | 'websocket';
  readonly host: string;
  readonly connections: number;
}
export type ToReceiver =
  | { type: 'connect'; port: number }
  | { type: 'count'; windowStartUs: number; windowEndUs: number };
export type FromReceiver =
  | { type: 'loaded' }
  | { type: 'ready' }
  /** `deliveries` are events or messages; for `bare` there is none, and bytes stand for them. */
  | { type: 'counted'; deliveries: number; bytes: number; elapsedUs: number };

/** Connections being opened at one time: below the smallest listen backlog in use. */
const connectsAtOnce = 100;

const argument = JSON.parse(process.argv[2] ?? '') as ReceiverArgument;
const buffer = Buffer.allocUnsafe(64 * 1024);
let deliveries = 0;
let bytes = 0;
let opened = 0;
let begun = 0;
let port = 0;
let open = (): unknown => undefined;

process.on('disconnect', () => process.exit(0));
process.on('message', (message: ToReceiver) => {
  if (message.type === 'connect') connectAll(message.port);
  else count(message.windowStartUs, message.windowEndUs);
});
say({ type: 'loaded' });

function count(windowStartUs: number, windowEndUs: number): void {
  at(windowStartUs, () => {
    const before = { deliveries, bytes, atUs: nowUs() };
    at(windowEndUs, () =>
      say({
        type: 'counted',
        deliveries: deliveries - before.deliveries,
        bytes: bytes - before.bytes,
        elapsedUs: nowUs() - before.atUs,
      }),
    );
  });
}

function connectAll(toPort: number): void {
  port = toPort;
  open = {
    bare: bareOpener,
    'bare-libuv': () => openBareLibuv,
    ws: () => openWs,
    eventsource: () => openEventSource,
  }[argument.kind]();
  for (let i = 0; i < connectsAtOnce; i++) openNext();
}

function openNext(): void {
  if (begun === argument.connections) return;
  begun++;
  open();
}

function becameOpen(): void {
  opened++;
  if (opened === argument.connections) say({ type: 'ready' });
  else openNext();
}

/** As `clients/raw/ring-connections.ts` has them, without a connection's object or handler. */
function bareOpener(): () => void {
  try {
    const libc = findLibc();
    const sockets = new RingSockets(libc, { connections: argument.connections, ...crowdBuffers });
    new RingLoop(libc, sockets);
    const to = sockets.destination(argument.host, port, true);
    const head = sockets.keep(Buffer.from(requestHead(), 'latin1'));
    return () => sockets.open(to, new BareUser(), head);
  } catch {
    // Ours has libuv's too, then.
    return openBareLibuv;
  }
}

class BareUser implements RingSocketUser {
  #isOpen = false;

  onOpen(): void {}

  onRead(start: number, end: number): void {
    bytes += end - start;
    if (this.#isOpen) return;
    this.#isOpen = true;
    becameOpen();
  }

  onEnd(): void {
    throw new Error('the server ended a connection');
  }

  onError(during: string, errno: number): void {
    throw new Error(`${during}: errno ${errno}`);
  }
}

function requestHead(): string {
  const { transport, host } = argument;
  const path = transports[transport].path;
  return transport === 'sse'
    ? formatGet({ path, host })
    : formatUpgrade({ path, host, key: Buffer.alloc(16).toString('base64') });
}

function openBareLibuv(): void {
  const { host } = argument;
  let isOpen = false;
  const socket = connect({
    host,
    port,
    noDelay: true,
    onread: {
      buffer,
      callback: (byteCount) => {
        bytes += byteCount;
        if (!isOpen) {
          isOpen = true;
          becameOpen();
        }
        return true;
      },
    },
  });
  socket.on('connect', () => socket.write(requestHead()));
}

function openWs(): void {
  const { host } = argument;
  const socket = new WebSocket(`ws://${host}:${port}${transports.websocket.path}`, { perMessageDeflate: false });
  socket.on('open', becameOpen);
  socket.on('message', () => deliveries++);
}

function openEventSource(): void {
  const { host } = argument;
  const source = new EventSource(`http://${host}:${port}${transports.sse.path}`);
  source.addEventListener('open', becameOpen);
  source.addEventListener('message', () => deliveries++);
}

function at(timeUs: number, action: () => void): void {
  setTimeout(action, Math.max(0, (timeUs - nowUs()) / 1000));
}

function say(message: FromReceiver): void {
  process.send?.(message);
}
