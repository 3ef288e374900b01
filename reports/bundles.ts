/** The chart libraries as text, to be put inside the report: it then opens anywhere, offline, for years. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const bundles = [
  { name: 'vega', file: 'vega.min.js' },
  { name: 'vega-lite', file: 'vega-lite.min.js' },
  { name: 'vega-embed', file: 'vega-embed.min.js' },
] as const;

/** @throws Error when a bundle could end the script element that it is put into */
export function chartLibraries(): string[] {
  return bundles.map(({ name, file }) => {
    const entry = fileURLToPath(import.meta.resolve(name));
    const text = readFileSync(join(dirname(entry), file), 'utf8');
    if (/<\/script/i.test(text)) throw new Error(`${name}/${file} contains a closing script tag and cannot be inlined`);
    return text.replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n');
  });
}
