/** Server-Sent Events: one update per event, resumed by Last-Event-ID, `retry` honoured. */
import { transports } from '../../contract/transports.js';
import { formatGet, type ResponseHead } from '../../contract/wire/http.js';
import { SseParser, sseContentType } from '../../contract/wire/sse.js';
import type { Stream, StreamEnd } from './stream.js';
import type { SubscriberContext } from './subscriber.js';

export function openSse({ recorder, index }: SubscriberContext, stream: Stream): StreamEnd {
  const parser = new SseParser({
    onEvent: (type, buffer, start, end) => {
      if (type === 'message') recorder.received(index, buffer, start, end);
      else if (type === 'close') stream.ended();
    },
  });
  return {
    request: (host, since) => {
      const path = transports.sse.path;
      return since === 0
        ? formatGet({ path, host })
        : formatGet({ path, host, headers: { 'Last-Event-ID': String(since) } });
    },
    accepts: isEventStream,
    push: (buffer, start, end) => parser.push(buffer, start, end),
    get pendingBytes() {
      return parser.pendingBytes;
    },
    get reconnectMs() {
      return parser.reconnectMs;
    },
  };
}

function isEventStream(head: ResponseHead): boolean {
  // A browser gives up on any other status or type (WHATWG HTML, 9.2.3).
  return head.status === 200 && (head.header('content-type') ?? '').split(';')[0]?.trim() === sseContentType;
}
