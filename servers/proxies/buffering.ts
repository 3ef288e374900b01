/**
 * An HTTP/1.1 proxy that collects what the server sends until a buffer is full or the response ends. Made for answers
 * that end, it holds back a stream that never does.
 *
 * Real ones do so under conditions of their own; this one always does.
 *
 * After an Upgrade there is no response to collect: the connection becomes a tunnel.
 */
import { Agent, createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { proxyBufferBytes } from '../../contract/proxies.js';
import { forward } from './forward.js';
import type { OpenProxy } from './proxy.js';

export const openBuffering: OpenProxy = ({ host, targetPort: port, counters }) => {
  const agent = new Agent({ keepAlive: true });
  const tunnels = new Set<Socket>();
  const server = createServer((incoming, response) =>
    forward(incoming, response, { host, port, agent }, (answer) => passOnWhenFull(answer, response)),
  );
  server.on('connection', () => counters.connections++);
  server.on('upgrade', (incoming: IncomingMessage, client: Socket, head: Buffer) => {
    const upstream = connect({ host, port, noDelay: true });
    upstream.write(headOf(incoming));
    upstream.write(head);
    tunnels.add(client.on('close', () => tunnels.delete(client)));
    client.on('error', () => {});
    upstream.on('error', () => {});
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroySoon());
    client.pipe(upstream).pipe(client);
  });
  return {
    server,
    cut() {
      server.closeAllConnections();
      for (const client of tunnels) client.destroy();
      agent.destroy();
    },
  };
};

function passOnWhenFull(answer: IncomingMessage, response: ServerResponse): void {
  let held: Buffer[] = [];
  let heldBytes = 0;
  answer.on('data', (chunk: Buffer) => {
    held.push(chunk);
    heldBytes += chunk.length;
    if (heldBytes < proxyBufferBytes) return;
    response.write(Buffer.concat(held));
    held = [];
    heldBytes = 0;
  });
  answer.on('end', () => response.end(Buffer.concat(held)));
}

/** The request as it came, Upgrade and all. */
function headOf({ method, url, rawHeaders }: IncomingMessage): string {
  let head = `${method} ${url} HTTP/1.1\r\n`;
  for (let i = 0; i < rawHeaders.length; i += 2) head += `${rawHeaders[i]}: ${rawHeaders[i + 1]}\r\n`;
  return `${head}\r\n`;
}
