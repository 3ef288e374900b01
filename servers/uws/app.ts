/**
 * The server: all transports' ends, the article's handlers and the demo page on one port, fed by one source.
 *
 * Listening takes the port for itself: by default uWebSockets.js shares a busy one silently (SO_REUSEPORT),
 * and half of the connections would reach some other server.
 */

import uWS, { type TemplatedApp, type us_listen_socket } from 'uWebSockets.js';
import { createServer } from 'node:net';
import type { ServerArgument, Timeline } from '../../contract/control.js';
import { transportIds, transports } from '../../contract/transports.js';
import type { ServerReport } from '../../contract/trial.js';
import { serveArticle } from './article/index.js';
import { serveDemo } from './demo/serve.js';
import type { Counters, TransportEnd } from './end.js';
import { ends } from './ends.js';
import { refuse } from './http.js';
import { UpdateLog } from './log.js';
import { Source } from './source.js';

/** What is the same in every trial; only tests choose smaller ones. */
export interface Bounds {
  readonly logCount: number;
  readonly logBytes: number;
  readonly heartbeatMs: number;
}

const defaultBounds: Bounds = {
  // A minute of 1,000 updates/s.
  logCount: 65_536,
  // At 64 KiB per update still a thousand of them.
  logBytes: 64 * 1024 * 1024,
  // Proxies commonly cut a silent connection after 30 to 60 s; the standard advises a comment every 15 s or so
  // (WHATWG HTML, 9.2.7).
  heartbeatMs: 10_000,
};

/** A clean goodbye needs one trip to the clients before what is still open is cut. */
const goodbyeMs = 100;

/** The exports that the package's types leave out. */
const native = uWS as unknown as {
  readonly LIBUS_LISTEN_EXCLUSIVE_PORT: number;
  /** Undocumented; `silent` leaves out the `uWebSockets: 20` line that the library adds to every response. */
  _cfg(key: string): void;
};

export class Server {
  readonly port: number;
  readonly #app: TemplatedApp;
  readonly #socket: us_listen_socket;
  readonly #ends: readonly TransportEnd[];
  readonly #source: Source;
  readonly #log: UpdateLog;
  readonly #counters: Counters;

  private constructor(parts: Parts, socket: us_listen_socket) {
    this.#app = parts.app;
    this.#ends = parts.ends;
    this.#source = parts.source;
    this.#log = parts.log;
    this.#counters = parts.counters;
    this.#socket = socket;
    this.port = uWS.us_socket_local_port(socket as never);
  }

  /** @throws Error with one clear line when the address cannot be listened on */
  static async open(argument: ServerArgument, bounds: Bounds = defaultBounds): Promise<Server> {
    const parts = assemble(argument, bounds);
    const socket = listen(parts.app, argument.host, argument.port);
    if (socket === false) throw new Error(await whyNot(argument.host, argument.port));
    return new Server(parts, socket);
  }

  /** Begins publishing. */
  start(timeline: Timeline): void {
    this.#source.start(timeline);
  }

  /** The window's updates, once all of them are published; zeros when it holds none. */
  window(): Promise<{ firstWindowSeq: number; lastWindowSeq: number }> {
    const source = this.#source;
    return new Promise((resolve) => {
      source.whenWindowPublished(() =>
        resolve({ firstWindowSeq: source.firstWindowSeq, lastWindowSeq: source.lastWindowSeq }),
      );
    });
  }

  report(): ServerReport {
    return {
      published: this.#log.newestSeq,
      firstWindowSeq: this.#source.firstWindowSeq,
      lastWindowSeq: this.#source.lastWindowSeq,
      slip: this.#source.slip,
      droppedSlow: this.#counters.droppedSlow,
      requests: this.#counters.requests,
      connections: this.#counters.connections,
    };
  }

  /** Stops publishing and listening, says goodbye on every connection, then closes what is left. */
  async stop(): Promise<void> {
    this.#source.stop();
    uWS.us_listen_socket_close(this.#socket);
    for (const end of this.#ends) end.close();
    await new Promise((resolve) => setTimeout(resolve, goodbyeMs));
    this.#app.close();
  }
}

interface Parts {
  readonly app: TemplatedApp;
  readonly ends: readonly TransportEnd[];
  readonly source: Source;
  readonly log: UpdateLog;
  readonly counters: Counters;
}

function assemble(argument: ServerArgument, bounds: Bounds): Parts {
  native._cfg('silent');
  const app = uWS.App();
  const log = new UpdateLog(bounds.logCount, bounds.logBytes);
  const counters: Counters = { requests: 0, connections: 0, droppedSlow: 0 };
  // −1 is a disconnect; an upgraded connection leaves without one, so only arrivals can be counted.
  const count = (_res: unknown, change: unknown): void => {
    if (change === 1) counters.connections++;
  };
  app.filter(count);
  const opened = transportIds.map((id) =>
    ends[id]({
      app,
      path: transports[id].path,
      log,
      counters,
      maxBufferedBytes: argument.maxBufferedBytes,
      longPollTimeoutMs: argument.workload.longPollTimeoutMs,
      heartbeatMs: bounds.heartbeatMs,
    }),
  );
  const source = new Source({
    workload: argument.workload,
    seed: argument.seed,
    log,
    publish: (batch) => {
      for (const end of opened) end.publish(batch);
    },
  });
  serveArticle(app, counters);
  serveDemo({ app, counters, workload: argument.workload, startUs: () => source.startUs });
  app.any('/*', (res, req) => {
    counters.requests++;
    refuse(res, req, '404 Not Found', `nothing is served at ${req.getUrl()}`);
  });
  return { app, ends: opened, source, log, counters };
}

function listen(app: TemplatedApp, host: string, port: number): us_listen_socket | false {
  let socket: us_listen_socket | false = false;
  const take = (token: us_listen_socket | false): void => {
    socket = token;
  };
  // The overload with a host and options exists in the library but not in its types.
  (app.listen as unknown as (host: string, port: number, options: number, callback: typeof take) => void).call(
    app,
    host,
    port,
    native.LIBUS_LISTEN_EXCLUSIVE_PORT,
    take,
  );
  return socket;
}

/** uWebSockets.js only says that it could not listen; Node, asked for the same address, says why. */
function whyNot(host: string, port: number): Promise<string> {
  return new Promise((resolve) => {
    const probe = createServer();
    const what = `cannot listen on ${host}:${port}`;
    probe.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE')
        resolve(`${what}: the port is in use; stop its server or choose another port (0 takes any free one)`);
      else if (error.code === 'EADDRNOTAVAIL')
        resolve(`${what}: no interface of this machine has that address; choose another host`);
      else if (error.code === 'EACCES') resolve(`${what}: this user may not take that port; choose one above 1023`);
      else resolve(`${what}: ${error.message}`);
    });
    probe.listen(port, host, () => probe.close(() => resolve(`${what}: the port was in use a moment ago; try again`)));
  });
}
