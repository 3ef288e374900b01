/**
 * Server-Sent Events, both ways: text/event-stream as the WHATWG HTML standard has it
 * (9.2.5 parsing, 9.2.6 interpreting an event stream).
 *
 * The parser reads lines wherever the bytes are cut. An event of one data line that lies whole inside
 * one read is handed on as a view; everything else is assembled in a buffer of the parser's own. The
 * trap is CR: it ends a line by itself, but an LF right after it, perhaps in the next read, belongs to it.
 */
import { defaultMaxUnitBytes, Scratch } from './scratch.js';

export const sseContentType = 'text/event-stream';

/** An update as an event of the default type, with its sequence number as the point to resume from. */
export function formatSseUpdate(seq: number, update: string): string {
  return `id: ${seq}\ndata: ${update}\n\n`;
}

/** How long a client should wait before it reconnects, in ms. */
export function formatSseRetry(reconnectMs: number): string {
  return `retry: ${reconnectMs}\n\n`;
}

/** A comment: keeps intermediaries awake, and means nothing. */
export function formatSseComment(text = ''): string {
  return `:${text}\n\n`;
}

interface SseEventFields {
  readonly event?: string;
  readonly id?: string;
  readonly retry?: number;
  /** Line breaks become several data lines, and come back as LF. */
  readonly data: string;
}

export function formatSseEvent({ event, id, retry, data }: SseEventFields): string {
  let text = '';
  if (event !== undefined) text += `event: ${oneLine('event', event)}\n`;
  if (id !== undefined) text += `id: ${oneLine('id', id)}\n`;
  if (retry !== undefined) text += `retry: ${retry}\n`;
  for (const line of data.split(/\r\n|\r|\n/)) text += `data: ${line}\n`;
  return `${text}\n`;
}

function oneLine(field: string, value: string): string {
  if (/[\r\n]/.test(value)) throw new RangeError(`an SSE ${field} cannot hold a line break: ${JSON.stringify(value)}`);
  return value;
}

export interface SseHandler {
  /** The view is valid until it returns: UTF-8 bytes of the data, its lines joined by LF. */
  onEvent(type: string, buffer: Buffer, start: number, end: number): void;
  onComment?(): void;
}

interface SseLimits {
  /** Longest event, and longest line. */
  readonly maxEventBytes: number;
}

const lf = 0x0a;
const cr = 0x0d;
const colon = 0x3a;
const space = 0x20;
const defaultType = 'message';
/** Beyond this many bytes of a line, one native search is quicker than looking at each byte. */
const shortLineBytes = 24;
/** As long as the longest header that servers commonly take: an id is sent back in one. */
const maxIdBytes = 8 * 1024;

export class SseParser {
  readonly #handler: SseHandler;
  readonly #line: Scratch;
  readonly #data: Scratch;
  #hasData = false;
  /** The data line of this event lies in the caller's buffer from here to there; −1: not there. */
  #viewStart = -1;
  #viewEnd = -1;
  #type = '';
  /** Bytes of ids: decoded only when somebody asks, which is once per reconnect. */
  #id = new Scratch(maxIdBytes, 'an event id');
  #hasId = false;
  #lastId = new Scratch(maxIdBytes, 'an event id');
  #reconnectMs: number | null = null;
  #afterCr = false;
  /** Bytes of a byte order mark seen so far; 3 once the stream is past where one may be. */
  #bom = 0;

  constructor(handler: SseHandler, limits: Partial<SseLimits> = {}) {
    const maxBytes = limits.maxEventBytes ?? defaultMaxUnitBytes;
    this.#handler = handler;
    this.#line = new Scratch(maxBytes, 'a line of an event stream');
    this.#data = new Scratch(maxBytes, 'an event');
  }

  /** The id of the newest event, to resume from; '' before the first. */
  get lastEventId(): string {
    return this.#lastId.buffer.toString('utf8', 0, this.#lastId.length);
  }

  /** What the newest `retry` field asked for, in ms; null: none did. */
  get reconnectMs(): number | null {
    return this.#reconnectMs;
  }

  /** Bytes here of an event that is not whole. */
  get pendingBytes(): number {
    return this.#line.length + this.#data.length;
  }

  /** A new connection begins: an unfinished event is dropped, the id and retry stay. */
  reset(): void {
    this.#line.clear();
    this.#clearEvent();
    this.#afterCr = false;
    this.#bom = 0;
  }

