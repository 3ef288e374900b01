/**
 * What the harness reads of a trial's processes and of the machine, from outside them.
 *
 * At the window's edges everything is read in one go; what that costs is itself read. What takes longer than a
 * millisecond, memory above all, is read when the window is over.
 */
import { nowUs } from '../../contract/clock.js';
import { arrangementOf } from '../arrange.js';
import { type NoiseReading, readNoise } from '../meters/noise.js';
import { type CostReading, type MemoryReading, readCost, readMemory } from '../meters/process-cost.js';
import {
  type ProcessTree,
  partsOf,
  readTree,
  readTreeCost,
  readTreeMemory,
  type TreeCost,
} from '../meters/process-tree.js';
import type { WireReading } from '../meters/wire.js';
import { type Loopback, readLoopbackOf } from '../meters/wire-window.js';
import type { ProcessPart } from '../model.js';
import { coresIn } from '../places.js';
import { isInBrowser, type Setting } from './arguments.js';
import type { TrialEnds } from './ends.js';

/** At one edge of the window. */
export interface Edge {
  readonly servers: readonly (CostReading | null)[];
  readonly clients: readonly TreeCost[];
  readonly crowd: CostReading | null;
  readonly proxy: CostReading | null;
  readonly loopback: Loopback | null;
  readonly noise: NoiseReading;
  readonly elapsedUs: number;
}

export interface Memory {
  readonly servers: readonly MemoryReading[];
  readonly clients: readonly MemoryReading[];
}

/** Of each client worker. Found once, before the source starts: a browser starts nothing more that matters while its pages stay. */
export function treesOf({ setting, clients }: TrialEnds): ProcessTree[] {
  return clients.map(({ pid }) => (isInBrowser(setting) ? readTree(pid) : new Map([[pid, 'driver']])));
}

export function readEdge({ setting, servers, crowd, proxy }: TrialEnds, trees: readonly ProcessTree[]): Edge {
  const startedUs = nowUs();
  const costs = {
    servers: servers.map(({ pid }) => readCost(pid)),
    clients: trees.map(readTreeCost),
    crowd: crowd === null ? null : readCost(crowd.pid),
    proxy: proxy === null ? null : readCost(proxy.pid),
  };
  const [server] = servers;
  const loopback = server === undefined ? null : readLoopbackOf(server.pid);
  const noise = readNoise(watchedCores(setting));
  return { ...costs, loopback, noise, elapsedUs: nowUs() - startedUs };
}

function watchedCores({ plan, trial }: Setting): string[] {
  const { serverCores, generatorCores } = arrangementOf(plan, trial);
  return [...coresIn(serverCores), ...coresIn(generatorCores)];
}

export function readMemoryOf({ servers }: TrialEnds, trees: readonly ProcessTree[]): Memory {
  return { servers: servers.map(({ pid }) => readMemory(pid)), clients: trees.map(readTreeMemory) };
}

/** Only a browser has any worth telling apart. Their memory is that of now. */
export function readParts(
  { setting }: TrialEnds,
  trees: readonly ProcessTree[],
  before: Edge,
  after: Edge,
): ProcessPart[] {
  if (!isInBrowser(setting)) return [];
  return trees.flatMap((tree, i) => partsOf(tree, before.clients[i] as TreeCost, after.clients[i] as TreeCost));
}

/** Null without a network of the run's own. */
export async function readWire({ network }: Setting): Promise<WireReading | null> {
  return network === null ? null : network.read();
}
