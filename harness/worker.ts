/**
 * A worker process: started, heard, stopped and killed here and nowhere else.
 *
 * It is a direct child with an IPC channel. A worker exits when its channel closes, so even a harness that is killed
 * leaves nothing behind; `kill` is for workers that no longer listen.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Place } from './places.js';
import { compileAhead } from './typescript/compile.mjs';

/** Why a trial came to nothing; the closed list that trial records carry. */
type FailureKind = `${WorkerRole}-${'start' | 'died' | 'silent' | 'limit'}`;

/** A worker of `floor` measures the instrument itself. */
type WorkerRole = 'server' | 'client' | 'proxy' | 'floor';

export class WorkerFailure extends Error {
  readonly kind: FailureKind;
  constructor(kind: FailureKind, message: string) {
    super(message);
    this.name = 'WorkerFailure';
    this.kind = kind;
  }
}

/** Whose files run in workers. Compiled before the first starts: the compiler's heap would be part of its memory. */
const workerFolders = ['contract', 'servers', 'clients', 'harness/floor'];
let workersCompiled = false;

/** A worker needs about a fifth of a second of a free core; this allows for a very busy one, or one that compiles. */
export const startTimeoutMs = 20_000;
/** A worker told to stop gets this long before it is killed. */
const stopTimeoutMs = 3_000;
const stderrTailBytes = 4_096;

type Message = { type: string };

/** A child process that speaks one side of contract/control.ts. */
export class Worker<To extends Message, From extends Message> {
  readonly #child: ChildProcess;
  readonly #role: WorkerRole;
  readonly #queue: From[] = [];
  #waiter: (() => void) | null = null;
  #failure: WorkerFailure | null = null;
  #started = false;
  #stderrTail = '';
  #resolveFailure: () => void = () => {};
  readonly #anyFailure = new Promise<void>((resolve) => {
    this.#resolveFailure = resolve;
  });
  /** Resolves when the process is gone, however it went. */
  readonly exited: Promise<void>;

  /** @param nodeFlags of the command line, such as `--max-semi-space-size=1` */
  constructor(
    role: WorkerRole,
    entry: string,
    argument: unknown,
    place: Place,
    stderrFile: string | null,
    nodeFlags: readonly string[] = [],
  ) {
    this.#role = role;
    if (!workersCompiled) compileAhead(workerFolders);
    workersCompiled = true;
    const node = [
      process.execPath,
      ...nodeFlags,
      '--import',
      new URL('../register.mjs', import.meta.url).href,
      fileURLToPath(new URL(entry, import.meta.url)),
      JSON.stringify(argument),
    ];
    const pinned = place.cores === null ? node : ['taskset', '-c', place.cores, ...node];
    const command = [...place.enter, ...pinned];
    this.#child = spawn(command[0] as string, command.slice(1), {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      // Ctrl-C in a terminal goes to the whole group; the harness decides when its workers stop.
      detached: true,
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderrTail = (this.#stderrTail + text).slice(-stderrTailBytes);
      if (stderrFile === null) return;
      mkdirSync(dirname(stderrFile), { recursive: true });
      appendFileSync(stderrFile, text);
    });
    this.#child.on('message', (message: From) => this.#hear(message));
    this.exited = this.#untilGone();
  }

  /** Process id; 0 when it could not be started. */
  get pid(): number {
    return this.#child.pid ?? 0;
  }

  send(message: To): void {
    // A channel that closes under the message shows as the exit, with its reason.
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  /**
   * The next message, which must be of this type.
   *
   * @throws WorkerFailure when the worker dies, says `fatal`, or says nothing for `timeoutMs`
   */
  async next<T extends From['type']>(type: T, timeoutMs: number): Promise<Extract<From, { type: T }>> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const message = this.#queue.shift();
      if (message !== undefined) {
        if (message.type !== type)
          throw new WorkerFailure(this.#kind('died'), `the ${this.#role} said '${message.type}' instead of '${type}'`);
        this.#started = true;
        return message as Extract<From, { type: T }>;
      }
      if (this.#failure !== null) throw this.#failure;
      const leftMs = deadline - Date.now();
      if (leftMs <= 0)
        throw new WorkerFailure(
          this.#kind('silent'),
          `the ${this.#role} did not say '${type}' within ${Math.round(timeoutMs / 1000)} s${this.#stderrSays()}`,
        );
      await this.#wake(leftMs);
    }
  }

  /** Rejects when the worker fails, and never resolves: to be raced against a wait. */
  async failed(): Promise<never> {
    await this.#anyFailure;
    throw this.#failure;
  }

  /** Closes the channel: a worker that still listens exits by itself. */
  disconnect(): void {
    if (this.#child.connected) this.#child.disconnect();
  }

  kill(): void {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill('SIGKILL');
  }

  /** Waits for the process to be gone, and kills it when it takes too long. */
  async gone(): Promise<void> {
    const timer = setTimeout(() => this.kill(), stopTimeoutMs);
    await this.exited;
    clearTimeout(timer);
  }

  /** Not the 'close' event: Node never emits it once this side has closed the channel. */
  #untilGone(): Promise<void> {
    const stderrEnds = new Promise((resolve) => this.#child.stderr?.once('close', resolve));
    return new Promise((resolve) => {
      this.#child.on('error', (error) => {
        if (this.#child.pid !== undefined) return;
        this.#fail(this.#kind('start'), `the ${this.#role} could not be started: ${error.message}`);
        resolve();
      });
      this.#child.on('exit', async (code, signal) => {
        await stderrEnds;
        const how = signal === null ? `exited with code ${code}` : `was ended by ${signal}`;
        this.#fail(
          this.#kind(this.#started ? 'died' : 'start'),
          `the ${this.#role} process ${how}${this.#stderrSays()}`,
        );
        resolve();
      });
    });
  }

  #hear(message: From): void {
    if (message.type === 'fatal')
      this.#fail(this.#kind(this.#started ? 'died' : 'start'), (message as unknown as { message: string }).message);
    else this.#queue.push(message);
    this.#waiter?.();
  }

  #fail(kind: FailureKind, message: string): void {
    // The first reason is the cause; an exit that follows it is the consequence.
    this.#failure ??= new WorkerFailure(kind, message);
    this.#waiter?.();
    this.#resolveFailure();
  }

  #wake(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.#waiter = () => {
        clearTimeout(timer);
        this.#waiter = null;
        resolve();
      };
    });
  }

  #kind(what: 'start' | 'died' | 'silent'): FailureKind {
    return `${this.#role}-${what}`;
  }

  #stderrSays(): string {
    const lines = this.#stderrTail.trim().split('\n').filter(Boolean);
    // The line that names the error, not the stack below it.
    const telling = lines.find((line) => /error/i.test(line)) ?? lines.at(-1);
    return telling === undefined ? '' : `: ${telling.trim()}`;
  }
}