  /** @throws WireError `too-large` */
  push(buffer: Buffer, start: number, end: number): void {
    let lineStart = this.#bom === 3 ? start : this.#skipBom(buffer, start, end);
    if (lineStart < end && this.#afterCr) {
      this.#afterCr = false;
      if (buffer[lineStart] === lf) lineStart++;
    }
    let nextCr = -1;
    // A search has no end of its own, and behind this read lies all that earlier ones left in the buffer.
    let searched: Buffer | null = end === buffer.length ? buffer : null;
    for (let at = lineStart; at < end; at++) {
      if (at - lineStart === shortLineBytes) {
        searched ??= buffer.subarray(0, end);
        if (nextCr < at) nextCr = indexOrEnd(searched, cr, at);
        at = Math.min(nextCr, indexOrEnd(searched, lf, at));
        if (at === end) break;
      }
      const byte = buffer[at] as number;
      // Nearly every byte is above both: one comparison for it.
      if (byte > cr || (byte !== lf && byte !== cr)) continue;
      if (this.#line.length === 0) {
        this.#line.check(at - lineStart);
        this.#takeLine(buffer, lineStart, at, true);
      } else {
        this.#line.append(buffer, lineStart, at);
        const { length } = this.#line;
        this.#line.clear();
        this.#takeLine(this.#line.buffer, 0, length, false);
      }
      if (byte === cr) {
        if (at + 1 === end) this.#afterCr = true;
        else if (buffer[at + 1] === lf) at++;
      }
      lineStart = at + 1;
    }
    if (lineStart < end) this.#line.append(buffer, lineStart, end);
    // The caller's buffer is about to be reused: data of an unfinished event must move.
    this.#saveView(buffer);
  }

  #skipBom(buffer: Buffer, start: number, end: number): number {
    const mark = [0xef, 0xbb, 0xbf];
    for (let at = start; at < end; at++) {
      if (buffer[at] !== mark[this.#bom]) {
        // Not a mark after all: what looked like one is the beginning of the first line.
        for (let i = 0; i < this.#bom; i++) this.#line.appendByte(mark[i] as number);
        this.#bom = 3;
        return at;
      }
      this.#bom++;
      if (this.#bom === 3) return at + 1;
    }
    return end;
  }

  /** @param inPlace whether the line lies in the caller's buffer */
  #takeLine(buffer: Buffer, start: number, end: number, inPlace: boolean): void {
    if (start === end) {
      this.#dispatch(buffer);
      return;
    }
    let nameEnd = start;
    while (nameEnd < end && buffer[nameEnd] !== colon) nameEnd++;
    if (nameEnd === start) {
      this.#handler.onComment?.();
      return;
    }
    let valueStart = Math.min(end, nameEnd + 1);
    if (valueStart < end && buffer[valueStart] === space) valueStart++;
    switch (nameEnd - start) {
      case 2:
        if (is(buffer, start, 'id')) this.#takeId(buffer, valueStart, end);
        return;
      case 4:
        if (is(buffer, start, 'data')) this.#takeData(buffer, valueStart, end, inPlace);
        return;
      case 5:
        if (is(buffer, start, 'event')) this.#type = buffer.toString('utf8', valueStart, end);
        else if (is(buffer, start, 'retry')) this.#takeRetry(buffer, valueStart, end);
        return;
    }
  }

  #takeData(buffer: Buffer, start: number, end: number, inPlace: boolean): void {
    if (!this.#hasData && inPlace) {
      this.#hasData = true;
      this.#viewStart = start;
      this.#viewEnd = end;
      return;
    }
    // Only the first line of a read can be assembled elsewhere, and views are saved at the end of each
    // read: a pending view lies in this very buffer.
    this.#saveView(buffer);
    if (this.#hasData) this.#data.appendByte(lf);
    this.#hasData = true;
    this.#data.append(buffer, start, end);
  }

  #saveView(buffer: Buffer): void {
    if (this.#viewStart < 0) return;
    this.#data.append(buffer, this.#viewStart, this.#viewEnd);
    this.#viewStart = -1;
  }

  #takeId(buffer: Buffer, start: number, end: number): void {
    for (let at = start; at < end; at++) if (buffer[at] === 0) return;
    this.#id.clear();
    this.#id.append(buffer, start, end);
    this.#hasId = true;
  }

  #takeRetry(buffer: Buffer, start: number, end: number): void {
    let value = 0;
    for (let at = start; at < end; at++) {
      const digit = (buffer[at] as number) - 0x30;
      if (digit < 0 || digit > 9) return;
      value = value * 10 + digit;
    }
    if (end > start && Number.isSafeInteger(value)) this.#reconnectMs = value;
  }

  /** @param buffer where the empty line was found, and with it any pending view */
  #dispatch(buffer: Buffer): void {
    if (this.#hasId) {
      // Not by destructuring, which goes through iterators.
      const older = this.#lastId;
      this.#lastId = this.#id;
      this.#id = older;
      this.#hasId = false;
    }
    if (!this.#hasData) {
      this.#type = '';
      return;
    }
    const type = this.#type === '' ? defaultType : this.#type;
    if (this.#viewStart >= 0) {
      const start = this.#viewStart;
      const end = this.#viewEnd;
      this.#clearEvent();
      this.#handler.onEvent(type, buffer, start, end);
    } else {
      const { length } = this.#data;
      this.#clearEvent();
      this.#handler.onEvent(type, this.#data.buffer, 0, length);
    }
  }

  #clearEvent(): void {
    this.#hasData = false;
    this.#viewStart = -1;
    this.#data.clear();
    this.#type = '';
    this.#hasId = false;
  }
}

function indexOrEnd(buffer: Buffer, byte: number, start: number): number {
  const found = buffer.indexOf(byte, start);
  return found < 0 ? buffer.length : found;
}

function is(buffer: Buffer, start: number, name: string): boolean {
  for (let i = 0; i < name.length; i++) if (buffer[start + i] !== name.charCodeAt(i)) return false;
  return true;
}
