/**
 * Serves the runs of a folder to a browser on this machine: an index, reports, and runs while they are measured.
 *
 * It reads files that anybody may have written, so two doors stay shut: names outside the folder, and pages of other
 * sites that reach for 127.0.0.1 under a name of their own (DNS rebinding), which the Host header gives away.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { basename, join } from 'node:path';
import { formatSseComment, formatSseEvent, sseContentType } from '../../contract/wire/sse.js';
import type { RunStanding } from '../../reports/runs-page.js';
import { fileNames, findFile, listRuns, readPlan, readTrials } from '../files.js';
import { UserError } from '../user-error.js';
import { liveStateOf } from './live.js';
import { runRows } from './runs.js';
import { standingOf } from './standing.js';

/** How often a run that is being measured is looked at; a trial takes seconds. */
const lookMs = 500;
/** A comment now and then finds out about readers who left without saying so. */
const heartbeatMs = 15_000;
/** What may be fetched from a run's folder by name. */
const servedFiles: ReadonlyMap<string, string> = new Map([
  [fileNames.report, 'text/html; charset=utf-8'],
  [fileNames.plan, 'application/json'],
  [fileNames.floor, 'application/json'],
  [fileNames.trials, 'application/x-ndjson'],
  [fileNames.summary, 'application/json'],
  [fileNames.verdicts, 'application/json'],
]);

class Refusal extends Error {
  readonly status: number;
  constructor(status: number, why: string) {
    super(why);
    this.status = status;
  }
}

interface ViewOptions {
  readonly outDirectory: string;
  /** 0: any free one. */
  readonly port: number;
  readonly version: string;
}

export interface View {
  readonly origin: string;
  close(): Promise<void>;
}

/** Listens on 127.0.0.1 and nowhere else. @throws Error when the port is taken */
export async function startView(options: ViewOptions): Promise<View> {
  const followers = new Set<() => void>();
  const server = createServer((request, response) => {
    answer(options, followers, request, response).catch((error: unknown) =>
      refuse(options, request, response, error as Error),
    );
  });
  const port = await listen(server, options.port);
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        for (const stop of followers) stop();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  options: ViewOptions,
  followers: Set<() => void>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') throw new Refusal(405, 'only GET is answered here');
  if (!isLocal(request.headers.host)) throw new Refusal(403, 'this server answers to 127.0.0.1 and localhost only');
  const path = decodePath(request.url ?? '/');
  if (path === null) throw new Refusal(400, 'a path that cannot be read');
  if (path.length === 0) {
    const { renderRuns } = await import('../../reports/runs-page.js');
    const html = renderRuns(runRows(options.outDirectory), options.outDirectory, options.version);
    return send(response, 'text/html; charset=utf-8', html);
  }
  const [folder, run = '', file = '', ...rest] = path;
  // Only a name that the folder itself lists: nothing that was asked for becomes part of a path before.
  const directory = listRuns(options.outDirectory).find((candidate) => basename(candidate) === run);
  if (folder !== 'runs' || directory === undefined || rest.length > 0) throw new Refusal(404, 'there is no such page');
  if (file === 'live') {
    const { renderLive } = await import('../../reports/live-page.js');
    return send(response, 'text/html; charset=utf-8', renderLive({ plan: readPlan(directory) }));
  }
  if (file === 'events') return follow(directory, followers, response);
  const type = servedFiles.get(file);
  if (type === undefined || !existsSync(join(directory, file))) throw new Refusal(404, 'there is no such file');
  send(response, type, readFileSync(join(directory, file), 'utf8'));
}

/** A state after each trial and when the run ends or stops, and a last word when its report is there. */
function follow(directory: string, followers: Set<() => void>, response: ServerResponse): void {
  let plan = readPlan(directory);
  let recorded = 0;
  let seenBytes = -1;
  let seen: RunStanding | null = null;
  response.writeHead(200, { 'Content-Type': sseContentType, 'Cache-Control': 'no-store' });
  const look = async () => {
    const bytes = sizeOf(directory, fileNames.trials);
    const isNew = bytes !== seenBytes;
    if (isNew) {
      // A search for capacity plans as it goes.
      plan = readPlan(directory);
      recorded = readTrials(directory).length;
      seenBytes = bytes;
    }
    const standing = standingOf(directory, plan, recorded, Date.now());
    if (standing === 'reported') {
      if (seen !== standing) response.write(formatSseEvent({ event: 'report', data: fileNames.report }));
    } else if (isNew || standing !== seen)
      response.write(formatSseEvent({ event: 'state', data: JSON.stringify(await liveStateOf(directory)) }));
    seen = standing;
  };
  let looking = Promise.resolve();
  const lookAgain = () => {
    looking = looking.then(look).catch((error: unknown) => {
      response.end(formatSseEvent({ event: 'failure', data: (error as Error).message }));
      stop();
    });
  };
  const timers = [setInterval(lookAgain, lookMs), setInterval(() => response.write(formatSseComment()), heartbeatMs)];
  const stop = () => {
    for (const timer of timers) clearInterval(timer);
    followers.delete(stop);
  };
  followers.add(stop);
  response.on('close', stop);
  lookAgain();
}

/** 0 where there is no such file. */
function sizeOf(directory: string, name: string): number {
  const path = findFile(directory, name);
  return path === null ? 0 : statSync(path).size;
}

function isLocal(host: string | undefined): boolean {
  return host !== undefined && /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i.test(host);
}

/** The parts of a path; null when it is no valid one. */
function decodePath(url: string): string[] | null {
  try {
    const parts = (url.split(/[?#]/)[0] ?? '')
      .split('/')
      .filter((part) => part !== '')
      .map(decodeURIComponent);
    return parts.some((part) => part === '..' || /[/\\\0]/.test(part)) ? null : parts;
  } catch {
    return null;
  }
}

function send(response: ServerResponse, type: string, body: string): void {
  response.writeHead(200, {
    'Content-Type': type,
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    'Cross-Origin-Resource-Policy': 'same-origin',
  });
  response.end(body);
}

/** As a page for who followed a link, as a line for programs; and for strangers always as a line. */
async function refuse(
  { version }: ViewOptions,
  request: IncomingMessage,
  response: ServerResponse,
  error: Error,
): Promise<void> {
  if (response.headersSent) return void response.destroy();
  const status = error instanceof Refusal ? error.status : error instanceof UserError ? 422 : 500;
  const isPage = (status === 404 || status === 422) && (request.headers.accept ?? '').includes('text/html');
  const { renderRefusal } = await import('../../reports/refusal-page.js');
  response.writeHead(status, {
    'Content-Type': `text/${isPage ? 'html' : 'plain'}; charset=utf-8`,
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(isPage ? renderRefusal(error.message, version) : `${error.message}\n`);
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
  });
}
