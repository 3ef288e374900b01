/**
 * HTTP streaming: one JSON string per line of a response that does not end.
 *
 * The format has no greeting, but uWebSockets.js sends a response's head only with its first byte of body,
 * and a client must learn that it is subscribed: so the stream opens with an empty line, which NDJSON
 * readers skip.
 */
import { formatNdjsonUpdate, ndjsonContentType } from '../../contract/wire/ndjson.js';
import type { OpenEnd } from './end.js';
import { readSince, refuse, serveGet } from './http.js';
import { PushResponses } from './push-responses.js';

const emptyLine = Buffer.from('\n');

export const openHttpStream: OpenEnd = ({ app, path, log, counters, maxBufferedBytes }) => {
  const readers = new PushResponses(counters, maxBufferedBytes, emptyLine);
  const encode = (updates: readonly string[]): Buffer[] =>
    updates.map((update) => Buffer.from(formatNdjsonUpdate(update), 'latin1'));
  let closed = false;

  serveGet(app, path, counters, (res, req) => {
    if (closed) return refuse(res, req, '503 Service Unavailable', 'the server is stopping');
    const since = readSince(res, req);
    if (since === undefined) return;
    res.writeHeader('Content-Type', ndjsonContentType);
    readers.add(res, [emptyLine, ...encode(since === null ? [] : log.since(since))]);
  });

  return {
    publish({ updates }) {
      if (readers.size > 0) readers.send(encode(updates));
    },
    close() {
      closed = true;
      readers.end();
    },
  };
};
