/** Waiting in a trial: for a time, for a word of many processes, and never past the failure of one. */
import { nowUs } from '../../contract/clock.js';
import type { Worker } from '../worker.js';

/** What comes first: the awaited thing, or the failure of a process it depends on. */
export function orFailure<T>(awaited: Promise<T>, workers: readonly { failed(): Promise<never> }[]): Promise<T> {
  return Promise.race([awaited, ...workers.map((worker) => worker.failed())]);
}

/** The next message of each, in the order of the workers. */
export function all<To extends { type: string }, From extends { type: string }, T extends From['type']>(
  workers: readonly Worker<To, From>[],
  type: T,
  timeoutMs: number,
): Promise<Extract<From, { type: T }>[]> {
  return Promise.all(workers.map((worker) => worker.next(type, timeoutMs)));
}

export function sleepUntil(timeUs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, (timeUs - nowUs()) / 1000)));
}
