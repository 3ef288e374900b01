/**
 * Conditional polling: interval polling whose answer carries an entity tag, and is 304 without a body when
 * the client already has that one.
 */
import { nothingOpen } from '../shared/end.js';
import { entityTag, matchesTag } from '../shared/entity-tag.js';
import { jsonContentType, UpdateBodies } from '../shared/update-bodies.js';
import type { OpenEnd } from './ends.js';
import { readSince } from './http.js';

export const openConditionalPolling: OpenEnd = ({ routes, path, log }) => {
  const bodies = new UpdateBodies(log);
  routes.get(path, (req, res, query) => {
    const since = readSince(res, query);
    if (since === undefined) return;
    const tag = entityTag(log.newestSeq);
    if (matchesTag(req.headers['if-none-match'] ?? '', tag)) {
      res.writeHead(304, { ETag: tag });
      res.end();
      return;
    }
    const body = bodies.answer(since);
    res.writeHead(200, { 'Content-Type': jsonContentType, ETag: tag, 'Content-Length': body.length });
    res.end(body);
  });
  return nothingOpen;
};
