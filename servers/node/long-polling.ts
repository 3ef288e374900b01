/** Long polling: a GET that is answered as soon as there is something newer than the client has. */
import type { ServerResponse } from 'node:http';
import { HeldPolls } from '../shared/held-polls.js';
import { badLatest } from '../shared/refusal.js';
import { jsonContentType } from '../shared/update-bodies.js';
import type { OpenEnd } from './ends.js';
import { readSince, refuse } from './http.js';

export const openLongPolling: OpenEnd = ({ routes, path, log, longPollTimeoutMs }) => {
  const polls = new HeldPolls<ServerResponse>(log, longPollTimeoutMs, (res, body, closing) => {
    res.shouldKeepAlive &&= !closing;
    res.writeHead(200, { 'Content-Type': jsonContentType, 'Content-Length': body.length });
    res.end(body);
  });
  routes.get(path, (_req, res, query) => {
    const latest = query.get('latest');
    if (latest !== null && latest !== '1') return refuse(res, badLatest(latest));
    const since = readSince(res, query);
    if (since === undefined) return;
    const held = polls.ask(res, since, latest === '1');
    if (held !== null) res.once('close', () => polls.withdraw(held));
  });
  return polls;
};
