/**
 * `npm run test:unit`: every test file, in a process of its own; with arguments, only the files that they name.
 *
 * Files that compute or look at pages run two at a time. Those that could start a process, open a socket or read what else
 * the machine does run alone, one after the other: what they count and time is to be their own doing. Which a file is
 * follows from what it imports, by way of other files too; there is no list that a new file could be missing from.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const testFolder = join(root, 'test');
const needsTheMachine = new Set([
  'node:child_process',
  'node:cluster',
  'node:dgram',
  'node:http',
  'node:https',
  'node:net',
  'uWebSockets.js',
  'harness/meters/noise.ts',
]);
/** Nothing that anybody counts or times: they start a program to be told its version, or serve pages to a browser. */
const harmless = new Set(['harness/browser/find.ts', 'harness/meters/environment.ts', 'harness/view/server.ts']);
/** Of statements that import more than types. */
const importPattern = /^(?:import (?!type\b)|export (?!type\b).*from |\} from ).*?'([^']+)';$/gm;

/** What a file imports, and what those files import: packages by name, files by their path from the root. */
function importedBy(path: string, known = new Set<string>()): Set<string> {
  for (const [, name = ''] of readFileSync(join(root, path), 'utf8').matchAll(importPattern)) {
    const isFile = name.startsWith('.');
    const imported = isFile ? relative(root, resolve(root, dirname(path), name)).replace(/\.js$/, '.ts') : name;
    if (known.has(imported) || harmless.has(imported)) continue;
    known.add(imported);
    // A name in a test's text need not be one of ours.
    if (isFile && existsSync(join(root, imported))) importedBy(imported, known);
  }
  return known;
}

/** @param path from the root */
function runsAlone(path: string): boolean {
  return [...importedBy(path)].some((name) => needsTheMachine.has(name));
}

interface Outcome {
  readonly counts: Record<string, number>;
  /** Each as `file: test`. */
  readonly failed: string[];
}

async function runFiles(files: readonly string[], concurrency: number, signal: AbortSignal): Promise<Outcome> {
  const outcome: Outcome = { counts: {}, failed: [] };
  if (files.length === 0 || signal.aborted) return outcome;
  const events = run({ files: files.map((path) => join(root, path)), concurrency, signal });
  events.on('test:diagnostic', ({ nesting, message }) => {
    const [, name, count] = /^(tests|pass|fail|cancelled|skipped|todo) (\d+)$/.exec(message) ?? [];
    if (nesting === 0 && name !== undefined) outcome.counts[name] = Number(count);
  });
  events.on('test:fail', ({ file, name, details }) => {
    const { failureType } = details.error as { failureType?: string };
    if (failureType !== 'subtestsFailed') outcome.failed.push(`${relative(root, file ?? '')}: ${name}`);
  });
  for await (const text of events.compose(new spec())) process.stdout.write(text);
  return outcome;
}

const named = process.argv.slice(2).map((path) => relative(root, resolve(path)));
const files = readdirSync(testFolder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => join('test', name))
  .filter((path) => named.length === 0 || named.includes(path))
  .sort();
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());

const groups = [
  { title: 'two at a time', concurrency: 2, files: files.filter((path) => !runsAlone(path)) },
  { title: 'one after the other', concurrency: 1, files: files.filter(runsAlone) },
];
const outcomes: Outcome[] = [];
for (const { title, concurrency, files } of groups) {
  const startedAt = Date.now();
  console.log(`\n${files.length} files, ${title}`);
  outcomes.push(await runFiles(files, concurrency, stop.signal));
  console.log(`${files.length} files, ${title}: ${Math.round((Date.now() - startedAt) / 1000)} s`);
}
const sum = (name: string) => outcomes.reduce((total, { counts }) => total + (counts[name] ?? 0), 0);
const failed = outcomes.flatMap(({ failed }) => failed);
if (failed.length > 0) console.log(`\nFailed:\n${failed.map((name) => `  ${name}`).join('\n')}`);
if (stop.signal.aborted) console.log('\nStopped before the end.');
// As node's own summary counts: a test that was cancelled has not passed.
console.log(`\n${sum('pass')} passed, ${sum('fail') + sum('cancelled')} failed, ${sum('skipped')} skipped`);
if (failed.length > 0 || sum('fail') + sum('cancelled') > 0 || sum('tests') === 0 || stop.signal.aborted)
  process.exitCode = 1;
