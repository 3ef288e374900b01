/**
 * WebSocket (RFC 6455) as a subscriber needs it: the upgrade request and masked frames out,
 * unmasked frames in. No extensions: what would be compressed on one transport must be so on all.
 *
 * Checked as a browser checks: reserved bits, opcodes, masks, lengths, fragmentation, close codes, UTF-8.
 */
import { isUtf8 } from 'node:buffer';
import * as crypto from 'node:crypto';
import { WireError } from './errors.js';
import { defaultMaxUnitBytes, Scratch } from './scratch.js';
import { isAscii, longBytes } from './words.js';

export const opcodes = { continuation: 0x0, text: 0x1, binary: 0x2, close: 0x8, ping: 0x9, pong: 0xa } as const;
type Opcode = (typeof opcodes)[keyof typeof opcodes];

/** RFC 6455, 1.3. */
const acceptGuid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

interface UpgradeOptions {
  readonly path: string;
  readonly host: string;
  /** 16 random bytes in base64. */
  readonly key: string;
}

/** The opening handshake, with the fields that RFC 6455 4.1 requires and no others. */
export function formatUpgrade({ path, host, key }: UpgradeOptions): string {
  return (
    `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
    `Sec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: 13\r\n\r\n`
  );
}

/** The Sec-WebSocket-Accept that answers a key. */
export function acceptFor(key: string): string {
  return sha1(key + acceptGuid);
}

/** In one call where Node has it (20.12): native memory of an object for each handshake comes back late, and in pieces. */
const sha1: (text: string) => string =
  typeof crypto.hash === 'function'
    ? (text) => crypto.hash('sha1', text, 'base64')
    : (text) => crypto.createHash('sha1').update(text).digest('base64');

/** One unfragmented frame from client to server. @param mask 4 unpredictable bytes */
export function formatClientFrame(opcode: Opcode, payload: Uint8Array, mask: Uint8Array): Buffer {
  const { length } = payload;
  const lengthBytes = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  const frame = Buffer.allocUnsafe(2 + lengthBytes + 4 + length);
  frame[0] = 0x80 | opcode;
  frame[1] = 0x80 | (lengthBytes === 0 ? length : lengthBytes === 2 ? 126 : 127);
  if (lengthBytes === 2) frame.writeUInt16BE(length, 2);
  else if (lengthBytes === 8) frame.writeBigUInt64BE(BigInt(length), 2);
  frame.set(mask.subarray(0, 4), 2 + lengthBytes);
  const start = 6 + lengthBytes;
  for (let i = 0; i < length; i++) frame[start + i] = (payload[i] as number) ^ (mask[i & 3] as number);
  return frame;
}

/** Views are valid until the callback returns. */
export interface WebSocketHandler {
  onMessage(isText: boolean, buffer: Buffer, start: number, end: number): void;
  onPing(buffer: Buffer, start: number, end: number): void;
  onPong(buffer: Buffer, start: number, end: number): void;
  /** @param code 1005 when the frame named none */
  onClose(code: number, reason: string): void;
}

interface WebSocketLimits {
  readonly maxMessageBytes: number;
}

type State = 'first-byte' | 'second-byte' | 'extended-length' | 'payload' | 'closed';

const mostControlBytes = 125;
/** First bytes of a message's only frame. */
const [wholeText, wholeBinary] = [0x80 | opcodes.text, 0x80 | opcodes.binary];

export class WebSocketParser {
  readonly #handler: WebSocketHandler;
  readonly #maxMessageBytes: number;
  /** Null until one is cut: of ten thousand parsers most never have a message to assemble. */
  #message: Scratch | null = null;
  /** Apart from the message: control frames may come between its fragments. */
  #control: Scratch | null = null;
  #state: State = 'first-byte';
  #final = false;
  #opcode = 0;
  /** Opcode of the message whose fragments are being collected; 0: none. */
  #fragmented = 0;
  #lengthBytesLeft = 0;
  #lengthBytes = 0;
  #length = 0;
  #remaining = 0;

  constructor(handler: WebSocketHandler, limits: Partial<WebSocketLimits> = {}) {
    this.#handler = handler;
    this.#maxMessageBytes = limits.maxMessageBytes ?? defaultMaxUnitBytes;
  }

  /** Bytes here of a message that is not whole. */
  get pendingBytes(): number {
    return this.#message?.length ?? 0;
  }

  get #messageBytes(): Scratch {
    this.#message ??= new Scratch(this.#maxMessageBytes, 'a message');
    return this.#message;
  }

  get #controlBytes(): Scratch {
    this.#control ??= new Scratch(mostControlBytes, 'a control frame');
    return this.#control;
  }

  /** @throws WireError; the parser is of no use afterwards */
  push(buffer: Buffer, start: number, end: number): void {
    let at = start;
    while (at < end) {
      switch (this.#state) {
        case 'first-byte': {
          const next = this.#takeMessage(buffer, at, end);
          if (next > 0) at = next;
          else this.#takeFirstByte(buffer[at++] as number);
          break;
        }
        case 'second-byte':
          this.#takeSecondByte(buffer[at++] as number, buffer, at);
          break;
        case 'extended-length':
          this.#length = this.#length * 256 + (buffer[at++] as number);
          if (--this.#lengthBytesLeft === 0) this.#beginPayload(buffer, at);
          break;
        case 'payload':
          at = this.#takePayload(buffer, at, end);
          break;
        case 'closed':
          // RFC 6455, 1.4: whatever follows a close frame is discarded.
          return;
      }
    }
  }

  /** A message of one frame that is whole in this read, as nearly all are. @returns where it ends; 0: it is none */
  #takeMessage(buffer: Buffer, at: number, end: number): number {
    const first = buffer[at] as number;
    if ((first !== wholeText && first !== wholeBinary) || this.#fragmented !== 0 || end - at < 4) return 0;
    let length = buffer[at + 1] as number;
    let start = at + 2;
    if (length === 126) {
      length = ((buffer[at + 2] as number) << 8) | (buffer[at + 3] as number);
      start += 2;
      if (length < 126) return 0;
    } else if (length > 126) return 0;
    const stop = start + length;
    if (stop > end || length > this.#maxMessageBytes) return 0;
    if (first === wholeText) checkUtf8(buffer, start, stop, 'a text message');
    this.#handler.onMessage(first === wholeText, buffer, start, stop);
    return stop;
  }

  #takeFirstByte(byte: number): void {
    if ((byte & 0x70) !== 0) throw new WireError('malformed', 'a frame with reserved bits set and no extension agreed');
    this.#final = (byte & 0x80) !== 0;
    this.#opcode = byte & 0x0f;
    switch (this.#opcode) {
      case opcodes.continuation:
        if (this.#fragmented === 0) throw new WireError('malformed', 'a continuation frame of no message');
        break;
      case opcodes.text:
      case opcodes.binary:
        if (this.#fragmented !== 0) throw new WireError('malformed', 'a new message inside a fragmented one');
        break;
      case opcodes.close:
      case opcodes.ping:
      case opcodes.pong:
        if (!this.#final) throw new WireError('malformed', 'a fragmented control frame');
        break;
      default:
        throw new WireError('malformed', `opcode ${this.#opcode} is not defined`);
    }
    this.#state = 'second-byte';
  }

  #takeSecondByte(byte: number, buffer: Buffer, next: number): void {
    if ((byte & 0x80) !== 0) throw new WireError('malformed', 'a masked frame from a server');
    const length = byte & 0x7f;
    if (this.#isControl && length > mostControlBytes)
      throw new WireError('malformed', `a control frame of more than ${mostControlBytes} bytes`);
    this.#lengthBytes = length === 126 ? 2 : length === 127 ? 8 : 0;
    this.#lengthBytesLeft = this.#lengthBytes;
    this.#length = this.#lengthBytes === 0 ? length : 0;
    if (this.#lengthBytes === 0) this.#beginPayload(buffer, next);
    else this.#state = 'extended-length';
  }

  get #isControl(): boolean {
    return (this.#opcode & 0x8) !== 0;
  }

  #beginPayload(buffer: Buffer, at: number): void {
    const length = this.#length;
    if ((this.#lengthBytes === 2 && length < 126) || (this.#lengthBytes === 8 && length < 65_536))
      throw new WireError('malformed', 'a frame length that is not written as short as it can be');
    if (!this.#isControl && this.pendingBytes + length > this.#maxMessageBytes)
      throw new WireError('too-large', `a message of more than ${this.#maxMessageBytes} bytes`);
    this.#remaining = length;
    this.#state = 'payload';
    if (length === 0) this.#endFrame(buffer, at, at);
  }

  #takePayload(buffer: Buffer, start: number, end: number): number {
    const stop = Math.min(end, start + this.#remaining);
    this.#remaining -= stop - start;
    const scratch = this.#isControl ? this.#controlBytes : this.#messageBytes;
    const whole = this.#remaining === 0 && stop - start === this.#length;
    if (whole && (this.#isControl || (this.#final && this.#opcode !== opcodes.continuation))) {
      this.#endFrame(buffer, start, stop);
      return stop;
    }
    scratch.append(buffer, start, stop);
    if (this.#remaining === 0) this.#endFrame(scratch.buffer, 0, scratch.length);
    return stop;
  }

  /** @param buffer the whole control frame, or the whole message so far */
  #endFrame(buffer: Buffer, start: number, end: number): void {
    this.#state = 'first-byte';
    switch (this.#opcode) {
      case opcodes.ping:
        this.#control?.clear();
        this.#handler.onPing(buffer, start, end);
        return;
      case opcodes.pong:
        this.#control?.clear();
        this.#handler.onPong(buffer, start, end);
        return;
      case opcodes.close:
        this.#control?.clear();
        this.#close(buffer, start, end);
        return;
      default:
        this.#endDataFrame(buffer, start, end);
    }
  }

  #endDataFrame(buffer: Buffer, start: number, end: number): void {
    const opcode = this.#opcode === opcodes.continuation ? this.#fragmented : this.#opcode;
    if (!this.#final) {
      this.#fragmented = opcode;
      return;
    }
    // An empty last fragment comes without bytes of its own: the message is what was collected.
    const collected = this.#opcode === opcodes.continuation;
    const from = collected ? 0 : start;
    const to = collected ? this.#messageBytes.length : end;
    const bytes = collected ? this.#messageBytes.buffer : buffer;
    this.#fragmented = 0;
    this.#message?.clear();
    if (opcode === opcodes.text) checkUtf8(bytes, from, to, 'a text message');
    this.#handler.onMessage(opcode === opcodes.text, bytes, from, to);
  }

  #close(buffer: Buffer, start: number, end: number): void {
    this.#state = 'closed';
    if (end === start) {
      this.#handler.onClose(1005, '');
      return;
    }
    if (end - start === 1) throw new WireError('malformed', 'a close frame with half a code');
    const code = buffer.readUInt16BE(start);
    if (!isValidCloseCode(code)) throw new WireError('malformed', `close code ${code} must not be sent`);
    checkUtf8(buffer, start + 2, end, 'a close reason');
    this.#handler.onClose(code, buffer.toString('utf8', start + 2, end));
  }
}

/** RFC 6455, 7.4, and the IANA registry of close codes (1012–1014). */
function isValidCloseCode(code: number): boolean {
  return (
    (code >= 1000 && code <= 1014 && code !== 1004 && code !== 1005 && code !== 1006) || (code >= 3000 && code <= 4999)
  );
}

function checkUtf8(buffer: Buffer, start: number, end: number, what: string): void {
  if (end - start <= longBytes && isAscii(buffer, start, end)) return;
  if (!isUtf8(buffer.subarray(start, end))) throw new WireError('malformed', `${what} that is not UTF-8`);
}
