/** WebSocket: one text frame per update; pings answered, the server's close answered with a close. */
import { randomBytes } from 'node:crypto';
import { transports } from '../../contract/transports.js';
import { WireError } from '../../contract/wire/errors.js';
import type { ResponseHead } from '../../contract/wire/http.js';
import {
  acceptFor,
  formatClientFrame,
  formatUpgrade,
  opcodes,
  type WebSocketHandler,
  WebSocketParser,
} from '../../contract/wire/websocket.js';
import type { Recorder } from '../recorder.js';
import type { Stream, StreamEnd } from './stream.js';
import type { SubscriberContext } from './subscriber.js';

export function openWebSocket(context: SubscriberContext, stream: Stream): StreamEnd {
  return new WebSocketEnd(context, stream);
}

class WebSocketEnd implements StreamEnd, WebSocketHandler {
  readonly reconnectMs = null;
  readonly #recorder: Recorder;
  readonly #index: number;
  readonly #stream: Stream;
  readonly #parser = new WebSocketParser(this);
  /** Of the handshake under way; '' once it is over. */
  #key = '';

  constructor(context: SubscriberContext, stream: Stream) {
    this.#recorder = context.recorder;
    this.#index = context.index;
    this.#stream = stream;
  }

  get pendingBytes(): number {
    return this.#parser.pendingBytes;
  }

  request(host: string, since: number): string {
    this.#key = randomBytes(16).toString('base64');
    const path = transports.websocket.path + (since === 0 ? '' : `?since=${since}`);
    return formatUpgrade({ path, host, key: this.#key });
  }

  accepts(head: ResponseHead): boolean {
    const expected = acceptFor(this.#key);
    this.#key = '';
    return head.status === 101 && head.header('sec-websocket-accept') === expected;
  }

  push(buffer: Buffer, start: number, end: number): void {
    this.#parser.push(buffer, start, end);
  }

  onMessage(isText: boolean, buffer: Buffer, start: number, end: number): void {
    if (!isText) throw new WireError('malformed', 'a binary message where updates are text');
    this.#recorder.received(this.#index, buffer, start, end);
  }

  onPing(buffer: Buffer, start: number, end: number): void {
    this.#stream.writeFrame(formatClientFrame(opcodes.pong, buffer.subarray(start, end), randomBytes(4)));
  }

  onPong(): void {}

  onClose(code: number): void {
    this.#stream.ended();
    const status = Buffer.alloc(2);
    status.writeUInt16BE(code);
    // 1005 stands for "no code given" and must not be sent (RFC 6455, 7.4.1).
    this.#stream.writeFrame(formatClientFrame(opcodes.close, code === 1005 ? Buffer.alloc(0) : status, randomBytes(4)));
  }
}
