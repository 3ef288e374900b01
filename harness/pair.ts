/**
 * A server and one worker of the load generator at it: what is measured beside trials is measured between these two.
 *
 * A trial's own processes are many and each has its place in a plan (trial/ends.ts); here it takes a port, and that
 * whatever fails ends every wait and leaves nothing running.
 */
import { type Workload, workloadSchema } from '../contract/trial.js';
import { defaultMaxBufferedBytes, defaultSeed } from './defaults.js';
import type { Place, Places } from './places.js';
import { type ServerProcess, startServer } from './processes.js';
import type { Worker } from './worker.js';

export interface Published {
  readonly id: string;
  readonly title: string;
  /** Once the server is told to start; until then it is silent. */
  readonly rateHz?: number;
  readonly arrival?: Workload['updates']['arrival'];
  readonly burstSize?: number;
  readonly payloadBytes?: number;
}

/** What a server is told that is in no plan: how to publish. All else of a workload is for clients of trials. */
export function serverWorkload({
  id,
  title,
  rateHz = 1,
  arrival = 'periodic',
  burstSize = 1,
  payloadBytes = 128,
}: Published): Workload {
  return workloadSchema.parse({
    id,
    title,
    subscribers: 1,
    updates: { rateHz, arrival, burstSize },
    payloadBytes,
    poll: { intervalMs: 1_000, pacing: 'request-start', phase: 'zero', connection: 'keep-alive' },
    longPollTimeoutMs: 25_000,
    delivery: 'every',
    warmupMs: 0,
    windowMs: 1_000,
    drainMs: 2_000,
  });
}

type Message = { type: string };

interface PairOptions<To extends Message, From extends Message> {
  readonly subject: string;
  readonly workload: Workload;
  readonly seed?: number;
  readonly places: Places;
  /** Starts the worker at a server that listens. */
  readonly spawn: (port: number, place: Place) => Worker<To, From>;
  /** Rejects when it is to end. */
  readonly abort?: Promise<never> | undefined;
}

export interface Pair<To extends Message, From extends Message> {
  readonly subject: string;
  readonly server: ServerProcess;
  readonly client: Worker<To, From>;
  /** What comes first: the awaited thing, the failure of either process, or the abort. */
  sooner<T>(awaited: Promise<T>): Promise<T>;
  /** Resolves when both are gone. */
  close(): Promise<void>;
}

/**
 * The server listens then; the worker has still to say that it is there.
 *
 * @throws WorkerFailure when the server does not come up
 */
export async function startPair<To extends Message, From extends Message>({
  subject,
  workload,
  seed = defaultSeed,
  places,
  spawn,
  abort,
}: PairOptions<To, From>): Promise<Pair<To, From>> {
  const argument = { host: '127.0.0.1', port: 0, workload, seed, maxBufferedBytes: defaultMaxBufferedBytes };
  const server = await startServer({ subject, argument, place: places.server, stderrFile: null });
  const client = spawn(server.port, places.generator);
  // Whoever waits hears of it; when nobody does, there is nobody to tell.
  abort?.catch(() => {});
  return {
    subject,
    server,
    client,
    sooner: (awaited) =>
      Promise.race([awaited, server.worker.failed(), client.failed(), ...(abort === undefined ? [] : [abort])]),
    close: async () => {
      for (const worker of [server.worker, client]) worker.disconnect();
      await Promise.all([server.worker.gone(), client.gone()]);
    },
  };
}
