/**
 * Server-Sent Events, both ways: text/event-stream as the WHATWG HTML standard has it
 * (9.2.5 parsing, 9.2.6 interpreting an event stream).
 *
 * The parser reads lines wherever the bytes are cut. An event of one data line that lies whole inside
 * one read is handed on as a view; everything else is assembled in a buffer of the parser's own. The
 * trap is CR: it ends a line by itself, but an LF right after it, perhaps in the next read, belongs to it.
 */
import { WireError } from './errors.js';
import { defaultMaxUnitBytes, Scratch } from './scratch.js';
import { firstBelow16, longBytes, wordsOf } from './words.js';

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
const zero = 0x30;
const defaultType = 'message';
/** `data` and `id:`, as words of a view are read here: the first byte is the lowest. */
const dataWord = 0x61746164;
const [lowThreeBytes, idColon] = [0xffffff, 0x3a6469];
/** As long as the longest header that servers commonly take: an id is sent back in one. */
const maxIdBytes = 8 * 1024;

/** Digits that are one number's own, and small enough to be exact, come back as they were. */
const mostIdDigits = 15;

const noBytes = Buffer.alloc(0);

/** −1: these bytes are not the one way in which a number is written. */
function readNumber(buffer: Buffer, start: number, end: number): number {
  if (start === end || end - start > mostIdDigits || (buffer[start] === zero && end - start > 1)) return -1;
  let value = 0;
  for (let at = start; at < end; at++) {
    const digit = (buffer[at] as number) - zero;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

export class SseParser {
  readonly #handler: SseHandler;
  readonly #maxBytes: number;
  /** Null until one is cut: of ten thousand parsers most never have a line or an event to assemble. */
  #line: Scratch | null = null;
  #data: Scratch | null = null;
  #hasData = false;
  /** The data line of this event lies in the caller's buffer from here to there; −1: not there. */
  #viewStart = -1;
  #viewEnd = -1;
  #type = '';
  /**
   * Ids are numbers where they are written as such, as ours are: bytes would take a buffer in every parser. −1: not a number,
   * and then as bytes beside it. Decoded only when somebody asks, which is once per reconnect.
   */
  #id = -1;
  #idBytes = noBytes;
  #hasId = false;
  #lastId = -1;
  #lastIdBytes = noBytes;
  #reconnectMs: number | null = null;
  #afterCr = false;
  /** Bytes of a byte order mark seen so far; 3 once the stream is past where one may be. */
  #bom = 0;

  constructor(handler: SseHandler, limits: Partial<SseLimits> = {}) {
    this.#handler = handler;
    this.#maxBytes = limits.maxEventBytes ?? defaultMaxUnitBytes;
  }

  get #lines(): Scratch {
    this.#line ??= new Scratch(this.#maxBytes, 'a line of an event stream');
    return this.#line;
  }

  get #events(): Scratch {
    this.#data ??= new Scratch(this.#maxBytes, 'an event');
    return this.#data;
  }

  /** The id of the newest event, to resume from; '' before the first. */
  get lastEventId(): string {
    return this.#lastId >= 0 ? String(this.#lastId) : this.#lastIdBytes.toString('utf8');
  }

  /** What the newest `retry` field asked for, in ms; null: none did. */
  get reconnectMs(): number | null {
    return this.#reconnectMs;
  }

  /** Bytes here of an event that is not whole. */
  get pendingBytes(): number {
    return (this.#line?.length ?? 0) + (this.#data?.length ?? 0);
  }

  /** A new connection begins: an unfinished event is dropped, the id and retry stay. */
  reset(): void {
    this.#line?.clear();
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
      const near = Math.min(end, lineStart + longBytes);
      if (at < near) at = firstBelow16(buffer, at, near);
      if (at === end) break;
      if (at >= lineStart + longBytes) {
        searched ??= buffer.subarray(0, end);
        if (nextCr < at) nextCr = indexOrEnd(searched, cr, at);
        at = Math.min(nextCr, indexOrEnd(searched, lf, at));
        if (at === end) break;
      }
      const byte = buffer[at] as number;
      if (byte !== lf && byte !== cr) continue;
      const cut = this.#line;
      if (cut === null || cut.length === 0) {
        if (at - lineStart > this.#maxBytes) this.#lines.check(at - lineStart);
        this.#takeLine(buffer, lineStart, at, true);
      } else {
        cut.append(buffer, lineStart, at);
        const { length } = cut;
        cut.clear();
        this.#takeLine(cut.buffer, 0, length, false);
      }
      if (byte === cr) {
        if (at + 1 === end) this.#afterCr = true;
        else if (buffer[at + 1] === lf) at++;
      }
      lineStart = at + 1;
    }
    if (lineStart < end) this.#lines.append(buffer, lineStart, end);
    // The caller's buffer is about to be reused: data of an unfinished event must move.
    this.#saveView(buffer);
  }

  #skipBom(buffer: Buffer, start: number, end: number): number {
    const mark = [0xef, 0xbb, 0xbf];
    for (let at = start; at < end; at++) {
      if (buffer[at] !== mark[this.#bom]) {
        // Not a mark after all: what looked like one is the beginning of the first line.
        for (let i = 0; i < this.#bom; i++) this.#lines.appendByte(mark[i] as number);
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
    // The two fields of nearly every line, known by their first bytes.
    if (end - start > 4) {
      const word = wordsOf(buffer).getInt32(start, true);
      const isData = word === dataWord && buffer[start + 4] === colon;
      if (isData || (word & lowThreeBytes) === idColon) {
        const value = start + (isData ? 5 : 3);
        const valueStart = value < end && buffer[value] === space ? value + 1 : value;
        if (isData) this.#takeData(buffer, valueStart, end, inPlace);
        else this.#takeId(buffer, valueStart, end);
        return;
      }
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
    if (this.#hasData) this.#events.appendByte(lf);
    this.#hasData = true;
    this.#events.append(buffer, start, end);
  }

  #saveView(buffer: Buffer): void {
    if (this.#viewStart < 0) return;
    this.#events.append(buffer, this.#viewStart, this.#viewEnd);
    this.#viewStart = -1;
  }

  #takeId(buffer: Buffer, start: number, end: number): void {
    const number = readNumber(buffer, start, end);
    if (number < 0) for (let at = start; at < end; at++) if (buffer[at] === 0) return;
    if (end - start > maxIdBytes) throw new WireError('too-large', `an event id of more than ${maxIdBytes} bytes`);
    this.#id = number;
    if (number < 0) this.#idBytes = Buffer.from(buffer.subarray(start, end));
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
      this.#lastId = this.#id;
      this.#lastIdBytes = this.#id < 0 ? this.#idBytes : noBytes;
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
      const { buffer: assembled, length } = this.#events;
      this.#clearEvent();
      this.#handler.onEvent(type, assembled, 0, length);
    }
  }

  #clearEvent(): void {
    this.#hasData = false;
    this.#viewStart = -1;
    this.#data?.clear();
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
