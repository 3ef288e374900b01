/** What every block needs, whoever's generator it is, and who was at its limit. */
import type { Limit, Settings } from './model.js';

export interface BlockContext {
  readonly settings: Settings;
  readonly generatorCores: string | null;
  /** Local processes of the server; none: its CPU time stays unmeasured. */
  readonly serverPids: readonly number[];
  /** Of server and generator, to see what others take of them; none: all of the machine's. */
  readonly watchedCores: readonly string[];
  /** Processes that belong to the block and are neither of its ends. */
  readonly besidePids: readonly number[];
  readonly signal: AbortSignal;
  /** Rejects when the run is to end. */
  readonly abort: Promise<never>;
}

/** A core this busy leaves no room to tell its work from its limit. */
export const saturatedShare = 0.9;

export function limitOf(generator: number | null, server: number | null): Limit {
  const generatorIsFull = generator !== null && generator >= saturatedShare;
  const serverIsFull = server !== null && server >= saturatedShare;
  if (generatorIsFull && serverIsFull) return 'both';
  if (generatorIsFull) return 'generator';
  if (serverIsFull) return 'server';
  return generator === null || server === null ? 'unknown' : 'neither';
}
