/**
 * How much code each transport needs here, at each end: lines and bytes of JavaScript, types and comments stripped.
 *
 * Counted is what an end loads for one transport and not for all of them: what every transport shares says nothing of
 * any. What some of them share counts for each of those, as each would need it alone. The lab's own bookkeeping (a line
 * per update, error and reconnect in the log) is in it, alike in all.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { type TransportId, transportIds } from '../../contract/transports.js';
import { methodVersion } from '../model.js';
import type { Code, CodeRow, CodeSize, codeEnds } from './article-model.js';
import { type Declaration, Declarations, type Entry } from './declarations.js';
import type { Probe } from './probe.js';

const projectRoot = fileURLToPath(new URL('../../', import.meta.url));

type End = (typeof codeEnds)[number];

const uws = (name: string) => `servers/uws/${name}.ts`;
const node = (name: string) => `servers/node/${name}.ts`;
const page = (name: string) => `clients/browser/page/${name}.ts`;
const raw = (name: string) => `clients/raw/${name}.ts`;

/** Where each transport's end begins; the tables of the ends themselves name the same files. */
export const entries: Readonly<Record<End, Readonly<Partial<Record<TransportId, readonly Entry[]>>>>> = {
  page: {
    polling: [page('polling')],
    'conditional-polling': [page('polling')],
    'long-polling': [page('long-polling')],
    sse: [page('event-source')],
    'http-stream': [page('fetch-stream')],
    websocket: [page('websocket')],
  },
  'page-bare': { sse: [`${page('bare')}#BareEventSource`], websocket: [`${page('bare')}#BareWebSocket`] },
  raw: {
    polling: [raw('polling')],
    'conditional-polling': [raw('polling')],
    'long-polling': [raw('long-polling')],
    sse: [raw('stream'), raw('sse')],
    'http-stream': [raw('stream'), raw('http-stream')],
    websocket: [raw('stream'), raw('websocket')],
  },
  uws: serverEntries(uws),
  node: serverEntries(node),
};

function serverEntries(file: (name: string) => string): Readonly<Record<TransportId, readonly Entry[]>> {
  return {
    polling: [file('polling')],
    'conditional-polling': [file('conditional-polling')],
    'long-polling': [file('long-polling')],
    sse: [file('stream'), 'servers/shared/streams.ts#sseStream'],
    'http-stream': [file('stream'), 'servers/shared/streams.ts#ndjsonStream'],
    websocket: [file('websocket')],
  };
}

/** What a subject is built on carries every transport of it, whichever file loads it. */
const foundations: readonly string[] = ['uWebSockets.js'];
/** Says nothing but how long to wait before coming back. */
const reconnectFiles: readonly string[] = [page('reconnect')];

export const code: Probe<'code'> = {
  id: 'code',
  expectedMs: () => 1_000,
  measure: async ({ plan }) => ({ methodVersion, runId: plan.runId, ...measureCode() }),
};

export function measureCode(): Omit<Code, 'methodVersion' | 'runId'> {
  const declarations = new Declarations(projectRoot);
  const rows: CodeRow[] = [];
  const common: Code['common'] = [];
  for (const [end, byTransport] of Object.entries(entries) as [End, (typeof entries)[End]][]) {
    const needs = transportIds.flatMap((transport) => {
      const begin = byTransport[transport];
      return begin === undefined ? [] : [{ transport, ...declarations.needsOf(begin) }];
    });
    const shared = sharedByAll(needs.map((need) => need.declarations));
    const sharedPackages = new Set([...foundations, ...sharedByAll(needs.map(({ packages }) => packages))]);
    common.push({ end, size: sizeOf([...shared]) });
    for (const { transport, declarations: needed, packages } of needs) {
      const own = [...needed].filter((one) => !shared.has(one));
      const back = own.filter(({ file }) => reconnectFiles.includes(file));
      rows.push({
        end,
        transport,
        own: sizeOf(own),
        reconnect: back.length === 0 ? null : sizeOf(back),
        packages: [...packages].filter((name) => !sharedPackages.has(name)).map(packageSize),
      });
    }
  }
  return { rows, common };
}

function sharedByAll<T>([first, ...others]: readonly ReadonlySet<T>[]): Set<T> {
  return new Set([...(first ?? [])].filter((one) => others.every((other) => other.has(one))));
}

/** In the order of their files, so that compressing the same code gives the same size. */
function sizeOf(declarations: readonly Declaration[]): CodeSize {
  const files = [...new Set(declarations.map(({ file }) => file))].sort();
  const inOrder = files.flatMap((name) => declarations.filter(({ file }) => file === name));
  return { files, ...measureText(inOrder.map(({ text }) => `${text}\n`).join('')) };
}

export function measureText(code: string): Omit<CodeSize, 'files'> {
  return {
    lines: code.split('\n').filter((line) => line.trim() !== '').length,
    bytes: Buffer.byteLength(code),
    gzipBytes: gzipSync(code, { level: 9 }).length,
  };
}

/** A package's own JavaScript, without what it depends on. */
function packageSize(name: string): CodeRow['packages'][number] {
  const folder = packageFolder(name);
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (file) => /\.[cm]?js$/.test(file) && !file.includes('node_modules'),
  );
  const bytes = files.reduce((sum, file) => sum + readFileSync(join(folder, file)).length, 0);
  return { name, version, files: files.length, bytes };
}

function packageFolder(name: string): string {
  const found = createRequire(import.meta.url)
    .resolve.paths(name)
    ?.map((folder) => join(folder, name))
    .find((folder) => existsSync(join(folder, 'package.json')));
  if (found === undefined) throw new Error(`the package ${name} is not installed; try: npm ci`);
  return found;
}
