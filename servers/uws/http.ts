/**
 * What all HTTP ends share: GET routes, refusals of one clear line, and the place to resume from.
 *
 * A uWebSockets.js response must be answered inside its handler or carry an abort handler, and must never
 * be touched after it was aborted. An `HttpRequest` is gone when its handler returns.
 */
import type { HttpRequest, HttpResponse, TemplatedApp } from 'uWebSockets.js';
import { STATUS_CODES } from 'node:http';
import type { Counters } from '../shared/end.js';
import { methodNotAllowed, type Refusal, refusalContentType } from '../shared/refusal.js';
import { parseSince } from '../shared/since.js';

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
    refuse(res, req, methodNotAllowed(req.getCaseSensitiveMethod()));
  });
}

/** Ends a request with one line of text. Only inside the request's own handler. */
export function refuse(res: HttpResponse, req: HttpRequest, refusal: Refusal): void {
  writeHead(res, refusal);
  // RFC 9110, 9.3.2: a response to HEAD has no body. A length given here would abort the whole process:
  // uWebSockets.js then takes the response as not finished.
  if (req.getMethod() === 'head') res.endWithoutBody();
  else res.end(`${refusal.line}\n`);
}

/** The same once the request's own handler is over; not to HEAD. */
export function refuseLate(res: HttpResponse, refusal: Refusal): void {
  writeHead(res, refusal);
  res.end(`${refusal.line}\n`);
}

function writeHead(res: HttpResponse, { status, headers = {} }: Refusal): void {
  res.writeStatus(`${status} ${STATUS_CODES[status]}`);
  for (const [name, value] of Object.entries(headers)) res.writeHeader(name, value);
  res.writeHeader('Content-Type', refusalContentType);
}

/** As `parseSince`; undefined when the request has already been refused. */
export function readSince(res: HttpResponse, req: HttpRequest, lastEventId = ''): number | null | undefined {
  const since = parseSince(req.getQuery('since'), lastEventId);
  if (since === null || typeof since === 'number') return since;
  refuse(res, req, since);
  return undefined;
}
