/**
 * Server-Sent Events: one `id` + `data` event per update in a response that does not end.
 *
 * The id is the sequence number, so a browser that reconnects says by itself where it was. `event: message`
 * is the default type and is not written: seven bytes less per update is what a production server would do.
 */
import {
  formatSseComment,
  formatSseEvent,
  formatSseRetry,
  formatSseUpdate,
  sseContentType,
} from '../../contract/wire/sse.js';
import type { OpenEnd } from './end.js';
import { readSince, refuse, serveGet } from './http.js';
import { PushResponses } from './push-responses.js';

/** How long a browser waits before it reconnects, in ms; their own defaults are 3 to 5 s. */
export const retryMs = 1000;

const greeting = Buffer.from(formatSseRetry(retryMs));
const heartbeat = Buffer.from(formatSseComment());
// An event without data would not be dispatched (WHATWG HTML, 9.2.6).
const goodbye = Buffer.from(formatSseEvent({ event: 'close', data: 'server stopping' }));

export const openSse: OpenEnd = ({ app, path, log, counters, maxBufferedBytes, heartbeatMs }) => {
  const readers = new PushResponses(counters, maxBufferedBytes, heartbeat);
  const encode = (firstSeq: number, updates: readonly string[]): Buffer[] =>
    updates.map((update, i) => Buffer.from(formatSseUpdate(firstSeq + i, update), 'latin1'));
  // Refreshed by every publish, so it only runs out after a silence.
  const silence = setInterval(() => readers.send([heartbeat]), heartbeatMs);
  let closed = false;

  serveGet(app, path, counters, (res, req) => {
    if (closed) return refuse(res, req, '503 Service Unavailable', 'the server is stopping');
    const since = readSince(res, req, req.getHeader('last-event-id'));
    if (since === undefined) return;
    res.writeHeader('Content-Type', sseContentType);
    const missed = since === null ? [] : log.since(since);
    readers.add(res, [greeting, ...encode(log.newestSeq - missed.length + 1, missed)]);
  });

  return {
    publish({ firstSeq, updates }) {
      if (readers.size === 0) return;
      readers.send(encode(firstSeq, updates));
      silence.refresh();
    },
    close() {
      closed = true;
      clearInterval(silence);
      readers.end(goodbye);
    },
  };
};
