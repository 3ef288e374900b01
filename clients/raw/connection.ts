/**
 * One TCP connection of a subscriber, and the way to it through libuv: read into a buffer that all connections share.
 *
 * Node's `onread` option hands over each read synchronously, so one buffer serves any number of
 * sockets and nothing is allocated per read. The trap: bytes are gone once the handler returns.
 */
import { connect, type Socket } from 'node:net';
import type { ErrorKind } from '../../contract/trial.js';
import type { TrafficMeter } from '../traffic.js';

export interface ConnectionHandler {
  onOpen(): void;
  onBytes(buffer: Buffer, start: number, end: number): void;
  /** Once, whoever ended it; never after `close()`. `why` it was not opened, where it was not. */
  onClose(opened: boolean, why: ConnectFailure): void;
}

export type ConnectFailure = Extract<ErrorKind, 'connect' | 'descriptors' | 'ports'>;

export interface Connection {
  /** Sends a request head: ASCII. */
  writeHead(head: string): void;
  /** Sends a frame (WebSocket control). */
  writeFrame(frame: Buffer): void;
  close(): void;
}

/** @param host an IP address */
export type OpenConnection = (host: string, port: number, handler: ConnectionHandler) => Connection;

const sharedReadBuffer = Buffer.allocUnsafe(64 * 1024);

export function libuvConnections(traffic: TrafficMeter): OpenConnection {
  return (host, port, handler) => new LibuvConnection(host, port, traffic, handler);
}

class LibuvConnection implements Connection {
  readonly #socket: Socket;
  readonly #traffic: TrafficMeter;
  #closed = false;
  #opened = false;

  constructor(host: string, port: number, traffic: TrafficMeter, handler: ConnectionHandler) {
    this.#traffic = traffic;
    this.#socket = connect({
      host,
      port,
      // Nagle would hold a poll back behind the acknowledgement of the last one.
      noDelay: true,
      onread: {
        buffer: sharedReadBuffer,
        callback: (byteCount) => {
          if (this.#closed) return false;
          traffic.downTotal += byteCount;
          handler.onBytes(sharedReadBuffer, 0, byteCount);
          return true;
        },
      },
    });
    this.#socket.on('connect', () => {
      this.#opened = true;
      handler.onOpen();
    });
    let why: ConnectFailure = 'connect';
    // 'close' follows every 'error', and is where the handler hears of it.
    this.#socket.on('error', (error: NodeJS.ErrnoException) => {
      why = failureOf(error.code);
    });
    this.#socket.on('close', () => {
      if (this.#closed) return;
      this.#closed = true;
      handler.onClose(this.#opened, why);
    });
  }

  writeHead(head: string): void {
    // One byte per character: heads are ASCII.
    this.#traffic.upTotal += head.length;
    this.#traffic.upHeads += head.length;
    this.#socket.write(head, 'latin1');
  }

  writeFrame(frame: Buffer): void {
    this.#traffic.upTotal += frame.length;
    this.#socket.write(frame);
  }

  close(): void {
    this.#closed = true;
    this.#socket.destroy();
  }
}

/** @param code such as EMFILE */
export function failureOf(code: string | undefined): ConnectFailure {
  // Of this process and of the whole machine (socket(2)).
  if (code === 'EMFILE' || code === 'ENFILE') return 'descriptors';
  // Every local port already leads to this address and port (connect(2)).
  if (code === 'EADDRNOTAVAIL') return 'ports';
  return 'connect';
}
