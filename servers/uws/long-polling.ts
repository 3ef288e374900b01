/** Long polling: a GET that is answered as soon as there is something newer than the client has. */
import type { HttpResponse } from 'uWebSockets.js';
import { HeldPolls } from '../shared/held-polls.js';
import { badLatest } from '../shared/refusal.js';
import { jsonContentType } from '../shared/update-bodies.js';
import type { OpenEnd } from './ends.js';
import { readSince, refuse, serveGet } from './http.js';

export const openLongPolling: OpenEnd = ({ app, path, log, counters, longPollTimeoutMs }) => {
  const polls = new HeldPolls<HttpResponse>(log, longPollTimeoutMs, (res, body, closing) =>
    res.cork(() => {
      res.writeHeader('Content-Type', jsonContentType);
      res.end(body, closing);
    }),
  );
  serveGet(app, path, counters, (res, req) => {
    const latest = req.getQuery('latest');
    if (latest !== undefined && latest !== '1') return refuse(res, req, badLatest(latest));
    const since = readSince(res, req);
    if (since === undefined) return;
    const held = polls.ask(res, since, latest === '1');
    if (held !== null) res.onAborted(() => polls.withdraw(held));
  });
  return polls;
};
