/** A server started for a measurement of requests: one of ours, which publishes nothing meanwhile, or a framework's. */
import { workloadSchema } from '../../contract/trial.js';
import { defaultMaxBufferedBytes, defaultSeed } from '../defaults.js';
import { type ServerProcess, startServer } from '../processes.js';
import { UserError } from '../user-error.js';
import { WorkerFailure } from '../worker.js';
import { frameworks, startFramework } from './frameworks.js';

/** The article's plain GET. */
export const helloPath = '/hello';

export interface HelloServer {
  readonly pid: number;
  readonly port: number;
  /** Resolves when it is gone. */
  stop(): Promise<void>;
}

/**
 * @param subject one of ours, or the id of a framework
 * @throws UserError with the server's own reason
 */
export async function startHelloServer(subject: string, cores: string | null): Promise<HelloServer> {
  const framework = frameworks.find(({ id }) => id === subject);
  return framework === undefined ? startOwnServer(subject, cores) : startFramework(framework, cores);
}

export interface OwnServer extends HelloServer {
  /** To tell it to publish. */
  readonly worker: ServerProcess['worker'];
}

/**
 * One of ours, silent until it is told to publish.
 *
 * @throws UserError with the server's own reason
 */
export async function startOwnServer(
  subject: string,
  cores: string | null,
  { rateHz, payloadBytes } = { rateHz: 1, payloadBytes: 16 },
): Promise<OwnServer> {
  const workload = workloadSchema.parse({
    id: 'qps',
    title: 'Requests only',
    subscribers: 1,
    updates: { rateHz, arrival: 'periodic' },
    payloadBytes,
    poll: { intervalMs: 1000, pacing: 'request-start', phase: 'zero', connection: 'keep-alive' },
    longPollTimeoutMs: 25_000,
    delivery: 'latest',
    warmupMs: 0,
    windowMs: 1000,
    drainMs: 2000,
  });
  try {
    const { pid, port, worker } = await startServer({
      subject,
      argument: { host: '127.0.0.1', port: 0, workload, seed: defaultSeed, maxBufferedBytes: defaultMaxBufferedBytes },
      place: { cores, enter: [] },
      stderrFile: null,
    });
    const stop = () => {
      worker.disconnect();
      return worker.gone();
    };
    return { pid, port, worker, stop };
  } catch (error) {
    throw error instanceof WorkerFailure ? new UserError(error.message) : error;
  }
}
