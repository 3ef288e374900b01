/**
 * The Node subject: all transports' ends and the article's hello on one port, with node:http and `ws` as they come.
 *
 * Heads carry what node:http adds by itself (`Date`, `Connection`, `Keep-Alive`); they are part of what a plain Node
 * server costs. The one setting that is not Node's own is how long an idle connection stays.
 */
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { ServerArgument } from '../../contract/control.js';
import { demoPages } from '../shared/demo/pages.js';
import { listenError } from '../shared/listen-error.js';
import { type OpenSubject, openEnds } from '../shared/server.js';
import { serveArticle } from './article.js';
import { ends } from './ends.js';
import { Routes } from './http.js';
import { serveMessages } from './messages.js';

/**
 * As uWebSockets.js has it, which closes after 8 to 12 s; Node adds a second to what it is told. With its own 5 s,
 * pollers of 6 to 8 s would reconnect in one subject and not in the other: a comparison of settings, not of servers.
 */
const keepAliveMs = 10_000;

export const openNode: OpenSubject = async (context) => {
  const { argument, counters, startUs } = context;
  const routes = new Routes();
  const http = createServer({ keepAliveTimeout: keepAliveMs, noDelay: true });
  const sockets = new Set<Socket>();
  http.on('connection', (socket: Socket) => {
    counters.connections++;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  http.on('request', (req, res) => {
    counters.requests++;
    routes.serve(req, res);
  });
  http.on('upgrade', (req, socket, head) => {
    counters.requests++;
    routes.serveUpgrade(req, socket as Socket, head);
  });
  const opened = openEnds(ends, context, { routes });
  serveArticle(routes);
  serveMessages(routes);
  for (const { path, headers, body } of demoPages(argument.workload, startUs))
    routes.get(path, (_req, res) => {
      const bytes = body();
      res.writeHead(200, { ...headers, 'Content-Length': bytes.length });
      res.end(bytes);
    });
  await listen(http, argument);
  return {
    port: (http.address() as AddressInfo).port,
    ends: opened,
    stopListening: () => http.close(),
    cut() {
      for (const socket of sockets) socket.destroy();
    },
  };
};

function listen(http: HttpServer, { host, port, sharesPort = false }: ServerArgument): Promise<void> {
  if (sharesPort && !canSharePorts())
    throw new Error(
      `Node ${process.versions.node} cannot share a port between server processes; use one, or Node 22.12 or newer`,
    );
  return new Promise((resolve, reject) => {
    http.once('error', (error) => reject(listenError(host, port, error)));
    // Exclusive: only a cluster would share, but a cluster is not what is meant. `reusePort` is newer than the types.
    http.listen({ host, port, exclusive: true, ...(sharesPort ? { reusePort: true } : {}) }, resolve);
  });
}

/** `reusePort` of listen() came with Node 22.12 and 23.1; earlier ones ignore it. */
function canSharePorts(): boolean {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return major > 23 || (major === 23 && minor >= 1) || (major === 22 && minor >= 12);
}
