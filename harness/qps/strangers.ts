/** How much of the cores others took while a block was measured: what the ends of a block did not use and was used. */
import { cpus } from 'node:os';
import { nowUs } from '../../contract/clock.js';
import { noiseBetween, readNoise } from '../meters/noise.js';
import { readThreads, type ThreadCost, threadCostBetween } from '../meters/thread-cost.js';
import type { BlockContext } from './block.js';

type Watched = Pick<BlockContext, 'watchedCores' | 'besidePids'>;

interface StrangersWatch {
  /**
   * @param ends CPU time of server and generator since the watch began (µs); one that is unknown leaves all unknown
   * @returns of the watched cores' time since then, 0–1: what the hypervisor and other processes took; null: not measured
   */
  share(...ends: readonly ThreadCost['cpuUs'][]): number | null;
}

export function watchStrangers({ watchedCores, besidePids }: Watched): StrangersWatch {
  const startUs = nowUs();
  const noiseBefore = readNoise(watchedCores);
  const besideBefore = readThreads(besidePids);
  return {
    share(...ends) {
      const elapsedUs = nowUs() - startUs;
      const beside = threadCostBetween(besideBefore, readThreads(besidePids)).cpuUs;
      const ours = besidePids.length === 0 ? ends : [...ends, beside];
      const ownCpuUs = ours.includes(null) ? null : (ours as number[]).reduce((sum, us) => sum + us, 0);
      const { stealUs, foreignCpuUs } = noiseBetween(noiseBefore, readNoise(watchedCores), ownCpuUs);
      if (foreignCpuUs === null) return null;
      const cores = watchedCores.length === 0 ? cpus().length : watchedCores.length;
      return Math.min(1, (foreignCpuUs + (stealUs ?? 0)) / (elapsedUs * cores));
    },
  };
}
