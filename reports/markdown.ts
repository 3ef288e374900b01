/** Text for Markdown: names come from suites and claims, and nothing in them may become markup. */
export function escapeMarkdown(value: string): string {
  return value
    .replace(/[\\`*_[\]|]/g, '\\$&')
    .replaceAll('<', '&lt;')
    .replace(/\s+/g, ' ');
}
