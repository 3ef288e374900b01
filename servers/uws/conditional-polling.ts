/**
 * Conditional polling: interval polling whose answer carries an entity tag, and is 304 without a body when
 * the client already has that one.
 *
 * The tag is the newest sequence number: it names the state, whichever part of it the URL asks for.
 */
import type { OpenEnd } from './end.js';
import { readSince, serveGet } from './http.js';
import { jsonContentType, UpdateBodies } from './update-bodies.js';

export const openConditionalPolling: OpenEnd = ({ app, path, log, counters }) => {
  const bodies = new UpdateBodies(log);
  serveGet(app, path, counters, (res, req) => {
    const since = readSince(res, req);
    if (since === undefined) return;
    const tag = `"${log.newestSeq}"`;
    if (matches(req.getHeader('if-none-match'), tag)) {
      res.writeStatus('304 Not Modified');
      res.writeHeader('ETag', tag);
      res.endWithoutBody();
      return;
    }
    res.writeHeader('Content-Type', jsonContentType);
    res.writeHeader('ETag', tag);
    res.end(since === null ? bodies.latest() : bodies.since(since));
  });
  return { publish() {}, close() {} };
};

/** RFC 9110, 13.1.2: `*`, or a list compared without regard to weakness. */
function matches(ifNoneMatch: string, tag: string): boolean {
  if (ifNoneMatch === tag) return true;
  if (ifNoneMatch === '') return false;
  return ifNoneMatch.split(',').some((item) => {
    const candidate = item.trim();
    return candidate === '*' || candidate === tag || candidate === `W/${tag}`;
  });
}
