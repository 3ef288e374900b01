/**
 * What a process costs, read from outside it in /proc, so that reading costs the process nothing.
 *
 * On-CPU time and run-queue wait come from `schedstat` of its threads (nanoseconds). The split into user
 * and system comes from `stat`, in ticks of 10 ms that the kernel charges by sampling or by exact
 * accounting depending on its build; it is only given when the window holds enough ticks to mean something.
 * Field meanings: proc(5); kernel Documentation/scheduler/sched-stats.rst.
 */
import { readdirSync, readFileSync } from 'node:fs';
import type { ProcessCost } from '../model.js';

/** One tick is then at most 5 % of the split. */
const fewestTicks = 20;

/** Sums over the threads of a process, since each began. */
export interface CostReading {
  readonly onCpuNs: number;
  readonly waitNs: number;
  readonly userTicks: number;
  readonly systemTicks: number;
  readonly voluntarySwitches: number;
  readonly involuntarySwitches: number;
}

export interface MemoryReading {
  readonly rssBytes: number | null;
  /** Pss_Anon: its own pages, without files and what it shares. */
  readonly anonymousBytes: number | null;
}

/** Null where /proc is missing, or the process is gone. */
export function readCost(pid: number): CostReading | null {
  try {
    const sums = { onCpuNs: 0, waitNs: 0, voluntarySwitches: 0, involuntarySwitches: 0 };
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      const [onCpu, wait] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ');
      sums.onCpuNs += Number(onCpu);
      sums.waitNs += Number(wait);
      const status = readFileSync(`/proc/${pid}/task/${thread}/status`, 'utf8');
      sums.voluntarySwitches += Number(/^voluntary_ctxt_switches:\s+(\d+)/m.exec(status)?.[1] ?? 0);
      sums.involuntarySwitches += Number(/^nonvoluntary_ctxt_switches:\s+(\d+)/m.exec(status)?.[1] ?? 0);
    }
    // After the last ')': the command name may hold spaces and parentheses. utime and stime are fields 14 and 15.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { ...sums, userTicks: Number(fields[11]), systemTicks: Number(fields[12]) };
  } catch {
    return null;
  }
}

/** Takes a millisecond or so for a process with many mappings: not while a window is open. */
export function readMemory(pid: number): MemoryReading {
  return {
    rssBytes: kilobytes(`/proc/${pid}/status`, /^VmRSS:\s+(\d+) kB$/m),
    anonymousBytes: kilobytes(`/proc/${pid}/smaps_rollup`, /^Pss_Anon:\s+(\d+) kB$/m),
  };
}

/** Files, sockets included, that a process has open; 0 where /proc is missing or the process is gone. */
export function countDescriptors(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return 0;
  }
}

/** The cost between two readings; unknown where one of them is missing. */
export function costBetween(
  before: CostReading | null | undefined,
  after: CostReading | null | undefined,
  memory: MemoryReading,
): ProcessCost {
  if (before == null || after == null)
    return {
      userUs: null,
      systemUs: null,
      cpuUs: null,
      waitUs: null,
      voluntarySwitches: null,
      involuntarySwitches: null,
      ...memory,
    };
  const cpuUs = (after.onCpuNs - before.onCpuNs) / 1000;
  const userTicks = after.userTicks - before.userTicks;
  const systemTicks = after.systemTicks - before.systemTicks;
  const ticks = userTicks + systemTicks;
  const split = ticks >= fewestTicks;
  return {
    userUs: split ? (cpuUs * userTicks) / ticks : null,
    systemUs: split ? (cpuUs * systemTicks) / ticks : null,
    cpuUs,
    waitUs: (after.waitNs - before.waitNs) / 1000,
    // A thread that ended takes its switches with it.
    voluntarySwitches: Math.max(0, after.voluntarySwitches - before.voluntarySwitches),
    involuntarySwitches: Math.max(0, after.involuntarySwitches - before.involuntarySwitches),
    ...memory,
  };
}

function kilobytes(path: string, line: RegExp): number | null {
  try {
    const found = line.exec(readFileSync(path, 'utf8'))?.[1];
    return found === undefined ? null : Number(found) * 1024;
  } catch {
    return null;
  }
}
