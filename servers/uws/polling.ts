/** Interval polling: each GET is answered at once with the current state, or with all since a number. */
import type { OpenEnd } from './end.js';
import { readSince, serveGet } from './http.js';
import { jsonContentType, UpdateBodies } from './update-bodies.js';

export const openPolling: OpenEnd = ({ app, path, log, counters }) => {
  const bodies = new UpdateBodies(log);
  serveGet(app, path, counters, (res, req) => {
    const since = readSince(res, req);
    if (since === undefined) return;
    res.writeHeader('Content-Type', jsonContentType);
    res.end(since === null ? bodies.latest() : bodies.since(since));
  });
  // Nothing stays open between two polls.
  return { publish() {}, close() {} };
};
