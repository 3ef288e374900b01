/**
 * One HTTP request passed on to the server, as a proxy must: fields that belong to a single hop go no further
 * (RFC 9110, 7.6.1), which is where an Upgrade is lost.
 */
import { type Agent, type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from 'node:http';

const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

export interface Target {
  readonly host: string;
  readonly port: number;
  readonly agent: Agent;
}

/** @param passOn sends the body on; status and fields are set, and leave with its first byte */
export function forward(
  incoming: IncomingMessage,
  response: ServerResponse,
  target: Target,
  passOn: (answer: IncomingMessage) => void,
): void {
  const { method, url } = incoming;
  const outgoing = request({ ...target, method, path: url, headers: endToEnd(incoming.headers) });
  outgoing.on('response', (answer) => {
    response.writeHead(answer.statusCode ?? 502, endToEnd(answer.headers));
    // Broken off in the middle: the client must see that, and not an end.
    answer.on('error', () => response.destroy());
    passOn(answer);
  });
  // Nobody asked for it: a proxy that does not know Upgrade has no use for a 101.
  outgoing.on('upgrade', (_answer, socket) => {
    socket.destroy();
    response.writeHead(502, { 'Content-Length': 0 }).end();
  });
  outgoing.on('error', () => {
    if (response.headersSent) response.destroy();
    else response.writeHead(502, { 'Content-Length': 0 }).end();
  });
  response.on('close', () => outgoing.destroy());
  incoming.pipe(outgoing);
}

function endToEnd(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const named = (headers.connection ?? '').toLowerCase().split(/\s*,\s*/);
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !hopByHop.has(name) && !named.includes(name)));
}
