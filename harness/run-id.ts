/** Sortable by time and readable: `2026-01-31T09-05-00-quick`. Two of one second are told apart by their folders (files.ts). */
export function newRunId(suiteId: string, at: Date): string {
  return `${at.toISOString().slice(0, 19).replaceAll(':', '-')}-${suiteId}`;
}
