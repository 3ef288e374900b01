/**
 * What all HTTP ends share: GET routes, refusals of one clear line, and the place to resume from.
 *
 * A uWebSockets.js response must be answered inside its handler or carry an abort handler, and must never
 * be touched after it was aborted. An `HttpRequest` is gone when its handler returns.
 */
import type { HttpRequest, HttpResponse, TemplatedApp } from 'uWebSockets.js';
import { maxSeq } from '../../contract/update.js';
import type { Counters } from './end.js';

export type GetHandler = (res: HttpResponse, req: HttpRequest) => void;

/** Serves GET on `path`; any other method there gets 405. Counts the requests. */
export function serveGet(app: TemplatedApp, path: string, counters: Counters, handler: GetHandler): void {
  app.get(path, (res, req) => {
    counters.requests++;
    handler(res, req);
  });
  refuseOtherMethods(app, path, counters);
}

/** 405 for whatever no earlier route of `path` took. */
export function refuseOtherMethods(app: TemplatedApp, path: string, counters: Counters): void {
  app.any(path, (res, req) => {
    counters.requests++;
    // RFC 9110, 15.5.6: a 405 names the methods that are allowed.
    refuse(res, req, '405 Method Not Allowed', `${req.getCaseSensitiveMethod()} is not served here; use GET`, {
      Allow: 'GET',
    });
  });
}

/** Ends a request with one line of text. Only inside the request's own handler. */
export function refuse(
  res: HttpResponse,
  req: HttpRequest,
  status: string,
  line: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  res.writeStatus(status);
  for (const [name, value] of Object.entries(headers)) res.writeHeader(name, value);
  res.writeHeader('Content-Type', 'text/plain; charset=utf-8');
  // RFC 9110, 9.3.2: a response to HEAD has no body. A length given here would abort the whole process:
  // uWebSockets.js then takes the response as not finished.
  if (req.getMethod() === 'head') res.endWithoutBody();
  else res.end(`${line}\n`);
}

/**
 * The number after which the client wants updates: null when it does not say, undefined when it has already
 * been refused with 400. `Last-Event-ID`, where the transport has it, is newer than the URL: a browser
 * reconnects to the URL it was first given.
 */
export function readSince(res: HttpResponse, req: HttpRequest, lastEventId = ''): number | null | undefined {
  const name = lastEventId === '' ? 'since' : 'Last-Event-ID';
  const text = lastEventId === '' ? req.getQuery('since') : lastEventId;
  if (text === undefined) return null;
  if (/^[0-9]{1,10}$/.test(text) && Number(text) <= maxSeq) return Number(text);
  refuse(
    res,
    req,
    '400 Bad Request',
    `${name} is ${JSON.stringify(text)}; it must be the number of an update, 0 to ${maxSeq}`,
  );
  return undefined;
}
