/**
 * What all HTTP ends share: GET routes, refusals of one clear line, and the place to resume from.
 *
 * The trap: with an `upgrade` listener, Node hands every request that names an upgrade to it, whatever its path, and
 * hands it without a response. Those no route takes are answered like any other request, on a response made here.
 */
import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { methodNotAllowed, notFound, type Refusal, refusalContentType } from '../shared/refusal.js';
import { parseSince } from '../shared/since.js';

/** @param query the URL's, decoded */
export type GetHandler = (req: IncomingMessage, res: ServerResponse, query: URLSearchParams) => void;

/** As `GetHandler`; `refuse` answers instead of upgrading. */
type UpgradeHandler = (
  req: IncomingMessage,
  socket: Socket,
  head: Buffer,
  query: URLSearchParams,
  refuse: (refusal: Refusal) => void,
) => void;

const noQuery = new URLSearchParams();

export class Routes {
  readonly #gets = new Map<string, GetHandler>();
  readonly #posts = new Map<string, GetHandler>();
  readonly #upgrades = new Map<string, UpgradeHandler>();

  /** Serves GET on `path`; any other method there gets 405. */
  get(path: string, handler: GetHandler): void {
    this.#gets.set(path, handler);
  }

  /** Serves POST on `path`; any other method there gets 405. */
  post(path: string, handler: GetHandler): void {
    this.#posts.set(path, handler);
  }

  /** Serves GET with an `Upgrade` on `path`. */
  upgrade(path: string, handler: UpgradeHandler): void {
    this.#upgrades.set(path, handler);
  }

  serve(req: IncomingMessage, res: ServerResponse): void {
    const { path, query } = split(req);
    const allowed = this.#posts.has(path) ? 'POST' : 'GET';
    const handler = (allowed === 'POST' ? this.#posts : this.#gets).get(path);
    if (handler === undefined) refuse(res, notFound(path));
    else if (req.method !== allowed) refuse(res, methodNotAllowed(req.method ?? '', allowed));
    else handler(req, res, query);
  }

  serveUpgrade(req: IncomingMessage, socket: Socket, head: Buffer): void {
    const { path, query } = split(req);
    const handler = req.method === 'GET' ? this.#upgrades.get(path) : undefined;
    if (handler === undefined) this.serve(req, responseOn(req, socket));
    else handler(req, socket, head, query, (refusal) => refuse(responseOn(req, socket), refusal));
  }
}

/** Ends a request with one line of text; a response to HEAD loses it on the way (RFC 9110, 9.3.2). */
export function refuse(res: ServerResponse, { status, line, headers = {} }: Refusal): void {
  const body = Buffer.from(`${line}\n`);
  res.writeHead(status, { ...headers, 'Content-Type': refusalContentType, 'Content-Length': body.length });
  res.end(body);
}

/** As `parseSince`; undefined when the request has already been refused. */
export function readSince(
  res: ServerResponse,
  query: URLSearchParams,
  lastEventId?: string | string[],
): number | null | undefined {
  const since = parseSince(query.get('since') ?? undefined, String(lastEventId ?? ''));
  if (since === null || typeof since === 'number') return since;
  refuse(res, since);
  return undefined;
}

function split({ url = '/' }: IncomingMessage): { path: string; query: URLSearchParams } {
  const at = url.indexOf('?');
  return at === -1
    ? { path: url, query: noQuery }
    : { path: url.slice(0, at), query: new URLSearchParams(url.slice(at + 1)) };
}

/** Node reads no further request from a socket it has handed over, so the response is its last. */
function responseOn(req: IncomingMessage, socket: Socket): ServerResponse {
  socket.on('error', () => socket.destroy());
  const res = new ServerResponse(req);
  res.shouldKeepAlive = false;
  res.assignSocket(socket);
  res.once('finish', () => socket.end());
  return res;
}
