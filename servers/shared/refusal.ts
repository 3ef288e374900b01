/** What a request is refused with, in every subject alike: a status, one line of text, sometimes a header. */
import { maxMessageBytes } from '../../contract/messages.js';
import { maxSeq } from '../../contract/update.js';

export interface Refusal {
  readonly status: number;
  /** Without its line end. */
  readonly line: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export const refusalContentType = 'text/plain; charset=utf-8';

export const stopping: Refusal = { status: 503, line: 'the server is stopping' };

export const notWebSocket: Refusal = {
  status: 426,
  line: 'this path speaks WebSocket; connect with a WebSocket client',
  headers: { Upgrade: 'websocket', Connection: 'Upgrade' },
};

export const otherWebSocketVersion: Refusal = {
  status: 426,
  line: 'only WebSocket version 13 is served',
  // RFC 6455, 4.4: the refusal names the version that is served.
  headers: { 'Sec-WebSocket-Version': '13' },
};

export function notFound(path: string): Refusal {
  return { status: 404, line: `nothing is served at ${path}` };
}

export function methodNotAllowed(method: string, allowed: 'GET' | 'POST' = 'GET'): Refusal {
  // RFC 9110, 15.5.6: a 405 names the methods that are allowed.
  return { status: 405, line: `${method} is not served here; use ${allowed}`, headers: { Allow: allowed } };
}

export const messageTooLong: Refusal = { status: 413, line: `a message has at most ${maxMessageBytes} bytes` };

export function badLatest(text: string): Refusal {
  return { status: 400, line: `latest is ${JSON.stringify(text)}; it must be 1 or left out` };
}

/** @param name the query parameter or header that holds no number of an update */
export function badSince(name: string, text: string): Refusal {
  return {
    status: 400,
    line: `${name} is ${JSON.stringify(text)}; it must be the number of an update, 0 to ${maxSeq}`,
  };
}
