/** Server-Sent Events: one update per event, resumed by Last-Event-ID, `retry` honoured. */
import { transports } from '../../contract/transports.js';
import { formatGet, type ResponseHead } from '../../contract/wire/http.js';
import { type SseHandler, SseParser, sseContentType } from '../../contract/wire/sse.js';
import type { Recorder } from '../recorder.js';
import type { Stream, StreamEnd } from './stream.js';
import type { SubscriberContext } from './subscriber.js';

export function openSse(context: SubscriberContext, stream: Stream): StreamEnd {
  return new SseEnd(context, stream);
}

class SseEnd implements StreamEnd, SseHandler {
  readonly #recorder: Recorder;
  readonly #index: number;
  readonly #stream: Stream;
  readonly #parser = new SseParser(this);

  constructor(context: SubscriberContext, stream: Stream) {
    this.#recorder = context.recorder;
    this.#index = context.index;
    this.#stream = stream;
  }

  get pendingBytes(): number {
    return this.#parser.pendingBytes;
  }

  get reconnectMs(): number | null {
    return this.#parser.reconnectMs;
  }

  request(host: string, since: number): string {
    const path = transports.sse.path;
    return since === 0
      ? formatGet({ path, host })
      : formatGet({ path, host, headers: { 'Last-Event-ID': String(since) } });
  }

  accepts(head: ResponseHead): boolean {
    // A browser gives up on any other status or type (WHATWG HTML, 9.2.3).
    return head.status === 200 && (head.header('content-type') ?? '').split(';')[0]?.trim() === sseContentType;
  }

  push(buffer: Buffer, start: number, end: number): void {
    this.#parser.push(buffer, start, end);
  }

  onEvent(type: string, buffer: Buffer, start: number, end: number): void {
    if (type === 'message') this.#recorder.received(this.#index, buffer, start, end);
    else if (type === 'close') this.#stream.ended();
  }
}
