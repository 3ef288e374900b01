/** What sends one message and waits for its answer, and a socket that counts for it. */
import { connect, type Socket } from 'node:net';
import type { UpstreamArgument } from '../../contract/control.js';

export interface Counts {
  upBytes: number;
  downBytes: number;
  connections: number;
}

export interface Sender {
  readonly counts: Readonly<Counts>;
  /** @throws Error when the connection ends, or the answer is none */
  exchange(message: Buffer): Promise<Buffer>;
}

/** A socket that is open; what it carries is counted where `counts` is given. */
export async function opened(
  { host, port }: UpstreamArgument,
  counts: Counts,
  onBytes: (bytes: Buffer) => void,
): Promise<Socket> {
  counts.connections++;
  const socket = connect({ host, port, noDelay: true });
  socket.on('data', (bytes) => {
    counts.downBytes += bytes.length;
    onBytes(bytes);
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  // A worker that is cut off while it waits for an answer would wait for ever.
  socket.on('error', (error) => {
    throw error;
  });
  return socket;
}

/** The answer to what is under way: one at a time. */
export class Answer {
  #resolve: ((answer: Buffer) => void) | null = null;

  next(): Promise<Buffer> {
    return new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  give(answer: Buffer): void {
    this.#resolve?.(answer);
    this.#resolve = null;
  }
}
