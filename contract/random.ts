/**
 * Seeded random numbers, so that a plan's seed fixes every schedule and phase.
 *
 * The mulberry32 algorithm (Tommy Ettinger, 2017, public domain:
 * https://gist.github.com/tommyettinger/46a874533244883189143505d203312c): 32 bits of state, fast enough to
 * draw from while measuring. Not for cryptography.
 */
export type Random = () => number;

/** A generator of uniform numbers in [0, 1) from a 32-bit seed. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** An exponentially distributed gap with the given mean, in the mean's unit. */
export function exponential(random: Random, mean: number): number {
  return -Math.log(1 - random()) * mean;
}

/** A new 32-bit seed for a named part, so that adding a part does not shift another part's numbers (FNV-1a). */
export function deriveSeed(seed: number, part: string): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0;
  for (let i = 0; i < part.length; i++) hash = Math.imul(hash ^ part.charCodeAt(i), 0x01000193) >>> 0;
  return hash;
}
