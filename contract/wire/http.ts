/**
 * HTTP/1.1 as a client needs it: GET requests out, responses in (RFC 9112).
 *
 * The parser works on bytes as they come, wherever they are cut, and hands on views into the caller's
 * buffer. Framing is strict, because a lenient parser would hide what a broken server sends: line ends
 * are CRLF, a Content-Length is digits, and a message with both framings is refused.
 */
import { WireError } from './errors.js';

interface GetOptions {
  /** Path and query, ASCII. */
  readonly path: string;
  readonly host: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A GET request with `Host` and nothing else but what is asked for. */
export function formatGet({ path, host, headers = {} }: GetOptions): string {
  let head = `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n`;
  for (const name in headers) head += `${name}: ${headers[name]}\r\n`;
  return `${head}\r\n`;
}

/** A POST with `Host`, the length of its body and nothing else; the body follows. */
export function formatPost({ path, host, bodyBytes }: { path: string; host: string; bodyBytes: number }): string {
  return `POST ${path} HTTP/1.1\r\nHost: ${host}\r\nContent-Length: ${bodyBytes}\r\n\r\n`;
}

export interface ResponseHead {
  readonly status: number;
  /** The first field of that (lower-case) name, trimmed. Only valid during `onHead`. */
  header(name: string): string | undefined;
}

/** Views are valid until the callback returns. */
export interface HttpResponseHandler {
  /** Status line and fields are complete. Informational responses (1xx) are skipped, but for 101. */
  onHead(head: ResponseHead): void;
  /** A part of the body, freed from its chunks. */
  onBody(buffer: Buffer, start: number, end: number): void;
  onMessageEnd(keepAlive: boolean): void;
  /** Bytes after a 101: another protocol's. */
  onUpgrade(buffer: Buffer, start: number, end: number): void;
}

interface HttpLimits {
  /** Longest head, trailers included. Default 16 KiB, Node's own. */
  readonly maxHeadBytes: number;
}

type State =
  | 'head'
  | 'length'
  | 'until-close'
  | 'upgraded'
  | 'chunk-size'
  | 'chunk-size-blank'
  | 'chunk-extension'
  | 'chunk-size-lf'
  | 'chunk-data'
  | 'chunk-data-cr'
  | 'chunk-data-lf'
  | 'trailer'
  | 'trailer-lf'
  | 'closed';

const cr = 0x0d;
const lf = 0x0a;
const colon = 0x3a;
const semicolon = 0x3b;
const space = 0x20;
const tab = 0x09;
/** A number of 15 digits is exact. */
const mostLengthDigits = 15;
/** More would pass 2⁵² bytes. */
const mostChunkSizeDigits = 13;

export class HttpResponseParser {
  /** Bytes of status lines and fields so far, over all responses. */
  headBytes = 0;
  readonly #handler: HttpResponseHandler;
  readonly #maxHeadBytes: number;
  #state: State = 'head';
  /** What is here of a head that was cut. */
  #partial: Buffer | null = null;
  #partialLength = 0;
  /** How much of CR LF CR LF the last bytes were. */
  #endMatch = 0;
  #remaining = 0;
  #chunkSizeDigits = 0;
  #trailerLineBytes = 0;
  #trailerHasColon = false;
  #trailerBytes = 0;
  #keepAlive = true;

  constructor(handler: HttpResponseHandler, limits: Partial<HttpLimits> = {}) {
    this.#handler = handler;
    this.#maxHeadBytes = limits.maxHeadBytes ?? 16 * 1024;
  }

  /** True between two messages. */
  get idle(): boolean {
    return this.#state === 'head' && this.#partialLength === 0;
  }

