/** Where a probe runs: on the cores of the trials, on the machine's own loopback. */
import type { Plan } from '../model.js';
import type { Place } from '../processes.js';

export function placesFor({ serverCores, generatorCores }: Plan): {
  readonly server: Place;
  readonly generator: Place;
} {
  return { server: { cores: serverCores, enter: [] }, generator: { cores: generatorCores, enter: [] } };
}
