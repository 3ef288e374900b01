/**
 * The page's code as a browser can load it, compiled into the folder of the run: what was measured stays beside the figures.
 *
 * File by file, types stripped, no bundle: the imports among these few modules are followed by the page itself.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadTypeScript } from '../typescript/load.js';

const projectRoot = fileURLToPath(new URL('../../', import.meta.url));
const entry = 'clients/browser/page/main.ts';

/** Where in the folder of a run. */
export function pageFolder(directory: string): string {
  return join(directory, 'page');
}

/** Compiles the page and all it imports into `folder`, unless it is there already. */
export function compilePage(folder: string): void {
  if (existsSync(join(folder, entry.replace(/\.ts$/, '.js')))) return;
  const ts = loadTypeScript();
  const done = new Set<string>();
  const waiting = [entry];
  const outputs: [string, string][] = [];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (done.has(file)) continue;
    done.add(file);
    const { outputText } = ts.transpileModule(readFileSync(join(projectRoot, file), 'utf8'), {
      fileName: file,
      compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true },
    });
    outputs.push([file.replace(/\.ts$/, '.js'), outputText]);
    // After compiling, so that what only types came from is left out.
    for (const [, path] of outputText.matchAll(/^(?:import|export)[^'"]*['"](\.[^'"]+)\.js['"]/gm))
      waiting.push(`${join(dirname(file), path as string)}.ts`);
  }
  // The entry last: it stands for all of them.
  for (const [file, text] of outputs.reverse()) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
}
