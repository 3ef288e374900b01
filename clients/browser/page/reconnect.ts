/** How long a page waits before it opens a lost connection again, where the platform does not do it by itself. */
import type { Random } from '../../../contract/random.js';

/** As the raw clients wait: 250 ms ± 50 %, so that many pages do not come back at one instant. */
export function reconnectDelayMs(random: Random, baseMs = 250): number {
  return baseMs * (0.5 + random());
}
