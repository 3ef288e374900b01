/**
 * The open responses of a streaming transport (sse, http-stream): fan-out, slow readers, goodbye.
 *
 * Each chunk is encoded once and the same bytes go to everyone; all chunks of a batch leave in one cork,
 * so one system call per reader. Without the cork every chunk is three.
 *
 * uWebSockets.js has no buffered-bytes figure for a response, so what may still be unsent is bounded from
 * above: a `write` that returns false adds its bytes, one that returns true means all before it has left.
 *
 * The trap: a response that once had to wait is on a 10-s timer which only an onWritable handler stops; without
 * one even a reader who has caught up is cut off. But with one the library no longer drains by itself, only
 * the next write does. So the handler writes the filler, which means nothing in the stream's format.
 */
import type { HttpResponse } from 'uWebSockets.js';
import { nowUs } from '../../contract/clock.js';
import type { Counters } from '../shared/end.js';
import type { Readers } from '../shared/streams.js';

/** The library's own timer has cut a stalled reader off (10 s, give or take its 4-s wheel), or it left after as long. */
const stallUs = 6_000_000;

class Reader {
  readonly res: HttpResponse;
  /** Upper bound of the bytes not yet in the kernel. */
  unsentBytes = 0;
  /** When a write last had to wait; 0 while all is sent. */
  stalledAtUs = 0;

  constructor(res: HttpResponse) {
    this.res = res;
  }
}

export class PushResponses implements Readers {
  readonly #counters: Counters;
  readonly #maxBufferedBytes: number;
  readonly #filler: readonly [Uint8Array];
  readonly #readers = new Set<Reader>();
  /** The arguments of `#writeAll`, kept here so that a fan-out makes no closure per reader. */
  #reader: Reader | null = null;
  #chunks: readonly Uint8Array[] = [];

  /** @param filler bytes that every reader of this stream skips; not empty */
  constructor(counters: Counters, maxBufferedBytes: number, filler: Uint8Array) {
    this.#counters = counters;
    this.#maxBufferedBytes = maxBufferedBytes;
    this.#filler = [filler];
  }

  get size(): number {
    return this.#readers.size;
  }

  /** Starts a response whose status and headers are written; at least one chunk, since that sends the head. */
  add(res: HttpResponse, chunks: readonly Uint8Array[]): void {
    const reader = new Reader(res);
    this.#readers.add(reader);
    this.#counters.streams++;
    this.#counters.openStreams++;
    res.onAborted(() => {
      this.#counters.openStreams--;
      this.#readers.delete(reader);
      if (reader.stalledAtUs !== 0 && nowUs() - reader.stalledAtUs > stallUs) this.#counters.droppedSlow++;
    });
    res.onWritable(() => {
      this.#send(reader, this.#filler);
      return true;
    });
    this.#send(reader, chunks);
  }

  /** The same chunks to every reader. A reader whose unsent bytes pass the cap is closed and counted. */
  send(chunks: readonly Uint8Array[]): void {
    for (const reader of this.#readers) this.#send(reader, chunks);
  }

  /**
   * Ends every response, after one more chunk if given.
   *
   * The connection stays open: asked to close it, uWebSockets.js 20 writes a header line into a body
   * that has already begun.
   */
  end(last: Uint8Array | null): void {
    for (const { res } of this.#readers)
      res.cork(() => {
        if (last !== null) res.write(last);
        res.end();
      });
    this.#readers.clear();
  }

  #send(reader: Reader, chunks: readonly Uint8Array[]): void {
    this.#reader = reader;
    this.#chunks = chunks;
    reader.res.cork(this.#writeAll);
    if (reader.unsentBytes <= this.#maxBufferedBytes || reader.stalledAtUs === 0) return;
    this.#counters.droppedSlow++;
    // So that the abort handler, which runs inside close(), does not count it again.
    reader.stalledAtUs = 0;
    reader.res.close();
  }

  readonly #writeAll = (): void => {
    const reader = this.#reader as Reader;
    for (const chunk of this.#chunks) {
      if (reader.res.write(chunk)) {
        // Corked, this chunk may yet have to wait.
        reader.unsentBytes = chunk.length;
        reader.stalledAtUs = 0;
      } else {
        reader.unsentBytes += chunk.length;
        reader.stalledAtUs = nowUs();
      }
    }
  };
}
