/**
 * The worker process of the uWebSockets.js subject: one server, one trial.
 *
 * Life and messages as in contract/control.ts. Nothing is printed while measuring. It exits when its channel
 * closes, and with `fatal` and code 1 when it cannot go on.
 */
import type { FromServer, ServerArgument, ToServer } from '../../contract/control.js';
import type { Server } from './app.js';

process.on('disconnect', () => process.exit(0));
// The harness may have gone while this file was being compiled.
if (process.send !== undefined && !process.connected) process.exit(0);
process.on('uncaughtException', (error) => fail(error instanceof Error ? error.message : String(error)));
// Ctrl-C in a terminal reaches the whole group; whoever started this worker decides when it stops.
process.on('SIGINT', () => {});

try {
  if (process.send === undefined)
    throw new Error('servers/uws/main.ts is a worker and needs an IPC channel; to run a server by hand: pushlab serve');
  serve(await (await loadServer()).open(readArgument(process.argv[2])));
} catch (error) {
  fail((error as Error).message);
}

function serve(server: Server): void {
  process.on('message', async (message: ToServer) => {
    switch (message.type) {
      case 'start':
        return server.start(message);
      case 'window':
        return say({ type: 'window', ...(await server.window()) });
      case 'stop':
        await server.stop();
        return say({ type: 'report', report: server.report() }, () => process.exit(0));
    }
  });
  say({ type: 'ready', port: server.port });
}

/** Imported here and not above, so that a binary that does not load is a message and not a stack. */
async function loadServer(): Promise<typeof Server> {
  try {
    return (await import('./app.js')).Server;
  } catch (error) {
    const { glibcVersionRuntime } = (process.report.getReport() as { header: { glibcVersionRuntime?: string } }).header;
    const reason = (error as Error).message.trim().split('\n').at(-1);
    throw new Error(
      `uWebSockets.js does not load on Node ${process.versions.node} with glibc ${glibcVersionRuntime ?? '(none)'}: ` +
        `${reason}; it has binaries for Node 20 (glibc 2.27 or newer) and Node 22, 24 and 25 (glibc 2.38 or newer)`,
    );
  }
}

function readArgument(text: string | undefined): ServerArgument {
  try {
    const argument: unknown = JSON.parse(text ?? '');
    if (typeof argument === 'object' && argument !== null && 'workload' in argument) return argument as ServerArgument;
  } catch {
    // Said below, together with the other way to be wrong.
  }
  throw new Error(
    `the server's one argument must be a ServerArgument (contract/control.ts) in JSON, not ${text === undefined ? 'nothing' : `'${text.slice(0, 60)}'`}`,
  );
}

function say(message: FromServer, then: () => void = () => {}): void {
  process.send?.(message, then);
}

function fail(message: string): void {
  process.exitCode = 1;
  process.stderr.write(`${message}\n`);
  if (process.connected) say({ type: 'fatal', message }, () => process.exit(1));
  else process.exit(1);
}
