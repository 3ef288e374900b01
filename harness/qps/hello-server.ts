/** A server started for a measurement of requests: one of ours, which publishes nothing meanwhile, or a framework's. */
import { defaultMaxBufferedBytes, defaultSeed } from '../defaults.js';
import { serverWorkload } from '../pair.js';
import { startServer } from '../processes.js';
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

/** Silent, as nobody tells it to publish. */
async function startOwnServer(subject: string, cores: string | null): Promise<HelloServer> {
  const workload = serverWorkload({ id: 'qps', title: 'Requests only', payloadBytes: 16 });
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
    return { pid, port, stop };
  } catch (error) {
    throw error instanceof WorkerFailure ? new UserError(error.message) : error;
  }
}
