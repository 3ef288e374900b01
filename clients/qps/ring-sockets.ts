/**
 * Sockets of an io_uring as the request generator uses them: where the kernel, its confinement and the optional package
 * `koffi` allow it (docs/decisions/0024).
 */
import { getSystemErrorName } from 'node:util';
import { findLibc } from '../uring/libc.js';
import { RingLoop } from '../uring/loop.js';
import { type Destination, type Message, RingSockets, type RingSocketUser } from '../uring/sockets.js';
import { echoes } from './echo.js';
import type { LoadSocket, SocketEngine, SocketUser } from './sockets.js';

/**
 * What fits into a socket's send buffer whatever it is tuned to, so that no send ever has to wait, and the next one
 * cannot overtake it (net.ipv4.tcp_wmem: 16 KiB to begin with).
 */
const mostOutstandingBytes = 8 * 1024;
/** Of a head and a small body, some thousand times; larger responses come in parts. */
const [receiveBuffers, receiveBufferBytes] = [512, 4096];

/**
 * @param outstandingBytes the most that a connection has sent and no answer to
 * @throws Error in one line where there is no such ring, or it does not behave
 */
export async function openRingSockets(connections: number, outstandingBytes: number): Promise<SocketEngine> {
  if (outstandingBytes > mostOutstandingBytes)
    throw new Error(`${outstandingBytes} bytes of requests outstanding, more than a send is sure to take at once`);
  const libc = findLibc();
  const sockets = new RingSockets(libc, { connections, receiveBuffers, receiveBufferBytes });
  const loop = new RingLoop(libc, sockets);
  const keeper = new MessageKeeper(sockets);
  const engine: SocketEngine = {
    calls: 'io_uring',
    readBuffer: sockets.buffer,
    openAt: ({ address, port, reused }) => {
      const to = sockets.destination(address, port, reused);
      return (user, first) => new RingSocket(sockets, keeper, to, user, first);
    },
  };
  if (await echoes(engine)) return engine;
  loop.stop();
  throw new Error('bytes did not come back through the ring');
}

/** Requests are made once and sent again and again: each is kept where the kernel finds it, once. */
class MessageKeeper {
  readonly #sockets: RingSockets;
  readonly #kept = new Map<Buffer, Message>();
  #lastBytes: Buffer | null = null;
  #last: Message | null = null;

  constructor(sockets: RingSockets) {
    this.#sockets = sockets;
  }

  messageOf(bytes: Buffer): Message {
    if (bytes === this.#lastBytes) return this.#last as Message;
    let message = this.#kept.get(bytes);
    if (message === undefined) {
      message = this.#sockets.keep(bytes);
      this.#kept.set(bytes, message);
    }
    this.#lastBytes = bytes;
    this.#last = message;
    return message;
  }
}

class RingSocket implements LoadSocket, RingSocketUser {
  readonly #sockets: RingSockets;
  readonly #keeper: MessageKeeper;
  readonly #user: SocketUser;
  readonly #slot: number;
  #closed = false;

  constructor(sockets: RingSockets, keeper: MessageKeeper, to: Destination, user: SocketUser, first: Buffer | null) {
    this.#sockets = sockets;
    this.#keeper = keeper;
    this.#user = user;
    this.#slot = sockets.open(to, this, first === null ? null : keeper.messageOf(first));
    // The user has not got its socket yet.
    if (this.#slot < 0)
      queueMicrotask(() => {
        if (!this.#closed) user.onError('connect', 'EMFILE');
      });
  }

  write(bytes: Buffer): void {
    if (!this.#closed) this.#sockets.send(this.#slot, this.#keeper.messageOf(bytes));
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#slot >= 0) this.#sockets.close(this.#slot);
  }

  onOpen(): void {
    this.#user.onOpen();
  }

  onRead(start: number, end: number): void {
    this.#user.onRead(start, end);
  }

  onEnd(): void {
    this.#user.onEnd();
  }

  /** The slot is free by then, and may be somebody else's. */
  onError(during: 'connect' | 'read' | 'write', errno: number): void {
    this.#closed = true;
    this.#user.onError(during, getSystemErrorName(-errno));
  }
}
