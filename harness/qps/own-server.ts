/** A server of ours, started for a measurement and silent but for what it is asked: nothing is published. */
import { workloadSchema } from '../../contract/trial.js';
import { defaultMaxBufferedBytes, defaultSeed } from '../defaults.js';
import { type ServerProcess, startServer, WorkerFailure } from '../processes.js';
import { UserError } from '../user-error.js';

/** The article's plain GET. */
export const helloPath = '/hello';

/** @throws UserError with the server's own reason */
export async function startOwnServer(subject: string, cores: string | null): Promise<ServerProcess> {
  const workload = workloadSchema.parse({
    id: 'qps',
    title: 'Requests only',
    subscribers: 1,
    updates: { rateHz: 1, arrival: 'periodic' },
    payloadBytes: 16,
    poll: { intervalMs: 1000, pacing: 'request-start', phase: 'zero', connection: 'keep-alive' },
    longPollTimeoutMs: 25_000,
    delivery: 'latest',
    warmupMs: 0,
    windowMs: 1000,
    drainMs: 2000,
  });
  try {
    return await startServer({
      subject,
      argument: { host: '127.0.0.1', port: 0, workload, seed: defaultSeed, maxBufferedBytes: defaultMaxBufferedBytes },
      place: { cores, enter: [] },
      stderrFile: null,
    });
  } catch (error) {
    throw error instanceof WorkerFailure ? new UserError(error.message) : error;
  }
}
