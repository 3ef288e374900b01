/**
 * Node's module hooks for TypeScript: this project's own files through the cache of compile.mjs, anybody else's (a claim
 * pack, a suite given by path) through ts-node's own hooks.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { compile, projectRoot } from './compile.mjs';

const root = pathToFileURL(projectRoot).href;
let foreignHooks = null;

/** An import that ends in .js names a .ts file, as TypeScript has it. */
export async function resolve(specifier, context, nextResolve) {
  const { parentURL } = context;
  if (parentURL !== undefined && isForeign(parentURL)) return tsNodeHooks().resolve(specifier, context, nextResolve);
  if (parentURL !== undefined && /^(\.{0,2}\/|file:).*\.js$/.test(specifier)) {
    const { href } = new URL(specifier.replace(/\.js$/, '.ts'), parentURL);
    if (existsSync(fileURLToPath(href))) return { url: href, format: 'module', shortCircuit: true };
  }
  return nextResolve(specifier, context);
}

export async function load(url, context, nextLoad) {
  if (!url.startsWith('file:') || !new URL(url).pathname.endsWith('.ts')) return nextLoad(url, context);
  if (isForeign(url)) return tsNodeHooks().load(url, { ...context, format: undefined }, nextLoad);
  return { format: 'module', source: compile(fileURLToPath(url)), shortCircuit: true };
}

/** Of nobody's package: those are JavaScript, and Node knows them best. */
function isForeign(url) {
  return url.startsWith('file:') && !url.startsWith(root) && !url.includes('/node_modules/');
}

function tsNodeHooks() {
  // Not by import(): in this thread that would come here to be resolved, and wait for itself.
  if (foreignHooks === null) {
    const { createEsmHooks, register } = createRequire(import.meta.url)('ts-node');
    foreignHooks = createEsmHooks(register());
  }
  return foreignHooks;
}
