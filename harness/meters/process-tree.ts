/**
 * A load generator that is several processes: a driver and a browser with its renderers and network service.
 *
 * What each is for is read from its command line; its cost comes from /proc like every other process's, so that it
 * counts the same whether or not the browser itself would say.
 */
import { readdirSync, readFileSync } from 'node:fs';
import type { ProcessPart } from '../model.js';
import { type CostReading, costBetween, type MemoryReading, readCost, readMemory } from './process-cost.js';

/** Process id → what it is for. */
export type ProcessTree = ReadonlyMap<number, ProcessPart['role']>;

/** A process and everything it started. Empty where /proc is missing. Takes some ms: not while a window is open. */
export function readTree(root: number): ProcessTree {
  const children = new Map<number, number[]>();
  for (const [pid, parent] of parents()) children.set(parent, [...(children.get(parent) ?? []), pid]);
  const tree = new Map<number, ProcessPart['role']>();
  const waiting = [root];
  for (let pid = waiting.pop(); pid !== undefined; pid = waiting.pop()) {
    tree.set(pid, pid === root ? 'driver' : roleOf(pid));
    waiting.push(...(children.get(pid) ?? []));
  }
  return tree;
}

export type TreeCost = ReadonlyMap<number, CostReading>;

/** What every process of the tree has cost so far; one that is gone is left out. */
export function readTreeCost(tree: ProcessTree): TreeCost {
  const costs = new Map<number, CostReading>();
  for (const pid of tree.keys()) {
    const cost = readCost(pid);
    if (cost !== null) costs.set(pid, cost);
  }
  return costs;
}

/** All of them as if they were one process. A process that ended between takes its time with it. */
export function addCosts(costs: TreeCost | undefined): CostReading | null {
  return costs === undefined || costs.size === 0 ? null : [...costs.values()].reduce(add);
}

/** Memory of all together. Shared pages count in each resident size, and once in what is a process's own. */
export function readTreeMemory(tree: ProcessTree): MemoryReading {
  const all = [...tree.keys()].map(readMemory);
  const sum = (of: (memory: MemoryReading) => number | null) => {
    const known = all.map(of).filter((bytes) => bytes !== null);
    return known.length === 0 ? null : known.reduce((total, bytes) => total + bytes, 0);
  };
  return { rssBytes: sum(({ rssBytes }) => rssBytes), anonymousBytes: sum(({ anonymousBytes }) => anonymousBytes) };
}

/** The tree's cost by role, between two readings; memory is that of now. */
export function partsOf(tree: ProcessTree, before: TreeCost, after: TreeCost): ProcessPart[] {
  return roles.flatMap((role) => {
    const ofRole = new Map([...tree].filter(([, its]) => its === role));
    if (ofRole.size === 0) return [];
    const only = (costs: TreeCost) => new Map([...costs].filter(([pid]) => ofRole.has(pid)));
    const { cpuUs, rssBytes, anonymousBytes } = costBetween(
      addCosts(only(before)),
      addCosts(only(after)),
      readTreeMemory(ofRole),
    );
    return [{ role, processes: ofRole.size, cpuUs, rssBytes, anonymousBytes }];
  });
}

const roles: readonly ProcessPart['role'][] = ['driver', 'browser', 'renderer', 'network', 'gpu', 'other'];

function roleOf(pid: number): ProcessPart['role'] {
  const line = read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ');
  const type = /--type=(\S+)/.exec(line)?.[1];
  if (type === undefined) return /--user-data-dir=/.test(line) ? 'browser' : 'other';
  if (type === 'renderer') return 'renderer';
  if (type === 'gpu-process') return 'gpu';
  return /--utility-sub-type=network\./.test(line) ? 'network' : 'other';
}

/** [process, parent] of everything that runs. */
function parents(): [number, number][] {
  let names: string[];
  try {
    names = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
  return names.flatMap((name): [number, number][] => {
    const stat = read(`/proc/${name}/stat`);
    // After the last ')': the command name may hold spaces and parentheses. The parent is field 4.
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    return stat === '' ? [] : [[Number(name), parent]];
  });
}

function add(a: CostReading, b: CostReading): CostReading {
  return {
    onCpuNs: a.onCpuNs + b.onCpuNs,
    waitNs: a.waitNs + b.waitNs,
    userTicks: a.userTicks + b.userTicks,
    systemTicks: a.systemTicks + b.systemTicks,
    voluntarySwitches: a.voluntarySwitches + b.voluntarySwitches,
    involuntarySwitches: a.involuntarySwitches + b.involuntarySwitches,
  };
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
