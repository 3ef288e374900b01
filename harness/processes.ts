/**
 * Which worker processes there are, and where each starts: a subject, its clients, a proxy between them, and the workers
 * of what is measured beside trials.
 */
import { type ClientKind, clients } from '../contract/clients.js';
import type {
  ChurnArgument,
  ClientArgument,
  FromChurn,
  FromClient,
  FromProxy,
  FromReader,
  FromServer,
  FromUpstream,
  ProxyArgument,
  ReaderArgument,
  ServerArgument,
  ToChurn,
  ToClient,
  ToProxy,
  ToReader,
  ToServer,
  ToUpstream,
  UpstreamArgument,
} from '../contract/control.js';
import { faultyPrefix, type UpdateFaultId, updateFaultIds } from '../contract/faults.js';
import type { Place } from './places.js';
import { startTimeoutMs, Worker, WorkerFailure } from './worker.js';

/** Where each subject's worker starts, from this folder. One line per subject. */
export const subjectEntries: Readonly<Record<string, string>> = {
  uws: '../servers/uws/main.ts',
  node: '../servers/node/main.ts',
};
export const subjectIds: readonly string[] = Object.keys(subjectEntries);
/** Whose processes can share a port, and listen on several addresses. */
export const sharingSubjectIds: readonly string[] = ['uws'];

/** Servers that are wrong on purpose, to see whether that is measured; apart, so that nobody takes one for a subject. */
const faultySubjects: ReadonlyMap<string, UpdateFaultId> = new Map(updateFaultIds.map((id) => [faultyPrefix + id, id]));
export const faultySubjectIds: readonly string[] = [...faultySubjects.keys()];
const faultyEntry = '../servers/faulty/main.ts';

const rawEntry = '../clients/raw/main.ts';

/**
 * For a crowd of connections: V8 lets its young generation grow to 16 MB twice over as they are opened, which is then taken
 * for memory that 10,000 connections need. Trials have V8's own choice.
 */
export const crowdNodeFlags: readonly string[] = ['--max-semi-space-size=1'];
const browserEntry = '../clients/browser/main.ts';

function clientEntry(kind: ClientKind): string {
  return clients[kind].inBrowser ? browserEntry : rawEntry;
}

interface ServerOptions {
  readonly argument: ServerArgument;
  readonly subject: string;
  readonly place: Place;
  /** Everything the process writes to stderr is appended here. */
  readonly stderrFile: string | null;
}

export interface ServerProcess {
  readonly worker: Worker<ToServer, FromServer>;
  readonly pid: number;
  readonly port: number;
}

/**
 * Starts a subject's process; it has still to say `ready`.
 *
 * @throws WorkerFailure `server-start` for an unknown subject
 */
export function spawnServer(options: ServerOptions): Worker<ToServer, FromServer> {
  const { argument, subject, place, stderrFile } = options;
  const fault = faultySubjects.get(subject);
  const entry = fault === undefined ? subjectEntries[subject] : faultyEntry;
  if (entry === undefined)
    throw new WorkerFailure('server-start', `no subject '${subject}'; there is: ${subjectIds.join(', ')}`);
  const whole = fault === undefined ? argument : { ...argument, fault };
  return new Worker<ToServer, FromServer>('server', entry, whole, place, stderrFile);
}

/**
 * Starts a subject and waits until it listens.
 *
 * @throws WorkerFailure `server-start` with the server's own reason, such as a busy port
 */
export async function startServer(options: ServerOptions): Promise<ServerProcess> {
  const worker = spawnServer(options);
  try {
    const { port } = await worker.next('ready', startTimeoutMs);
    return { worker, pid: worker.pid, port };
  } catch (error) {
    worker.kill();
    await worker.exited;
    throw error;
  }
}

/** Starts a worker whose subscribers come and vanish; it has still to say `loaded`. */
export function spawnChurn(argument: ChurnArgument, place: Place): Worker<ToChurn, FromChurn> {
  return new Worker<ToChurn, FromChurn>('client', '../clients/churn/main.ts', argument, place, null);
}

/** Starts a worker that reads single event streams; it has still to say `loaded`. */
export function spawnReader(argument: ReaderArgument, place: Place): Worker<ToReader, FromReader> {
  return new Worker<ToReader, FromReader>('client', '../clients/reader/main.ts', argument, place, null);
}

/** Starts a worker that talks to the server; it says `open` when its connections stand. */
export function spawnUpstream(argument: UpstreamArgument, place: Place): Worker<ToUpstream, FromUpstream> {
  return new Worker<ToUpstream, FromUpstream>('client', '../clients/upstream/main.ts', argument, place, null);
}

interface ClientOptions {
  readonly argument: ClientArgument;
  readonly place: Place;
  readonly stderrFile: string | null;
}

/** Starts a client worker; it has still to say `loaded`. */
export function spawnClient(options: ClientOptions): Worker<ToClient, FromClient> {
  const { argument, place, stderrFile } = options;
  const { trial, workload } = argument;
  return new Worker<ToClient, FromClient>(
    'client',
    clientEntry(trial.client),
    argument,
    place,
    stderrFile,
    workload.sockets === 'auto' ? crowdNodeFlags : [],
  );
}

/** Starts a proxy, which stands between the clients and a server that already listens; it has still to say `ready`. */
export function spawnProxy(argument: ProxyArgument, place: Place, stderrFile: string): Worker<ToProxy, FromProxy> {
  return new Worker<ToProxy, FromProxy>('proxy', '../servers/proxies/main.ts', argument, place, stderrFile);
}
