/**
 * Subscribers that come, receive and vanish, round after round, and what the server still holds of them.
 *
 * Three ways to vanish: with a goodbye of TCP (FIN), with a reset, and silently, as a machine that loses its power does.
 * The last takes a network of the run's own, in which the wire is cut before the sockets are closed. Nobody tells the
 * server then; it can only notice that what it sends is not acknowledged, which takes the kernel 15 minutes by default
 * (net.ipv4.tcp_retries2 = 15). In here it gives up after three tries, some 3 s, so that a test can see it.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { nowUs } from '../contract/clock.js';
import type { FromServer, ToServer, VanishWay } from '../contract/control.js';
import type { TransportId } from '../contract/transports.js';
import { countDescriptors, readMemory } from './meters/process-cost.js';
import type { NetNamespace } from './meters/wire.js';
import type { Churn, ChurnRound } from './model.js';
import { serverWorkload, startPair } from './pair.js';
import type { Places } from './places.js';
import { spawnChurn } from './processes.js';
import { startTimeoutMs, type Worker } from './worker.js';

/** How often the server is looked at. */
const lookMs = 50;
/** Its own idle timeout is some 12 s; twice that, and what is still open stays open. */
const patienceMs = 30_000;
/** Tries before the kernel gives a silent peer up: 0.2 + 0.4 + 0.8 + 1.6 s (RFC 6298). */
const retriesToSilentPeers = 3;
const roundTimeoutMs = 60_000;
const farAwayUs = 86_400e6;

export interface ChurnOptions {
  readonly transport: TransportId;
  readonly ways: readonly VanishWay[];
  /** Of each way, in turn. */
  readonly cycles: number;
  readonly connections: number;
  readonly places: Places;
  /** Needed for silent ones, else null. */
  readonly network: NetNamespace | null;
  readonly seed: number;
  readonly onRound?: (round: ChurnRound) => void;
  /** Rejects when it is to end; both processes are gone then. */
  readonly abort?: Promise<never>;
}

/** Silent ones take a network whose wire can be cut. */
export function churnWays(network: NetNamespace | null): VanishWay[] {
  return network === null ? ['fin', 'rst'] : ['fin', 'rst', 'silent'];
}

type KeptBytes = { readonly bytesPerConnection: number; readonly interval: [number, number] };
const nothingKnown = { bytesPerConnection: null, interval: null };

/** What the rounds come to, by transport. */
export function churnTable(rounds: ChurnRound[]): Pick<Churn, 'rounds' | 'kept'> {
  const transports = [...new Set(rounds.map(({ transport }) => transport))];
  return {
    rounds,
    kept: transports.map((transport) => ({
      transport,
      ...(keptBytes(rounds.filter((round) => round.transport === transport)) ?? nothingKnown),
    })),
  };
}

const workload = serverWorkload({ id: 'churn', title: '20 updates/s', rateHz: 20 });

/** @throws WorkerFailure when the server or the worker dies or says nothing */
export async function runChurn(options: ChurnOptions): Promise<ChurnRound[]> {
  const { transport, connections, places, network, seed } = options;
  network?.giveUpAfter(retriesToSilentPeers);
  const { payloadBytes } = workload;
  const { server, client, sooner, close } = await startPair({
    subject: 'uws',
    workload,
    seed,
    places,
    spawn: (port, place) => spawnChurn({ transport, host: '127.0.0.1', port, connections, payloadBytes }, place),
    abort: options.abort,
  });
  try {
    await sooner(client.next('loaded', startTimeoutMs));
    startPublishing(server.worker);
    const base = countDescriptors(server.pid);
    const rounds: ChurnRound[] = [];
    for (let cycle = 0; cycle < options.cycles; cycle++)
      for (const how of options.ways) {
        client.send({ type: 'open' });
        await sooner(client.next('received', roundTimeoutMs));
        const open = countDescriptors(server.pid) - base;
        if (how === 'silent') network?.cut(server.port);
        client.send({ type: 'vanish', how });
        await sooner(client.next('vanished', roundTimeoutMs));
        const vanishedUs = nowUs();
        const left = await sooner(untilAtBase(server.pid, base));
        const goneAfterMs = left > 0 ? null : (nowUs() - vanishedUs) / 1000;
        if (how === 'silent') network?.mend();
        const { anonymousBytes } = readMemory(server.pid);
        const round = { cycle, how, transport, open, left, goneAfterMs, serverAnonymousBytes: anonymousBytes };
        rounds.push(round);
        options.onRound?.(round);
      }
    return rounds;
  } finally {
    await close();
  }
}

/** Descriptors above the base when they are down to it, or when patience ends. */
async function untilAtBase(pid: number, base: number): Promise<number> {
  const deadlineUs = nowUs() + patienceMs * 1000;
  for (;;) {
    const left = Math.max(0, countDescriptors(pid) - base);
    if (left === 0 || nowUs() > deadlineUs) return left;
    await delay(lookMs);
  }
}

/** From now on, and for ever: with a window so far off that nothing is measured in it. */
export function startPublishing(server: Worker<ToServer, FromServer>): void {
  const startUs = nowUs();
  server.send({ type: 'start', startUs, windowStartUs: startUs + farAwayUs, windowEndUs: startUs + farAwayUs + 1 });
}

/**
 * Bytes the server keeps for each connection that came and went: the slope over the rounds after the first third, in
 * which code is compiled and heaps find their size. Null where memory was not measured or there are too few rounds.
 */
export function keptBytes(rounds: readonly ChurnRound[]): KeptBytes | null {
  const points: [number, number][] = [];
  let churned = 0;
  for (const { open, serverAnonymousBytes } of rounds) {
    churned += open;
    if (serverAnonymousBytes !== null) points.push([churned, serverAnonymousBytes]);
  }
  const settled = points.slice(Math.floor(points.length / 3));
  if (settled.length < 3) return null;
  // Theil–Sen: the median of the slopes of all pairs, which a garbage collection between two rounds does not move.
  const slopes = settled.flatMap(([x, y], i) => settled.slice(i + 1).map(([x2, y2]) => (y2 - y) / (x2 - x)));
  slopes.sort((a, b) => a - b);
  const at = (index: number) => slopes[Math.min(slopes.length - 1, Math.max(0, index))] as number;
  const middle = (slopes.length - 1) / 2;
  // Sen, JASA 63 (1968): ranks by the variance of Kendall's S.
  const n = settled.length;
  const apart = 1.96 * Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18);
  return {
    bytesPerConnection: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    interval: [at(Math.floor((slopes.length - apart) / 2) - 1), at(Math.ceil((slopes.length + apart) / 2))],
  };
}
