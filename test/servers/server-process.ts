/** A server as the harness starts it: a child process with an IPC channel. Killed when the test file ends. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { nowUs } from '../../contract/clock.js';
import type { FromServer, ServerArgument, ToServer } from '../../contract/control.js';
import type { Workload } from '../../contract/trial.js';
import { subjectEntries } from '../../harness/processes.js';
import { until } from '../fixtures/until.js';

// Here and not in the constructor: inside a `before` hook, `after` would end with that hook.
const started: ChildProcess[] = [];
after(() => {
  for (const child of started) child.kill('SIGKILL');
});

const root = new URL('../../', import.meta.url);

export const defaultWorkload: Workload = {
  id: 'test',
  title: 'test',
  subscribers: 1,
  updates: { rateHz: 100, arrival: 'periodic', burstSize: 1 },
  payloadBytes: 40,
  poll: { intervalMs: 10, pacing: 'response-end', phase: 'zero', connection: 'keep-alive' },
  longPollTimeoutMs: 25_000,
  delivery: 'every',
  warmupMs: 0,
  windowMs: 1000,
  drainMs: 1000,
};

export function argumentOf(workload: Partial<Workload> = {}, rest: Partial<ServerArgument> = {}): ServerArgument {
  return {
    host: '127.0.0.1',
    port: 0,
    workload: { ...defaultWorkload, ...workload },
    seed: 1,
    maxBufferedBytes: 1_000_000,
    ...rest,
  };
}

export interface Exit {
  readonly code: number | null;
  readonly stderr: string;
}

export class ServerProcess {
  readonly child: ChildProcess;
  readonly exited: Promise<Exit>;
  readonly #messages: FromServer[] = [];
  #port = 0;

  constructor(subject: string, argument: string | null, ipc = true) {
    const entry = new URL(subjectEntries[subject] ?? '', new URL('harness/', root));
    const args = ['--import', new URL('register.mjs', root).href, fileURLToPath(entry)];
    this.child = spawn(process.execPath, argument === null ? args : [...args, argument], {
      stdio: ['ignore', 'ignore', 'pipe', ...(ipc ? (['ipc'] as const) : [])],
    });
    let stderr = '';
    this.child.stderr?.on('data', (bytes) => {
      stderr += bytes;
    });
    this.child.on('message', (message: FromServer) => this.#messages.push(message));
    const heardOut = new Promise((resolve) => this.child.stderr?.once('close', resolve));
    // Not 'close': Node does not emit it for a child whose channel the parent has closed.
    this.exited = new Promise((resolve) =>
      this.child.once('exit', (code) => heardOut.then(() => resolve({ code, stderr }))),
    );
    started.push(this.child);
  }

  /** Started, and listening. */
  static async ready(subject: string, argument: ServerArgument): Promise<ServerProcess> {
    const server = new ServerProcess(subject, JSON.stringify(argument));
    server.#port = (await server.next('ready')).port;
    return server;
  }

  get port(): number {
    return this.#port;
  }

  get base(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  send(message: ToServer): void {
    this.child.send(message);
  }

  /** Publishing begins, as if `agoMs` before now; the window is the first `windowMs` from now. */
  start(windowMs = 1000, agoMs = 0): void {
    const windowStartUs = nowUs();
    const windowEndUs = windowStartUs + windowMs * 1000;
    this.send({ type: 'start', startUs: windowStartUs - agoMs * 1000, windowStartUs, windowEndUs });
  }

  async next<T extends FromServer['type']>(type: T): Promise<Extract<FromServer, { type: T }>> {
    await until(() => this.#messages.length > 0, `the server's '${type}'`);
    const message = this.#messages.shift();
    assert.equal(message?.type, type, JSON.stringify(message));
    return message as Extract<FromServer, { type: T }>;
  }
}
