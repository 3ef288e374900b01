/** A worker of the request generator as the harness starts it, and servers for it that misbehave in a chosen way. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { nowUs } from '../../../contract/clock.js';
import type { FromLoad, LoadArgument, LoadReport, ToLoad } from '../../../contract/qps.js';

const root = new URL('../../../', import.meta.url);
const children: ChildProcess[] = [];
const servers: Server[] = [];
after(() => {
  for (const child of children) child.kill('SIGKILL');
  for (const server of servers) server.close();
});

export interface Outcome {
  readonly opened: number;
  readonly report: LoadReport;
}

interface Load extends Partial<LoadArgument> {
  readonly port: number;
  readonly warmupMs?: number;
  readonly windowMs?: number;
  /** A limit on open files for the worker. */
  readonly descriptors?: number;
}

/** One measurement from start to report. */
export async function load({ warmupMs = 0, windowMs = 300, descriptors, ...rest }: Load): Promise<Outcome> {
  const argument: LoadArgument = {
    address: '127.0.0.1',
    host: `127.0.0.1:${rest.port}`,
    path: '/',
    connections: 4,
    mode: 'keep-alive',
    pipeline: 1,
    rateHz: null,
    timeoutMs: 10_000,
    sockets: ['bare'],
    ...rest,
  };
  const node = [
    process.execPath,
    '--import',
    new URL('register.mjs', root).href,
    fileURLToPath(new URL('clients/qps/main.ts', root)),
    JSON.stringify(argument),
  ];
  const limited = descriptors === undefined ? node : ['sh', '-c', `ulimit -n ${descriptors}; exec "$@"`, 'sh', ...node];
  const child = spawn(limited[0] as string, limited.slice(1), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  children.push(child);
  const say = (message: ToLoad): boolean => child.send(message);
  const exited = once(child, 'exit');
  let opened = 0;
  const report = await new Promise<LoadReport>((resolve, reject) => {
    child.on('exit', () => reject(new Error('the worker ended without a report')));
    child.on('message', (message: FromLoad) => {
      if (message.type === 'loaded') say({ type: 'connect' });
      else if (message.type === 'ready') {
        opened = message.opened;
        const startUs = nowUs() + 20_000;
        const windowStartUs = startUs + warmupMs * 1000;
        say({ type: 'start', startUs, windowStartUs, windowEndUs: windowStartUs + windowMs * 1000 });
      } else if (message.type === 'report') resolve(message.report);
      else reject(new Error(message.message));
    });
  });
  const [code] = await exited;
  assert.equal(code, 0);
  return { opened, report };
}

/** Why a worker gets no sockets of an io_uring here; false: it does. */
export async function ringRefusal(): Promise<string | false> {
  const server = await serve((socket) => socket.write(hello));
  return load({ port: server.port, connections: 1, windowMs: 1, sockets: ['io_uring'] }).then(
    () => false as const,
    (error: Error) => error.message,
  );
}

export interface Answerer {
  readonly port: number;
  readonly connections: number;
  readonly requests: number;
}

/** A server of bytes: each request head that arrives whole is answered by `answer`. */
export async function serve(answer: (socket: Socket, request: string) => void): Promise<Answerer> {
  const counts = { port: 0, connections: 0, requests: 0 };
  const server = createServer({ noDelay: true }, (socket) => {
    counts.connections++;
    let held = '';
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      held += bytes.toString('latin1');
      for (let end = held.indexOf('\r\n\r\n'); end >= 0; end = held.indexOf('\r\n\r\n')) {
        counts.requests++;
        answer(socket, held.slice(0, end));
        held = held.slice(end + 4);
      }
    });
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  counts.port = (server.address() as AddressInfo).port;
  return counts;
}

export const hello = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello';
