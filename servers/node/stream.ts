/** Server-Sent Events and HTTP streaming: one response per reader that does not end (../shared/streams.ts). */
import { stopping } from '../shared/refusal.js';
import { StreamEnd, type StreamFormat } from '../shared/streams.js';
import type { OpenEnd } from './ends.js';
import { readSince, refuse } from './http.js';
import { PushResponses } from './push-responses.js';

export function openStream(format: StreamFormat): OpenEnd {
  return ({ routes, path, log, counters, maxBufferedBytes, heartbeatMs }) => {
    const readers = new PushResponses(counters, maxBufferedBytes);
    const end = new StreamEnd(format, log, readers, heartbeatMs);
    routes.get(path, (req, res, query) => {
      if (end.closed) return refuse(res, stopping);
      const since = readSince(res, query, format.resumesById ? req.headers['last-event-id'] : '');
      if (since === undefined) return;
      res.writeHead(200, { 'Content-Type': format.contentType });
      readers.add(res, req.socket, end.opening(since));
    });
    return end;
  };
}
