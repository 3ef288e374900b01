/**
 * The open responses of a streaming transport (sse, http-stream): fan-out, slow readers, goodbye.
 *
 * Node writes a chunk as four pieces (size, line end, bytes, line end). The cork on the socket joins them, and all
 * chunks of a batch, into one system call per reader. It is the socket's and not the response's: a corked response
 * would join a batch into one HTTP chunk, and bytes per update would depend on how updates happen to fall together.
 */
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Counters } from '../shared/end.js';
import type { Readers } from '../shared/streams.js';

interface Reader {
  readonly res: ServerResponse;
  /** Of its own: a response that waits behind others of its connection has none yet. */
  readonly socket: Socket;
}

export class PushResponses implements Readers {
  readonly #counters: Counters;
  readonly #maxBufferedBytes: number;
  readonly #readers = new Set<Reader>();

  constructor(counters: Counters, maxBufferedBytes: number) {
    this.#counters = counters;
    this.#maxBufferedBytes = maxBufferedBytes;
  }

  get size(): number {
    return this.#readers.size;
  }

  /** Starts a response whose status and headers are written. */
  add(res: ServerResponse, socket: Socket, chunks: readonly Uint8Array[]): void {
    const reader: Reader = { res, socket };
    this.#readers.add(reader);
    this.#counters.streams++;
    this.#counters.openStreams++;
    res.once('close', () => {
      this.#readers.delete(reader);
      this.#counters.openStreams--;
    });
    // A write to one who has just left; 'close' says the rest.
    res.on('error', () => {});
    this.#send(reader, chunks);
  }

  /** The same chunks to every reader. A reader whose unsent bytes pass the cap is closed and counted. */
  send(chunks: readonly Uint8Array[]): void {
    for (const reader of this.#readers) this.#send(reader, chunks);
  }

  /** Ends every response, after one more chunk if there is one. */
  end(last: Uint8Array | null): void {
    for (const { res } of this.#readers)
      if (last === null) res.end();
      else res.end(last);
    this.#readers.clear();
  }

  #send(reader: Reader, chunks: readonly Uint8Array[]): void {
    const { res, socket } = reader;
    socket.cork();
    for (const chunk of chunks) res.write(chunk);
    socket.uncork();
    if (res.writableLength <= this.#maxBufferedBytes) return;
    this.#counters.droppedSlow++;
    // Now: 'close' comes later, and until then it would be counted again.
    this.#readers.delete(reader);
    socket.destroy();
  }
}
