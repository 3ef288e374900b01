/** Interval polling: each GET is answered at once with the current state, or with all since a number. */
import { nothingOpen } from '../shared/end.js';
import { jsonContentType, UpdateBodies } from '../shared/update-bodies.js';
import type { OpenEnd } from './ends.js';
import { readSince } from './http.js';

export const openPolling: OpenEnd = ({ routes, path, log }) => {
  const bodies = new UpdateBodies(log);
  routes.get(path, (_req, res, query) => {
    const since = readSince(res, query);
    if (since === undefined) return;
    const body = bodies.answer(since);
    res.writeHead(200, { 'Content-Type': jsonContentType, 'Content-Length': body.length });
    res.end(body);
  });
  return nothingOpen;
};
