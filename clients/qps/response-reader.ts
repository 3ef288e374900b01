/**
 * The responses of one connection, out of its bytes as they come: every one parsed in full, and most of them fast.
 *
 * A server under load sends the same head again and again, until its `Date` moves. So a head is compared with the
 * last one that the parser took apart, and where all its bytes are the same, so is what they mean: status, length
 * of the body, whether the connection stays. Any other head, chunked bodies and responses cut by a read go through
 * the parser (contract/wire/http.ts). The trap: the comparison may only begin where a response begins.
 */
import { WireError } from '../../contract/wire/errors.js';
import { HttpResponseParser, type ResponseHead } from '../../contract/wire/http.js';

export interface ResponseSink {
  /** A response is whole. False: it was the last that is wanted of this connection. */
  onResponse(status: number, keepAlive: boolean): boolean;
}

/** Heads that are longer are parsed each time. */
const longestKnownHead = 4096;

/**
 * Heads that go through the parser before any is known. Else V8 has hardly seen that way when it optimizes, and with the
 * first new `Date`, inside the window, throws away the code that reads.
 */
const parsedAtFirst = 500;

/** The last head that came whole with a body of known length: one for all connections of a worker. */
export class KnownHead {
  readonly #words = new Int32Array(longestKnownHead / 4);
  readonly #bytes = new Uint8Array(this.#words.buffer);
  /** The buffer of the reads as words: nearly every response begins at one. */
  readonly #readWords: Int32Array;
  readonly #readBuffer: Buffer;
  #toParse: number;
  headBytes = 0;
  /** Of head and body; 0: no head is known yet. */
  messageBytes = 0;
  status = 0;
  keepAlive = true;

  /** @param toParse heads that go through the parser first, though they could be known */
  constructor(readBuffer: Buffer, toParse = parsedAtFirst) {
    this.#readBuffer = readBuffer;
    this.#toParse = toParse;
    this.#readWords = new Int32Array(readBuffer.buffer, readBuffer.byteOffset, readBuffer.length >> 2);
  }

  /** Whether the bytes from here begin with this head, and the whole body is there too. */
  isAt(at: number, end: number): boolean {
    if (this.messageBytes === 0 || end - at < this.messageBytes) return false;
    let i = 0;
    if ((at & 3) === 0) {
      // Four bytes at a time: half the cost of this function, which runs for every response.
      const words = this.headBytes >> 2;
      const first = at >> 2;
      for (let word = 0; word < words; word++) if (this.#readWords[first + word] !== this.#words[word]) return false;
      i = words << 2;
    }
    for (; i < this.headBytes; i++) if (this.#readBuffer[at + i] !== this.#bytes[i]) return false;
    return true;
  }

  learn(start: number, headBytes: number, bodyBytes: number, status: number, keepAlive: boolean): void {
    if (--this.#toParse > 0) return;
    this.#readBuffer.copy(this.#bytes, 0, start, start + headBytes);
    this.headBytes = headBytes;
    this.messageBytes = headBytes + bodyBytes;
    this.status = status;
    this.keepAlive = keepAlive;
  }
}

export class ResponseReader {
  readonly #buffer: Buffer;
  readonly #known: KnownHead;
  readonly #sink: ResponseSink;
  readonly #parser: HttpResponseParser;
  /** Nothing of a response is held by the parser. */
  #between = true;
  #done = false;
  #status = 0;
  /** Where in this read the response began that the parser is at, or −1: in an earlier one. */
  #startedAt = -1;
  #headBytesBefore = 0;
  #headBytes = 0;
  /** What the head promises; −1 for anything but a length. */
  #bodyBytes = -1;

  /** @param known made for the same buffer */
  constructor(buffer: Buffer, known: KnownHead, sink: ResponseSink) {
    this.#buffer = buffer;
    this.#known = known;
    this.#sink = sink;
    this.#parser = new HttpResponseParser({
      onHead: (head) => this.#onHead(head),
      onBody: () => {},
      onMessageEnd: (keepAlive) => this.#onMessageEnd(keepAlive),
      onUpgrade: () => {
        throw new WireError('unexpected', 'a GET without Upgrade was answered with 101');
      },
    });
  }

  /** Nothing of a response has come yet, or only whole ones. */
  get between(): boolean {
    return this.#between;
  }

  /**
   * Bytes of the buffer are the next ones of the connection.
   *
   * @throws WireError when they are no HTTP response; the reader is of no use afterwards
   */
  read(start: number, end: number): void {
    let at = start;
    if (this.#between) {
      const known = this.#known;
      while (known.isAt(at, end)) {
        at += known.messageBytes;
        // What may follow belongs to no request.
        if (!this.#sink.onResponse(known.status, known.keepAlive)) return;
      }
      if (at === end) return;
    }
    this.#startedAt = this.#between ? at : -1;
    this.#headBytesBefore = this.#parser.headBytes;
    // Until it is known to have ended: whoever looks from inside a callback must not take this reader for a fresh one.
    this.#between = false;
    this.#parser.push(this.#buffer, at, end);
    this.#between = this.#parser.idle && !this.#done;
  }

  /**
   * The other side has closed. Ends a response whose body is ended by just that.
   *
   * @throws WireError `truncated` inside of any other response
   */
  end(): void {
    this.#parser.end();
  }

  #onHead(head: ResponseHead): void {
    this.#status = head.status;
    this.#headBytes = this.#parser.headBytes - this.#headBytesBefore;
    const length = head.header('content-length');
    // The parser has checked that it is digits, and that there is no second framing.
    this.#bodyBytes = length === undefined ? -1 : Number(length);
  }

  #onMessageEnd(keepAlive: boolean): void {
    const status = this.#status;
    if (this.#startedAt >= 0 && this.#bodyBytes >= 0 && this.#headBytes <= longestKnownHead && mayHaveBody(status))
      this.#known.learn(this.#startedAt, this.#headBytes, this.#bodyBytes, status, keepAlive);
    // Later responses of the same read are not learned from: where they began is not known here.
    this.#startedAt = -1;
    if (this.#done) throw new WireError('unexpected', 'a response to no request');
    this.#done = !this.#sink.onResponse(status, keepAlive);
  }
}

/** The others have no body, whatever length they give (RFC 9112, 6.3). */
function mayHaveBody(status: number): boolean {
  return status !== 204 && status !== 304;
}
