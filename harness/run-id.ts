/** Sortable by time, readable, and unlike any folder that is there already: `2026-01-31T09-05-00-quick`. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

export function newRunId(suiteId: string, outDirectory: string, at: Date): string {
  const base = `${at.toISOString().slice(0, 19).replaceAll(':', '-')}-${suiteId}`;
  for (let n = 1; ; n++) {
    const id = n === 1 ? base : `${base}-${n}`;
    if (!existsSync(join(outDirectory, id))) return id;
  }
}
