/** `pushlab churn`: subscribers that come and vanish; whether the server lets go of them. */
import { type ChurnOptions, churnTable, churnWays, keptBytes, runChurn } from '../churn.js';
import { formatTable } from '../columns.js';
import { createRunDirectory, displayPath, readPlan, writeProbe } from '../files.js';
import { chooseCores } from '../meters/environment.js';
import { NetNamespace, removeLeftoverNamespaces, whyNoWire } from '../meters/wire.js';
import { type ChurnRound, figureOfInterval, formatCount, methodVersion } from '../model.js';
import { churnOptionsSchema, parseOptions } from '../options.js';
import { placesOf } from '../places.js';
import { newRunId } from '../run-id.js';
import { UserError } from '../user-error.js';
import { WorkerFailure } from '../worker.js';
import { refuseWithoutServer } from './measure.js';
import { stdoutTerminal, tell } from './output.js';

export default async function churn(_args: string[], given: Record<string, unknown>): Promise<number> {
  const { transport, cycles, count, seed, out, run } = parseOptions(churnOptionsSchema, given);
  refuseWithoutServer();
  // Before the rounds, not after them.
  const judged = run === undefined ? null : readPlan(run).runId;
  const why = whyNoWire();
  if (why !== null) tell(`nobody vanishes silently: ${why}`);
  removeLeftoverNamespaces();
  const network = why === null ? NetNamespace.create('churn') : null;
  const remove = () => network?.remove();
  process.once('exit', remove);
  const { server: serverCores, generator: generatorCores } = chooseCores();
  const common: Omit<ChurnOptions, 'transport'> = {
    ways: churnWays(network),
    cycles,
    connections: count,
    places: placesOf({ serverCores, generatorCores }, network),
    network,
    seed,
    onRound: (round) => tell(describe(round)),
  };
  const rounds: ChurnRound[] = [];
  try {
    for (const id of transport) rounds.push(...(await runChurn({ ...common, transport: id })));
  } catch (error) {
    throw error instanceof WorkerFailure ? new UserError(error.message) : error;
  } finally {
    remove();
  }
  const { runId, directory } =
    run === undefined || judged === null
      ? createRunDirectory(out, newRunId('churn', new Date()), { latest: false })
      : { runId: judged, directory: run };
  writeProbe(directory, 'churn', { methodVersion, runId, connections: count, ...churnTable(rounds) });
  console.log(`\n${format(rounds)}\n\nrounds: ${displayPath(directory)}/churn.json`);
  if (run !== undefined) console.log(`judge the run again with: npx pushlab judge ${displayPath(run)}`);
  return rounds.every(({ left }) => left === 0) ? 0 : 1;
}

function describe({ cycle, how, transport, open, left, goneAfterMs }: ChurnRound): string {
  const gone = goneAfterMs === null ? `${left} still open` : `all gone after ${formatCount(goneAfterMs)} ms`;
  return `${transport.padEnd(12)} ${String(cycle + 1).padStart(3)} ${how.padEnd(6)} ${open} open, ${gone}`;
}

function format(rounds: readonly ChurnRound[]): string {
  const transports = [...new Set(rounds.map(({ transport }) => transport))];
  const rows = transports.flatMap((transport) => {
    const own = rounds.filter((round) => round.transport === transport);
    const kept = keptBytes(own);
    return [...new Set(own.map(({ how }) => how))].map((how, i) => {
      const same = own.filter((round) => round.how === how);
      const gone = same.flatMap(({ goneAfterMs }) => goneAfterMs ?? []);
      return [
        transport,
        how,
        formatCount(same.reduce((sum, { open }) => sum + open, 0)),
        formatCount(same.reduce((sum, { left }) => sum + left, 0)),
        gone.length === 0 ? 'never' : formatCount(Math.max(...gone)),
        i > 0 ? '' : kept === null ? 'too few rounds' : describeKept(kept),
      ];
    });
  });
  const head = ['transport', 'left by', 'came and went', 'still held', 'longest held ms', 'B kept per connection'];
  return formatTable([head, ...rows], { terminal: stdoutTerminal(), names: 2 });
}

/** `40 [−12 to 95]`. */
function describeKept({ bytesPerConnection, interval }: NonNullable<ReturnType<typeof keptBytes>>): string {
  const [low, high] = interval;
  const { figure, range } = figureOfInterval({ median: bytesPerConnection, low, high });
  return range === null ? figure : `${figure} [${range}]`;
}
