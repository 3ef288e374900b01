/** Where processes run: on which cores, in which network. */
import type { NetNamespace } from './meters/wire.js';

/** Where a process runs. */
export interface Place {
  /** `taskset -c` list, or null for any core. */
  readonly cores: string | null;
  /** What its command line starts with to be in a network namespace; empty for the machine's own. */
  readonly enter: readonly string[];
}

/** Of both ends. */
export interface Places {
  readonly server: Place;
  readonly generator: Place;
}

/** @param network null: the machine's own */
export function placesOf(
  { serverCores, generatorCores }: { readonly serverCores: string | null; readonly generatorCores: string | null },
  network: NetNamespace | null,
): Places {
  const enter = network?.enter ?? [];
  return { server: { cores: serverCores, enter }, generator: { cores: generatorCores, enter } };
}

/** One process of several at a place has a core of its own, while there are enough. */
export function coreOf({ cores, enter }: Place, index: number): Place {
  const each = coresIn(cores);
  return { cores: each[index % each.length] ?? null, enter };
}

/** The cores of a list as `chooseCores` makes it; none when nothing is pinned. */
export function coresIn(cores: string | null): string[] {
  return cores === null ? [] : cores.split(',');
}
