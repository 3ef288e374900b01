/** Server-Sent Events and HTTP streaming: one response per reader that does not end (../shared/streams.ts). */
import { stopping } from '../shared/refusal.js';
import { StreamEnd, type StreamFormat } from '../shared/streams.js';
import type { OpenEnd } from './ends.js';
import { readSince, refuse, serveGet } from './http.js';
import { PushResponses } from './push-responses.js';

export function openStream(format: StreamFormat): OpenEnd {
  return ({ app, path, log, counters, maxBufferedBytes, heartbeatMs }) => {
    const readers = new PushResponses(counters, maxBufferedBytes, format.filler);
    const end = new StreamEnd(format, log, readers, heartbeatMs);
    serveGet(app, path, counters, (res, req) => {
      if (end.closed) return refuse(res, req, stopping);
      const since = readSince(res, req, format.resumesById ? req.getHeader('last-event-id') : '');
      if (since === undefined) return;
      res.writeHeader('Content-Type', format.contentType);
      readers.add(res, end.opening(since));
    });
    return end;
  };
}
