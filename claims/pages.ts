/** Which browser a verdict is about: what the run recorded, not what is usual. */
import type { Evidence } from '../harness/model.js';

export function browserOf({ summary: { pages } }: Evidence): string {
  return pages === null ? 'a browser whose version was not recorded' : pages.versions.join(', ');
}
