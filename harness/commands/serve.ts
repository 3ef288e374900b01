/** `pushlab serve`: the server of the trials, run by hand until Ctrl-C. */
import { nowUs } from '../../contract/clock.js';
import { transportIds, transports } from '../../contract/transports.js';
import { defaultMaxBufferedBytes, defaultSeed, serveDefaults } from '../defaults.js';
import { parseOptions, serveOptionsSchema } from '../options.js';
import { serverWorkload } from '../pair.js';
import { startServer } from '../processes.js';
import { UserError } from '../user-error.js';
import { WorkerFailure } from '../worker.js';
import { untilInterrupted } from './interrupts.js';
import { say } from './output.js';

/** The measuring window of a server that measures nothing: a century away. */
const neverUs = 100 * 365 * 86_400e6;
const stopTimeoutMs = 5_000;

export default async function serve(_args: string[], given: Record<string, unknown>): Promise<number> {
  const options = parseOptions(serveOptionsSchema, given);
  const host = options.host ?? serveDefaults.host;
  const rateHz = options.rate ?? serveDefaults.rateHz;
  const payloadBytes = options.payload ?? serveDefaults.payloadBytes;
  const arrival = options.arrival ?? 'periodic';
  const workload = serverWorkload({
    id: 'serve',
    title: 'By hand',
    rateHz,
    arrival,
    burstSize: arrival === 'bursts' ? 10 : 1,
    payloadBytes,
  });
  const stopped = untilInterrupted();
  const { worker, port } = await startServer({
    subject: options.subject ?? 'uws',
    argument: {
      host,
      port: options.port ?? serveDefaults.port,
      workload,
      seed: defaultSeed,
      maxBufferedBytes: defaultMaxBufferedBytes,
    },
    place: { cores: null, enter: [] },
    stderrFile: null,
  }).catch((error: unknown) => {
    throw error instanceof WorkerFailure ? new UserError(error.message) : error;
  });
  const startUs = nowUs();
  worker.send({ type: 'start', startUs, windowStartUs: startUs + neverUs, windowEndUs: startUs + neverUs + 1 });

  const origin = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  say(`${origin}/  shows every transport live (${rateHz} updates/s of ${payloadBytes} B, ${arrival})\n`, 2);
  console.log(exampleCommands(origin));
  console.log('\nCtrl-C stops it.');
  try {
    await Promise.race([stopped, worker.failed()]);
    worker.send({ type: 'stop' });
    await worker.next('report', stopTimeoutMs);
  } catch (error) {
    throw error instanceof WorkerFailure ? new UserError(error.message) : error;
  } finally {
    worker.disconnect();
    await worker.gone();
  }
  return 0;
}

function exampleCommands(origin: string): string {
  return transportIds
    .map((id) => {
      const { path } = transports[id];
      const query = id === 'long-polling' ? '?since=0' : '';
      return id === 'websocket'
        ? `  npx wscat -c ${origin.replace('http', 'ws')}${path}`
        : `  curl -N '${origin}${path}${query}'`;
    })
    .join('\n');
}
