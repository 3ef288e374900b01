import type { Floor } from '../model.js';

/**
 * The smallest difference between two latencies that this instrument can tell from its own workings, in µs: a step of
 * the clock, and what stands between the arrival of an update and its time stamp.
 */
export function resolutionUs({ clockStepNs, clockReadNs, recordNs }: Floor): number {
  return (clockStepNs + clockReadNs + recordNs) / 1000;
}
