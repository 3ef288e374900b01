/**
 * A worker of the request generator: one process, some of the connections, one measurement.
 *
 * Life and messages as in contract/qps.ts. Nothing is written or printed while measuring.
 */
import { nowUs } from '../../contract/clock.js';
import type { FromLoad, LoadArgument, LoadTimeline, ToLoad } from '../../contract/qps.js';
import { formatGet } from '../../contract/wire/http.js';
import { chooseEngine } from './choose-engine.js';
import { LoadConnection } from './connection.js';
import { ClosedPace, OpenPace, type Pace } from './pace.js';
import { KnownHead } from './response-reader.js';
import { Tally } from './tally.js';

/** Connections being opened at one time: below the smallest listen backlog in use (128 on older systems). */
const connectsAtOnce = 100;
/** How often outstanding requests are looked through for those that take too long. */
const sweepMs = 100;

process.on('disconnect', () => process.exit(0));
// The harness may have gone while this file was being compiled.
if (process.send !== undefined && !process.connected) process.exit(0);
process.on('uncaughtException', (error) => fail(error.stack ?? String(error)));

const argument = parseArgument(process.argv[2]);
const request = formatGet({
  path: argument.path,
  host: argument.host,
  ...(argument.mode === 'close' ? { headers: { Connection: 'close' } } : {}),
});
const engine = await chooseEngine(argument, request.length * argument.pipeline).catch((error: Error) => {
  fail(error.message);
  return new Promise<never>(() => {});
});
const tally = new Tally();
const connections: LoadConnection[] = [];
const pace: Pace =
  argument.rateHz === null ? new ClosedPace(connections) : new OpenPace(connections, tally, argument.rateHz);
let triedCount = 0;
let refusedCount = 0;
let sweep: NodeJS.Timeout | undefined;

process.on('message', (message: ToLoad) => {
  switch (message.type) {
    case 'connect':
      return connectAll();
    case 'start':
      return start(message);
  }
});
say({ type: 'loaded' });

function connectAll(): void {
  const context = {
    open: engine.openAt({ address: argument.address, port: argument.port, reused: argument.mode === 'keep-alive' }),
    readBuffer: engine.readBuffer,
    known: new KnownHead(engine.readBuffer),
    tally,
    mode: argument.mode,
    pipeline: argument.pipeline,
    requests: Array.from({ length: argument.pipeline + 1 }, (_, n) => Buffer.from(request.repeat(n), 'latin1')),
    tried,
    free: (connection: LoadConnection, atUs: number) => pace.free(connection, atUs),
  };
  for (let i = 0; i < argument.connections; i++) connections.push(new LoadConnection(context));
  sweep = setInterval(closeSlow, sweepMs);
  // In close mode there is nothing to open ahead: the first request of each opens its own.
  if (argument.mode === 'close') say({ type: 'ready', opened: connections.length, refused: null });
  else for (const connection of connections.slice(0, connectsAtOnce)) connection.connect();
}

function tried(_connection: LoadConnection, error: string | null): void {
  if (argument.mode === 'close') return;
  triedCount++;
  if (error !== null) refusedCount++;
  connections[triedCount + connectsAtOnce - 1]?.connect();
  if (triedCount === connections.length)
    say({ type: 'ready', opened: triedCount - refusedCount, refused: tally.errorsOf('connect') });
}

function start({ startUs, windowStartUs, windowEndUs }: LoadTimeline): void {
  at(startUs, () => pace.start(startUs));
  at(windowStartUs, () => {
    const now = nowUs();
    pace.settle(now);
    tally.openWindow(now);
  });
  at(windowEndUs, finish);
}

function finish(): void {
  const now = nowUs();
  pace.settle(now);
  const outstanding = connections.reduce((sum, connection) => sum + connection.outstanding, 0);
  const report = tally.closeWindow(now, {
    unanswered: outstanding + pace.overdue,
    sockets: engine.calls,
    open: argument.rateHz !== null,
  });
  pace.stop();
  clearInterval(sweep);
  for (const connection of connections) connection.stop();
  say({ type: 'report', report }, () => process.exit(0));
}

function closeSlow(): void {
  const limitUs = nowUs() - argument.timeoutMs * 1000;
  for (const connection of connections) if (connection.oldestUs < limitUs) connection.timedOut();
}

function at(timeUs: number, action: () => void): void {
  setTimeout(action, Math.max(0, (timeUs - nowUs()) / 1000));
}

function say(message: FromLoad, sent?: () => void): void {
  process.send?.(message, undefined, undefined, sent);
}

function fail(message: string): void {
  say({ type: 'fatal', message }, () => process.exit(1));
}

function parseArgument(text: string | undefined): LoadArgument {
  if (text === undefined || process.send === undefined) {
    console.error('clients/qps/main.ts is started by the harness, with one JSON argument and an IPC channel');
    process.exit(2);
  }
  return JSON.parse(text) as LoadArgument;
}
