/** CPU time of some processes over a while, thread by thread, read from outside in /proc: of which one is the busiest. */
import { readdirSync, readFileSync } from 'node:fs';
import { nowUs } from '../../contract/clock.js';

interface ThreadReading {
  readonly atUs: number;
  /** Thread id → on-CPU ns. */
  readonly threads: ReadonlyMap<string, number>;
}

export interface ThreadCost {
  /** Of all threads; null: not measured. */
  readonly cpuUs: number | null;
  /** The busiest thread's share of a core, 0–1. */
  readonly busiest: number | null;
}

/** Null where no process is given or alive, or /proc is missing. */
export function readThreads(pids: readonly number[]): ThreadReading | null {
  const atUs = nowUs();
  const threads = new Map<string, number>();
  for (const pid of pids) {
    try {
      for (const thread of readdirSync(`/proc/${pid}/task`)) {
        const [onCpu] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ');
        threads.set(thread, Number(onCpu));
      }
    } catch {
      // A process or thread that has ended meanwhile; the others still count.
    }
  }
  return threads.size === 0 ? null : { atUs, threads };
}

export function threadCostBetween(before: ThreadReading | null, after: ThreadReading | null): ThreadCost {
  if (before === null || after === null) return { cpuUs: null, busiest: null };
  const usedUs = [...after.threads].map(([id, ns]) => (ns - (before.threads.get(id) ?? 0)) / 1000);
  return {
    cpuUs: usedUs.reduce((sum, us) => sum + us, 0),
    busiest: Math.max(...usedUs) / (after.atUs - before.atUs),
  };
}
