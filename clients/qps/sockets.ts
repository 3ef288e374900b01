/**
 * A TCP socket as the request generator uses it, and the documented way to one: `net.Socket`.
 *
 * The other ways are in bare-sockets.ts and ring-sockets.ts. One buffer serves all sockets, because each read is handed over
 * synchronously. The trap: bytes are gone once the handler returns.
 */
import { connect, type Socket } from 'node:net';
import type { SocketCalls } from '../../contract/qps.js';

/** Called synchronously. */
export interface SocketUser {
  onOpen(): void;
  /** Bytes are in the engine's buffer until it returns. */
  onRead(start: number, end: number): void;
  /** The other side has sent its last byte. */
  onEnd(): void;
  /** Once, and nothing after it. @param code such as ECONNRESET */
  onError(during: 'connect' | 'read' | 'write', code: string): void;
}

export interface LoadSocket {
  /** All of it: requests are far smaller than a socket's buffer. */
  write(bytes: Buffer): void;
  /** No call of the user follows. */
  close(): void;
}

export interface SocketPlace {
  /** An IP address. */
  readonly address: string;
  readonly port: number;
  /** More than one request goes over a connection. */
  readonly reused: boolean;
}

/** @param first written as soon as the connection stands; null: nothing */
export type OpenSocket = (user: SocketUser, first: Buffer | null) => LoadSocket;

/** A way to sockets. */
export interface SocketEngine {
  readonly calls: SocketCalls;
  /** What is read is here. */
  readonly readBuffer: Buffer;
  openAt(place: SocketPlace): OpenSocket;
}

/** One for all sockets of libuv: each read is handled before the next. From its own memory, so that it can be seen as words. */
export const readBuffer = Buffer.from(new ArrayBuffer(64 * 1024));

export const documentedSockets: SocketEngine = {
  calls: 'documented',
  readBuffer,
  openAt: (place) => (user, first) => new DocumentedSocket(place, user, first),
};

class DocumentedSocket implements LoadSocket {
  readonly #socket: Socket;
  #closed = false;

  constructor({ address, port, reused }: SocketPlace, user: SocketUser, first: Buffer | null) {
    let opened = false;
    this.#socket = connect({
      host: address,
      port,
      // Nagle would hold a request back behind the acknowledgement of the last one; a first request has none before it.
      noDelay: reused,
      onread: {
        buffer: readBuffer,
        callback: (byteCount) => {
          if (!this.#closed) user.onRead(0, byteCount);
          return !this.#closed;
        },
      },
    });
    this.#socket.on('connect', () => {
      opened = true;
      if (first !== null) this.write(first);
      user.onOpen();
    });
    this.#socket.on('end', () => {
      if (!this.#closed) user.onEnd();
    });
    this.#socket.on('error', (error: NodeJS.ErrnoException) => {
      if (this.#closed) return;
      this.#closed = true;
      const during = !opened ? 'connect' : error.syscall === 'write' ? 'write' : 'read';
      user.onError(during, error.code ?? error.message);
    });
  }

  write(bytes: Buffer): void {
    this.#socket.write(bytes);
  }

  close(): void {
    this.#closed = true;
    this.#socket.destroy();
  }
}