  /**
   * The next bytes of the connection.
   *
   * @throws WireError; the parser is of no use afterwards
   */
  push(buffer: Buffer, start: number, end: number): void {
    let at = start;
    while (at < end) {
      switch (this.#state) {
        case 'head':
          at = this.#takeHead(buffer, at, end);
          break;
        case 'length': {
          const stop = Math.min(end, at + this.#remaining);
          this.#remaining -= stop - at;
          this.#handler.onBody(buffer, at, stop);
          at = stop;
          if (this.#remaining === 0) this.#endMessage();
          break;
        }
        case 'chunk-data': {
          const stop = Math.min(end, at + this.#remaining);
          this.#remaining -= stop - at;
          if (this.#remaining === 0) this.#state = 'chunk-data-cr';
          this.#handler.onBody(buffer, at, stop);
          at = stop;
          break;
        }
        case 'until-close':
          this.#handler.onBody(buffer, at, end);
          return;
        case 'upgraded':
          this.#handler.onUpgrade(buffer, at, end);
          return;
        case 'closed':
          throw new WireError('unexpected', 'bytes after a response that said it was the last');
        case 'chunk-size':
          at = this.#takeChunkSize(buffer, at, end);
          break;
        case 'chunk-data-cr':
          if (at + 1 < end && buffer[at] === cr && buffer[at + 1] === lf) {
            this.#state = 'chunk-size';
            at += 2;
            break;
          }
          this.#takeChunkByte(buffer[at++] as number);
          break;
        default:
          this.#takeChunkByte(buffer[at++] as number);
      }
    }
  }

  /**
   * The connection was closed by the other side.
   *
   * @throws WireError `truncated` when that was inside a message
   */
  end(): void {
    if (this.#state === 'until-close') this.#endMessage();
    else if (!this.idle && this.#state !== 'closed' && this.#state !== 'upgraded')
      throw new WireError('truncated', 'the connection ended inside a response');
  }

  /** Reads up to the empty line that ends a head; returns where it stopped. */
  #takeHead(buffer: Buffer, start: number, end: number): number {
    let match = this.#endMatch;
    let at = start;
    while (at < end) {
      const byte = buffer[at++] as number;
      if (byte === cr && match !== 1 && match !== 3) match = match === 2 ? 3 : 1;
      else if (byte === lf) {
        if (match !== 1 && match !== 3)
          throw new WireError('malformed', 'a line feed without carriage return in a head');
        match++;
        if (match === 4) {
          this.#endMatch = 0;
          this.#completeHead(buffer, start, at);
          return at;
        }
      } else if (match === 1 || match === 3)
        throw new WireError('malformed', 'a carriage return without line feed in a head');
      else if (byte === 0) throw new WireError('malformed', 'a NUL in a head');
      else match = 0;
    }
    this.#endMatch = match;
    this.#keep(buffer, start, end);
    return end;
  }

  #completeHead(buffer: Buffer, start: number, end: number): void {
    let head = buffer;
    let from = start;
    let to = end;
    if (this.#partialLength > 0) {
      this.#keep(buffer, start, end);
      head = this.#partial as Buffer;
      from = 0;
      to = this.#partialLength;
      this.#partialLength = 0;
    } else if (to - from > this.#maxHeadBytes) this.#refuseHead();
    this.headBytes += to - from;
    headView.read(head, from, to);
    this.#beginBody(headView);
  }

  #keep(buffer: Buffer, start: number, end: number): void {
    if (this.#partialLength + end - start > this.#maxHeadBytes) this.#refuseHead();
    this.#partial ??= Buffer.allocUnsafe(this.#maxHeadBytes);
    this.#partialLength += buffer.copy(this.#partial, this.#partialLength, start, end);
  }

  #refuseHead(): never {
    throw new WireError('too-large', `a response head of more than ${this.#maxHeadBytes} bytes`);
  }

  /** Message body length: RFC 9112, 6.3. */
  #beginBody(head: HeadView): void {
    const { status, contentLength, chunked } = head;
    if (status === 101) {
      this.#state = 'upgraded';
      this.#handler.onHead(head);
      return;
    }
    if (status < 200) return;
    this.#keepAlive = head.keepAlive;
    if (status === 204 || status === 304) this.#remaining = 0;
    else if (chunked) {
      this.#state = 'chunk-size';
      this.#chunkSizeDigits = 0;
      this.#remaining = 0;
    } else if (contentLength >= 0) {
      this.#state = 'length';
      this.#remaining = contentLength;
    } else {
      this.#state = 'until-close';
      this.#keepAlive = false;
    }
    const empty = status === 204 || status === 304 || (!chunked && contentLength === 0);
    this.#handler.onHead(head);
    if (empty) this.#endMessage();
  }

  #endMessage(): void {
    this.#state = this.#keepAlive ? 'head' : 'closed';
    this.#handler.onMessageEnd(this.#keepAlive);
  }

  /** A line with nothing but a size, and the chunk behind it, where they are whole in this read; any other byte by byte. */
  #takeChunkSize(buffer: Buffer, start: number, end: number): number {
    let at = start;
    let size = 0;
    if (this.#chunkSizeDigits === 0) {
      for (let digit = 0; at < end; at++) {
        digit = hexValue(buffer[at] as number);
        if (digit < 0) break;
        size = size * 16 + digit;
      }
      const digits = at - start;
      if (size > 0 && digits <= mostChunkSizeDigits && at + 1 < end && buffer[at] === cr && buffer[at + 1] === lf) {
        const data = at + 2;
        const stop = data + size;
        if (stop + 1 < end && buffer[stop] === cr && buffer[stop + 1] === lf) {
          this.#handler.onBody(buffer, data, stop);
          return stop + 2;
        }
        this.#remaining = size;
        this.#state = 'chunk-data';
        return data;
      }
    }
    this.#takeChunkByte(buffer[start] as number);
    return start + 1;
  }

  #takeChunkByte(byte: number): void {
    switch (this.#state) {
      case 'chunk-size': {
        const digit = hexValue(byte);
        if (digit >= 0) {
          if (++this.#chunkSizeDigits > mostChunkSizeDigits)
            throw new WireError('too-large', 'a chunk size of 2⁵² or more');
          this.#remaining = this.#remaining * 16 + digit;
          return;
        }
        if (this.#chunkSizeDigits === 0) throw new WireError('malformed', 'a chunk without a size');
        if (byte === cr) this.#state = 'chunk-size-lf';
        else if (byte === semicolon || isBlank(byte)) {
          this.#trailerBytes = 0;
          this.#state = byte === semicolon ? 'chunk-extension' : 'chunk-size-blank';
        } else throw new WireError('malformed', 'a chunk size that is not hexadecimal');
        return;
      }
      case 'chunk-size-blank':
        if (byte === semicolon) this.#state = 'chunk-extension';
        else if (!isBlank(byte)) throw new WireError('malformed', 'a chunk size followed by no extension');
        if (++this.#trailerBytes > this.#maxHeadBytes) this.#refuseHead();
        return;
      case 'chunk-extension':
        if (byte === cr) this.#state = 'chunk-size-lf';
        else if (byte < space && byte !== tab)
          throw new WireError('malformed', 'a control character in a chunk extension');
        else if (++this.#trailerBytes > this.#maxHeadBytes) this.#refuseHead();
        return;
      case 'chunk-size-lf':
        if (byte !== lf) throw new WireError('malformed', 'a chunk size not followed by CRLF');
        this.#chunkSizeDigits = 0;
        this.#trailerBytes = 0;
        this.#beginTrailerLine();
        this.#state = this.#remaining === 0 ? 'trailer' : 'chunk-data';
        return;
      case 'chunk-data-cr':
        if (byte !== cr) throw new WireError('malformed', 'a chunk longer than its size');
        this.#state = 'chunk-data-lf';
        return;
      case 'chunk-data-lf':
        if (byte !== lf) throw new WireError('malformed', 'a chunk not followed by CRLF');
        this.#state = 'chunk-size';
        return;
      case 'trailer':
        // Trailer fields are of no interest; that they are fields, and where they end, is.
        if (++this.#trailerBytes > this.#maxHeadBytes) this.#refuseHead();
        if (byte === cr) this.#state = 'trailer-lf';
        else if (byte === lf) throw new WireError('malformed', 'a line feed without carriage return in a trailer');
        else {
          if (byte === colon && this.#trailerLineBytes > 0) this.#trailerHasColon = true;
          this.#trailerLineBytes++;
        }
        return;
      case 'trailer-lf':
        if (byte !== lf) throw new WireError('malformed', 'a carriage return without line feed in a trailer');
        if (this.#trailerLineBytes === 0) {
          this.#endMessage();
          return;
        }
        if (!this.#trailerHasColon) throw new WireError('malformed', 'a trailer line that is not a field');
        this.#beginTrailerLine();
        this.#state = 'trailer';
        return;
      default:
        throw new Error(`no chunk byte belongs to state ${this.#state}`);
    }
  }

  #beginTrailerLine(): void {
    this.#trailerLineBytes = 0;
    this.#trailerHasColon = false;
  }
}

/** One head, read where it lies. */
class HeadView implements ResponseHead {
  status = 0;
  /** −1: none given. */
  contentLength = -1;
  chunked = false;
  keepAlive = true;
  /** A field said `close`: that holds whatever other fields say (RFC 9112, 9.3). */
  #close = false;
  #buffer: Buffer = Buffer.alloc(0);
  #fieldsStart = 0;
  #end = 0;

  read(buffer: Buffer, start: number, end: number): void {
    this.#buffer = buffer;
    this.#end = end;
    const minor = this.#readStatusLine(start);
    this.contentLength = -1;
    this.chunked = false;
    this.keepAlive = minor >= 1;
    this.#close = false;
    for (let line = this.#fieldsStart; line < end - 2; ) {
      const lineEnd = endOfLine(buffer, line);
      this.#readField(line, lineEnd);
      line = lineEnd + 2;
    }
    if (this.#close) this.keepAlive = false;
    if (this.chunked && this.contentLength >= 0)
      throw new WireError('malformed', 'a response with both Content-Length and Transfer-Encoding');
  }

  header(name: string): string | undefined {
    for (let line = this.#fieldsStart; line < this.#end - 2; ) {
      const lineEnd = endOfLine(this.#buffer, line);
      if (this.#buffer[line + name.length] === colon && this.#equals(line, name))
        return this.#buffer.toString('latin1', line + name.length + 1, lineEnd).trim();
      line = lineEnd + 2;
    }
    return undefined;
  }

  /** Reads `HTTP/1.x SSS …`; returns x. */
  #readStatusLine(start: number): number {
    const buffer = this.#buffer;
    const lineEnd = endOfLine(buffer, start);
    const minor = (buffer[start + 7] as number) - 0x30;
    const afterStatus = buffer[start + 12];
    let status = 0;
    for (let at = start + 9; at < start + 12; at++) {
      const digit = (buffer[at] as number) - 0x30;
      status = digit >= 0 && digit <= 9 ? status * 10 + digit : Number.NaN;
    }
    if (
      lineEnd - start < 12 ||
      !startsWithHttp1(buffer, start) ||
      (minor !== 0 && minor !== 1) ||
      buffer[start + 8] !== space ||
      !(status >= 100) ||
      (afterStatus !== space && afterStatus !== cr)
    )
      throw new WireError('malformed', `not an HTTP/1 status line: ${show(buffer, start, lineEnd)}`);
    this.status = status;
    this.#fieldsStart = lineEnd + 2;
    return minor;
  }

  #readField(start: number, end: number): void {
    const buffer = this.#buffer;
    let nameEnd = start;
    while (isToken[buffer[nameEnd] as number] === 1) nameEnd++;
    // The colon must be the first byte that no name has: "Content-Length : 2" would else be some other field.
    if (nameEnd === start || buffer[nameEnd] !== colon)
      throw new WireError('malformed', `not a header field: ${show(buffer, start, end)}`);
    // By length first: most fields are none of these.
    switch (nameEnd - start) {
      case 10:
        if (this.#equals(start, 'connection')) this.#readConnection(nameEnd + 1, end);
        return;
      case 14:
        if (this.#equals(start, 'content-length')) this.#readContentLength(nameEnd + 1, end);
        return;
      case 17:
        if (this.#equals(start, 'transfer-encoding')) this.#readTransferEncoding(nameEnd + 1, end);
        return;
    }
  }

  #readContentLength(start: number, end: number): void {
    // Digit by digit: this field is in nearly every response.
    const buffer = this.#buffer;
    let at = start;
    while (at < end && isBlank(buffer[at])) at++;
    let last = end;
    while (last > at && isBlank(buffer[last - 1])) last--;
    let value = last === at || last - at > mostLengthDigits ? Number.NaN : 0;
    for (; at < last; at++) {
      const digit = (buffer[at] as number) - 0x30;
      value = digit >= 0 && digit <= 9 ? value * 10 + digit : Number.NaN;
    }
    if (Number.isNaN(value))
      throw new WireError('malformed', `Content-Length is no number: ${show(buffer, start, end)}`);
    if (this.contentLength >= 0 && this.contentLength !== value)
      throw new WireError('malformed', 'two different Content-Lengths');
    this.contentLength = value;
  }

  #readTransferEncoding(start: number, end: number): void {
    const text = this.#buffer.toString('latin1', start, end).trim().toLowerCase();
    if (text !== 'chunked')
      throw new WireError('unexpected', `Transfer-Encoding ${text.slice(0, 40)} was not asked for`);
    if (this.chunked) throw new WireError('malformed', 'a response chunked twice');
    this.chunked = true;
  }

  #readConnection(start: number, end: number): void {
    const options = this.#buffer.toString('latin1', start, end).toLowerCase();
    if (/(^|[\s,])close([\s,]|$)/.test(options)) this.#close = true;
    else if (/(^|[\s,])keep-alive([\s,]|$)/.test(options)) this.keepAlive = true;
  }

  #equals(start: number, lowerCase: string): boolean {
    for (let i = 0; i < lowerCase.length; i++) {
      const byte = this.#buffer[start + i] as number;
      const lower = byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
      if (lower !== lowerCase.charCodeAt(i)) return false;
    }
    return true;
  }
}

/** One for all parsers: a head is only looked at while it is completed. */
const headView = new HeadView();

/** 1 for each byte that a field name may have: `token` of RFC 9110, 5.6.2. */
const isToken = new Uint8Array(256);
for (const byte of Buffer.from(
  "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
  'latin1',
))
  isToken[byte] = 1;

/** Where the CR of this line is. A complete head has one for every line. */
function endOfLine(buffer: Buffer, start: number): number {
  let at = start;
  while (buffer[at] !== cr) at++;
  return at;
}

function startsWithHttp1(buffer: Buffer, start: number): boolean {
  return (
    buffer[start] === 0x48 &&
    buffer[start + 1] === 0x54 &&
    buffer[start + 2] === 0x54 &&
    buffer[start + 3] === 0x50 &&
    buffer[start + 4] === 0x2f &&
    buffer[start + 5] === 0x31 &&
    buffer[start + 6] === 0x2e
  );
}

function isBlank(byte: number | undefined): boolean {
  return byte === space || byte === tab;
}

function hexValue(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

function show(buffer: Buffer, start: number, end: number): string {
  return JSON.stringify(buffer.toString('latin1', start, Math.min(end, start + 60)));
}
