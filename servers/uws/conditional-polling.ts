/**
 * Conditional polling: interval polling whose answer carries an entity tag, and is 304 without a body when
 * the client already has that one.
 */
import { nothingOpen } from '../shared/end.js';
import { entityTag, matchesTag } from '../shared/entity-tag.js';
import { jsonContentType, UpdateBodies } from '../shared/update-bodies.js';
import type { OpenEnd } from './ends.js';
import { readSince, serveGet } from './http.js';

export const openConditionalPolling: OpenEnd = ({ app, path, log, counters }) => {
  const bodies = new UpdateBodies(log);
  serveGet(app, path, counters, (res, req) => {
    const since = readSince(res, req);
    if (since === undefined) return;
    const tag = entityTag(log.newestSeq);
    if (matchesTag(req.getHeader('if-none-match'), tag)) {
      res.writeStatus('304 Not Modified');
      res.writeHeader('ETag', tag);
      res.endWithoutBody();
      return;
    }
    res.writeHeader('Content-Type', jsonContentType);
    res.writeHeader('ETag', tag);
    res.end(bodies.answer(since));
  });
  return nothingOpen;
};
