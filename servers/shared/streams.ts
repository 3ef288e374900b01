/**
 * The two streaming transports without a server: what their responses carry, and when.
 *
 * Both open with bytes that readers skip, because a head may leave only with the first byte of body, and a client
 * must learn that it is subscribed.
 */
import { formatNdjsonUpdate, ndjsonContentType } from '../../contract/wire/ndjson.js';
import {
  formatSseComment,
  formatSseEvent,
  formatSseRetry,
  formatSseUpdate,
  sseContentType,
} from '../../contract/wire/sse.js';
import type { TransportEnd } from './end.js';
import type { UpdateLog } from './log.js';
import type { Batch } from './source.js';

export interface StreamFormat {
  readonly contentType: string;
  /** The first bytes of every stream. */
  readonly greeting: Buffer;
  /** Means nothing, wherever it stands between two updates. */
  readonly filler: Buffer;
  /** The last bytes of a stream that ends because the server stops; null: its end says it all. */
  readonly goodbye: Buffer | null;
  /** Whether a long silence is broken by the filler, so that intermediaries do not cut it. */
  readonly breaksSilence: boolean;
  /** Whether a client that comes back says in `Last-Event-ID` where it was. */
  readonly resumesById: boolean;
  /** One chunk per update. */
  encode(firstSeq: number, updates: readonly string[]): Buffer[];
}

/** How long a browser waits before it reconnects, in ms; their own defaults are 3 to 5 s. */
const retryMs = 1000;

/**
 * One `id` + `data` event per update. The id is the sequence number, so a browser that reconnects says by itself
 * where it was. `event: message` is the default type and is not written: a production server would save it too.
 */
export const sseStream: StreamFormat = {
  contentType: sseContentType,
  greeting: Buffer.from(formatSseRetry(retryMs)),
  filler: Buffer.from(formatSseComment()),
  // An event without data would not be dispatched (WHATWG HTML, 9.2.6).
  goodbye: Buffer.from(formatSseEvent({ event: 'close', data: 'server stopping' })),
  breaksSilence: true,
  resumesById: true,
  encode: (firstSeq, updates) =>
    updates.map((update, i) => Buffer.from(formatSseUpdate(firstSeq + i, update), 'latin1')),
};

/** One JSON string per line. An empty line is nothing to NDJSON readers. */
export const ndjsonStream: StreamFormat = {
  contentType: ndjsonContentType,
  greeting: Buffer.from('\n'),
  filler: Buffer.from('\n'),
  goodbye: null,
  breaksSilence: false,
  resumesById: false,
  encode: (_firstSeq, updates) => updates.map((update) => Buffer.from(formatNdjsonUpdate(update), 'latin1')),
};

/** A subject's open responses of one streaming transport. */
export interface Readers {
  readonly size: number;
  /** The same chunks to every reader. */
  send(chunks: readonly Buffer[]): void;
  /** Ends every response, after one more chunk if there is one. */
  end(last: Buffer | null): void;
}

/** When the open responses of a streaming transport get what. */
export class StreamEnd implements TransportEnd {
  readonly #format: StreamFormat;
  readonly #log: UpdateLog;
  readonly #readers: Readers;
  readonly #silence: NodeJS.Timeout | null;
  #closed = false;

  /** @param heartbeatMs silence after which a format that breaks it sends its filler */
  constructor(format: StreamFormat, log: UpdateLog, readers: Readers, heartbeatMs: number) {
    this.#format = format;
    this.#log = log;
    this.#readers = readers;
    // Refreshed by every publish, so it only runs out after a silence.
    this.#silence = format.breaksSilence ? setInterval(() => readers.send([format.filler]), heartbeatMs) : null;
  }

  /** The server is stopping: nobody may subscribe any more. */
  get closed(): boolean {
    return this.#closed;
  }

  /** What a new reader is sent at once: the greeting, and what it missed if it says since when. */
  opening(since: number | null): Buffer[] {
    const missed = since === null ? [] : this.#log.since(since);
    return [this.#format.greeting, ...this.#format.encode(this.#log.newestSeq - missed.length + 1, missed)];
  }

  publish({ firstSeq, updates }: Batch): void {
    if (this.#readers.size === 0) return;
    this.#readers.send(this.#format.encode(firstSeq, updates));
    this.#silence?.refresh();
  }

  close(): void {
    this.#closed = true;
    if (this.#silence !== null) clearInterval(this.#silence);
    this.#readers.end(this.#format.goodbye);
  }
}
