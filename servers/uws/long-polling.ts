/**
 * Long polling: a GET that is answered as soon as there is something newer than the client has.
 *
 * A request that finds nothing newer is held until the next update, or until the timeout answers it with an
 * empty array. `latest=1` asks for the newest update only.
 */
import type { HttpResponse } from 'uWebSockets.js';
import type { OpenEnd } from './end.js';
import { readSince, refuse, serveGet } from './http.js';
import { jsonContentType, UpdateBodies } from './update-bodies.js';

interface Held {
  readonly res: HttpResponse;
  readonly since: number;
  readonly latestOnly: boolean;
  readonly timer: NodeJS.Timeout;
}

export const openLongPolling: OpenEnd = ({ app, path, log, counters, longPollTimeoutMs }) => {
  const bodies = new UpdateBodies(log);
  const held = new Set<Held>();
  let closed = false;

  const bodyFor = (since: number, latestOnly: boolean): Buffer =>
    latestOnly && since < log.newestSeq ? bodies.latest() : bodies.since(since);

  /** `closing`: the client would only ask again. */
  const answer = (request: Held, closing = false): void => {
    held.delete(request);
    clearTimeout(request.timer);
    const { res, since, latestOnly } = request;
    res.cork(() => {
      res.writeHeader('Content-Type', jsonContentType);
      res.end(bodyFor(since, latestOnly), closing);
    });
  };

  serveGet(app, path, counters, (res, req) => {
    const latest = req.getQuery('latest');
    if (latest !== undefined && latest !== '1')
      return refuse(res, req, '400 Bad Request', `latest is ${JSON.stringify(latest)}; it must be 1 or left out`);
    const asked = readSince(res, req);
    if (asked === undefined) return;
    // Without a number: from the next update on, as the streams do.
    const since = asked ?? log.newestSeq;
    if (since < log.newestSeq || closed) {
      res.writeHeader('Content-Type', jsonContentType);
      res.end(bodyFor(since, latest === '1'), closed);
      return;
    }
    const request: Held = {
      res,
      since,
      latestOnly: latest === '1',
      timer: setTimeout(() => answer(request), longPollTimeoutMs),
    };
    held.add(request);
    res.onAborted(() => {
      held.delete(request);
      clearTimeout(request.timer);
    });
  });

  return {
    publish() {
      for (const request of held) if (request.since < log.newestSeq) answer(request);
    },
    close() {
      closed = true;
      for (const request of held) answer(request, true);
    },
  };
};
