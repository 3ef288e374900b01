/**
 * The worker process of a subject: one server, one trial.
 *
 * Life and messages as in contract/control.ts. Nothing is printed while measuring. It exits when its channel
 * closes, and with `fatal` and code 1 when it cannot go on.
 */
import type { FromServer, ServerArgument, ToServer } from '../../contract/control.js';
import { type OpenSubject, Server } from './server.js';

/**
 * Runs until the channel closes or says stop.
 *
 * @param file the worker's own, as it is said to who starts it by hand
 * @param load imports the subject, so that one that does not load is a message and not a stack
 */
export async function runWorker(file: string, load: () => Promise<OpenSubject>): Promise<void> {
  process.on('disconnect', () => process.exit(0));
  // The harness may have gone while this was being compiled.
  if (process.send !== undefined && !process.connected) process.exit(0);
  process.on('uncaughtException', (error) => fail(error instanceof Error ? error.message : String(error)));
  // Ctrl-C in a terminal reaches the whole group; whoever started this worker decides when it stops.
  process.on('SIGINT', () => {});
  try {
    if (process.send === undefined)
      throw new Error(`${file} is a worker and needs an IPC channel; to run a server by hand: pushlab serve`);
    const argument = readArgument(process.argv[2]);
    const subject = await load();
    if (argument.standby === true) await toldToListen();
    serve(await Server.open(subject, argument));
  } catch (error) {
    fail((error as Error).message);
  }
}

function toldToListen(): Promise<void> {
  // The first message to a server on standby can be no other.
  const told = new Promise<void>((resolve) => process.once('message', () => resolve()));
  say({ type: 'standby' });
  return told;
}

function serve(server: Server): void {
  process.on('message', async (message: ToServer) => {
    switch (message.type) {
      case 'start':
        return server.start(message, message.publishFromUs);
      case 'window':
        return say({ type: 'window', ...(await server.window()) });
      case 'stop':
        await server.stop();
        return say({ type: 'report', report: server.report() }, () => process.exit(0));
    }
  });
  say({ type: 'ready', port: server.port });
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
