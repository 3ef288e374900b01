/**
 * When each update is meant to leave the server.
 *
 * Open loop: the times depend on the seed alone, never on how fast earlier updates went out, so a
 * server that stalls cannot hide the stall.
 */
import { exponential, seededRandom } from './random.js';
import type { UpdateProcess } from './trial.js';

/**
 * Successive intended times, in microseconds after the source's start.
 *
 * - `periodic`: update k (from 1) at k / rate.
 * - `poisson`: independent exponential gaps with mean 1 / rate.
 * - `bursts`: groups of `burstSize` at one instant, groups spaced burstSize / rate, so the mean rate is kept.
 */
export function* intendedOffsetsUs(process: UpdateProcess, seed: number): Generator<number, never> {
  const meanGapUs = 1e6 / process.rateHz;
  if (process.arrival === 'poisson') {
    const random = seededRandom(seed);
    let at = 0;
    while (true) {
      at += exponential(random, meanGapUs);
      yield Math.round(at);
    }
  }
  const groupSize = process.arrival === 'bursts' ? process.burstSize : 1;
  for (let group = 1; ; group++) {
    // Multiplied, not summed: a sum would let rounding drift over a long run.
    const at = Math.round(group * groupSize * meanGapUs);
    for (let i = 0; i < groupSize; i++) yield at;
  }
}
