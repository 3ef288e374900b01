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

export interface CostReading {
  readonly onCpuNs: number;
  readonly waitNs: number;
  readonly userTicks: number;
  readonly systemTicks: number;
}

/** Null where /proc is missing, or the process is gone. */
export function readCost(pid: number): CostReading | null {
  try {
    let onCpuNs = 0;
    let waitNs = 0;
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      const [onCpu, wait] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ');
      onCpuNs += Number(onCpu);
      waitNs += Number(wait);
    }
    // After the last ')': the command name may hold spaces and parentheses. utime and stime are fields 14 and 15.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { onCpuNs, waitNs, userTicks: Number(fields[11]), systemTicks: Number(fields[12]) };
  } catch {
    return null;
  }
}

/** Resident memory in bytes, or null. */
export function readRssBytes(pid: number): number | null {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? null : Number(kilobytes) * 1024;
  } catch {
    return null;
  }
}

/** The cost between two readings. */
export function costBetween(
  before: CostReading | null,
  after: CostReading | null,
  rssBytes: number | null,
): ProcessCost {
  if (before === null || after === null) return { userUs: null, systemUs: null, cpuUs: null, waitUs: null, rssBytes };
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
    rssBytes,
  };
}
