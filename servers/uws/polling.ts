/** Interval polling: each GET is answered at once with the current state, or with all since a number. */
import { nothingOpen } from '../shared/end.js';
import { jsonContentType, UpdateBodies } from '../shared/update-bodies.js';
import type { OpenEnd } from './ends.js';
import { readSince, serveGet } from './http.js';

export const openPolling: OpenEnd = ({ app, path, log, counters }) => {
  const bodies = new UpdateBodies(log);
  serveGet(app, path, counters, (res, req) => {
    const since = readSince(res, req);
    if (since === undefined) return;
    res.writeHeader('Content-Type', jsonContentType);
    res.end(bodies.answer(since));
  });
  return nothingOpen;
};
