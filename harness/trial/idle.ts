/** What it costs to hold subscribers who are sent nothing: over the workload's idle time, before the source starts. */
import { nowUs } from '../../contract/clock.js';
import { sumCosts } from '../merge.js';
import { costBetween, readCost } from '../meters/process-cost.js';
import { addCosts, type ProcessTree, readTreeCost } from '../meters/process-tree.js';
import { readSocketBytes, socketBytesBetween } from '../meters/socket-memory.js';
import type { OkTrial } from '../model.js';
import type { TrialEnds } from './ends.js';
import { readMemoryOf } from './readings.js';
import { sleepUntil } from './waits.js';

/** Reading the memory of both ends, with room for a busy machine. */
const readMs = 200;

/** Ends a moment before the source starts: reading the memory of a large process takes some milliseconds. */
export async function measureIdle(
  ends: TrialEnds,
  trees: readonly ProcessTree[],
  endUs: number,
  socketBytesBefore: number | null,
): Promise<OkTrial['idle']> {
  const { idleMs = 0 } = ends.setting.workload;
  if (idleMs === 0) return null;
  await sleepUntil(endUs - idleMs * 1000);
  const startUs = nowUs();
  const read = () => ({
    servers: ends.servers.map(({ pid }) => readCost(pid)),
    clients: trees.map((tree) => addCosts(readTreeCost(tree))),
  });
  const before = read();
  await sleepUntil(endUs - Math.min(readMs, idleMs / 2) * 1000);
  const after = read();
  const elapsedMs = (nowUs() - startUs) / 1000;
  const memory = readMemoryOf(ends, trees);
  const costs = (end: 'servers' | 'clients') =>
    sumCosts(memory[end].map((one, i) => costBetween(before[end][i], after[end][i], one)));
  const [server, generator] = [costs('servers'), costs('clients')];
  return {
    elapsedMs,
    serverCpuUs: server.cpuUs,
    generatorCpuUs: generator.cpuUs,
    serverAnonymousBytes: server.anonymousBytes,
    generatorAnonymousBytes: generator.anonymousBytes,
    kernelSocketBytes: socketBytesBetween(socketBytesBefore, readSocketBytes()),
  };
}
