/**
 * Connections of subscribers over an io_uring (docs/decisions/0024): for a crowd of them, where what each costs the
 * generator in time and memory is what limits the crowd.
 */
import { getSystemErrorName } from 'node:util';
import type { TrafficMeter } from '../traffic.js';
import { findLibc } from '../uring/libc.js';
import { RingLoop } from '../uring/loop.js';
import { type Destination, RingSockets, type RingSocketUser } from '../uring/sockets.js';
import { type Connection, type ConnectionHandler, failureOf, type OpenConnection } from './connection.js';

/** Of what a burst sends to some hundred subscribers at once; a longer read comes in parts. */
export const crowdBuffers = { receiveBuffers: 512, receiveBufferBytes: 8 * 1024 };

/** @throws Error in one line where there is no such ring */
export function ringConnections(traffic: TrafficMeter, connections: number): OpenConnection {
  const libc = findLibc();
  const sockets = new RingSockets(libc, { connections, ...crowdBuffers });
  new RingLoop(libc, sockets);
  const destinations = new Map<string, Destination>();
  return (host, port, handler) => {
    const place = `${host} ${port}`;
    const to = destinations.get(place) ?? sockets.destination(host, port, true);
    destinations.set(place, to);
    return new RingConnection(sockets, traffic, to, handler);
  };
}

class RingConnection implements Connection, RingSocketUser {
  readonly #sockets: RingSockets;
  readonly #traffic: TrafficMeter;
  readonly #handler: ConnectionHandler;
  readonly #slot: number;
  #opened = false;
  #closed = false;

  constructor(sockets: RingSockets, traffic: TrafficMeter, to: Destination, handler: ConnectionHandler) {
    this.#sockets = sockets;
    this.#traffic = traffic;
    this.#handler = handler;
    this.#slot = sockets.open(to, this, null);
    // The handler has not got its connection yet.
    if (this.#slot < 0) queueMicrotask(() => this.#end('descriptors'));
  }

  writeHead(head: string): void {
    if (this.#closed) return;
    this.#traffic.upTotal += head.length;
    this.#traffic.upHeads += head.length;
    this.#sockets.sendCopy(this.#slot, head);
  }

  writeFrame(frame: Buffer): void {
    if (this.#closed) return;
    this.#traffic.upTotal += frame.length;
    this.#sockets.sendCopy(this.#slot, frame);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#slot >= 0) this.#sockets.close(this.#slot);
  }

  onOpen(): void {
    this.#opened = true;
    this.#handler.onOpen();
  }

  onRead(start: number, end: number): void {
    this.#traffic.downTotal += end - start;
    this.#handler.onBytes(this.#sockets.buffer, start, end);
  }

  onEnd(): void {
    this.#sockets.close(this.#slot);
    this.#end('connect');
  }

  /** The slot is free by then, and may be somebody else's. */
  onError(_during: 'connect' | 'read' | 'write', errno: number): void {
    this.#end(failureOf(getSystemErrorName(-errno)));
  }

  #end(why: ReturnType<typeof failureOf>): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#handler.onClose(this.#opened, why);
  }
}
