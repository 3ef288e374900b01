/**
 * The uWebSockets.js subject: all transports' ends, the article's handlers and the demo page on one port.
 *
 * Listening takes the port for itself unless told to share it: by default uWebSockets.js shares a busy one silently
 * (SO_REUSEPORT), and half of the connections would reach some other server.
 */

import uWS, { type TemplatedApp, type us_listen_socket } from 'uWebSockets.js';
import { type AddressInfo, createServer } from 'node:net';
import { demoPages } from '../shared/demo/pages.js';
import type { Counters } from '../shared/end.js';
import { listenError } from '../shared/listen-error.js';
import { notFound } from '../shared/refusal.js';
import { type OpenSubject, openEnds } from '../shared/server.js';
import { serveArticle } from './article.js';
import { ends } from './ends.js';
import { refuse, serveGet } from './http.js';
import { serveMessages } from './messages.js';

/** The exports that the package's types leave out. */
const native = uWS as unknown as {
  readonly LIBUS_LISTEN_EXCLUSIVE_PORT: number;
  /** Undocumented; `silent` leaves out the `uWebSockets: 20` line that the library adds to every response. */
  _cfg(key: string): void;
};

export const openUws: OpenSubject = async (context) => {
  const { argument, counters, startUs } = context;
  native._cfg('silent');
  const app = uWS.App();
  countConnections(app, counters);
  const opened = openEnds(ends, context, { app });
  serveArticle(app, counters);
  serveMessages(app, counters);
  for (const { path, headers, body } of demoPages(argument.workload, startUs))
    serveGet(app, path, counters, (res) => {
      for (const [name, value] of Object.entries(headers)) res.writeHeader(name, value);
      res.end(body());
    });
  app.any('/*', (res, req) => {
    counters.requests++;
    refuse(res, req, notFound(req.getUrl()));
  });
  const { host, moreHosts = [], sharesPort = false } = argument;
  // Asked for any port, uWebSockets.js takes it for itself whatever else it was told.
  const port = sharesPort && argument.port === 0 ? await freePort(host) : argument.port;
  const first = await listenOrThrow(app, host, port, sharesPort);
  const taken = uWS.us_socket_local_port(first as never);
  const sockets = [first];
  for (const other of moreHosts) sockets.push(await listenOrThrow(app, other, taken, sharesPort));
  return {
    port: taken,
    ends: opened,
    stopListening: () => {
      for (const socket of sockets) uWS.us_listen_socket_close(socket);
    },
    cut: () => app.close(),
  };
};

function countConnections(app: TemplatedApp, counters: Counters): void {
  // −1 is a disconnect; an upgraded connection leaves without one, so only arrivals can be counted.
  const count = (_res: unknown, change: unknown): void => {
    if (change === 1) counters.connections++;
  };
  app.filter(count);
}

async function listenOrThrow(
  app: TemplatedApp,
  host: string,
  port: number,
  sharesPort: boolean,
): Promise<us_listen_socket> {
  const socket = listen(app, host, port, sharesPort);
  if (socket === false) throw await whyNot(host, port);
  return socket;
}

function listen(app: TemplatedApp, host: string, port: number, sharesPort: boolean): us_listen_socket | false {
  let socket: us_listen_socket | false = false;
  const take = (token: us_listen_socket | false): void => {
    socket = token;
  };
  // The overload with a host and options exists in the library but not in its types.
  (app.listen as unknown as (host: string, port: number, options: number, callback: typeof take) => void).call(
    app,
    host,
    port,
    sharesPort ? 0 : native.LIBUS_LISTEN_EXCLUSIVE_PORT,
    take,
  );
  return socket;
}

/** A port that nobody listens on at this moment; 0 where the host itself is the trouble, which listening then says. */
function freePort(host: string): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(0));
    probe.listen(0, host, () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

/** uWebSockets.js only says that it could not listen; Node, asked for the same address, says why. */
function whyNot(host: string, port: number): Promise<Error> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', (error) => resolve(listenError(host, port, error)));
    probe.listen(port, host, () =>
      probe.close(() => resolve(listenError(host, port, new Error('the port was in use a moment ago; try again')))),
    );
  });
}
