/**
 * One connection of the request generator: requests out, responses in, the time of each.
 *
 * This is the hot path: one read, one look at the clock, one write per request. Nothing here is allocated per request,
 * and a response's time of arrival is also the time at which the next request begins, so what the generator itself needs
 * between the two is in the latency and not beside it.
 *
 * What to do next is its pace's decision (pace.ts); the connection only says when it could take a request.
 */
import { nowUs } from '../../contract/clock.js';
import type { ConnectionMode } from '../../contract/qps.js';
import { WireError } from '../../contract/wire/errors.js';
import { type KnownHead, ResponseReader, type ResponseSink } from './response-reader.js';
import type { LoadSocket, OpenSocket, SocketUser } from './sockets.js';
import type { Tally } from './tally.js';

/** What all connections of a worker share. */
interface ConnectionContext {
  readonly open: OpenSocket;
  /** Where what is read is. */
  readonly readBuffer: Buffer;
  readonly known: KnownHead;
  readonly tally: Tally;
  readonly mode: ConnectionMode;
  readonly pipeline: number;
  /** `requests[n]` is n requests in a row, to be written at once. */
  readonly requests: readonly Buffer[];
  /** The connection has just been opened for the first time, or could not be: `error` says why. */
  tried(connection: LoadConnection, error: string | null): void;
  /** It could take requests, since `atUs`. */
  free(connection: LoadConnection, atUs: number): void;
}

/** A connection that could not be opened or was lost is tried again after this: no busy loop against a dead server. */
const retryMs = 50;

export class LoadConnection implements SocketUser, ResponseSink {
  readonly #context: ConnectionContext;
  #socket: LoadSocket | null = null;
  #reader: ResponseReader;
  /** When the outstanding requests began, oldest at `#oldest`, around the end. Doubles in objects would be boxed. */
  readonly #begunUs: Float64Array;
  #oldest = 0;
  #outstanding = 0;
  #open = false;
  #tried = false;
  #readUs = 0;
  #retry: NodeJS.Timeout | undefined;
  #stopped = false;
  /** Its pace's own mark: it waits there for the next request to be due. */
  waiting = false;

  constructor(context: ConnectionContext) {
    this.#context = context;
    this.#begunUs = new Float64Array(context.pipeline);
    this.#reader = new ResponseReader(context.readBuffer, context.known, this);
  }

  /** How many requests it could take now. */
  get room(): number {
    return this.#context.pipeline - this.#outstanding;
  }

  get outstanding(): number {
    return this.#outstanding;
  }

  /** When the oldest outstanding request began (µs); infinity when there is none. */
  get oldestUs(): number {
    return this.#outstanding === 0 ? Number.POSITIVE_INFINITY : (this.#begunUs[this.#oldest] as number);
  }

  /** Whether a request can be given to it at all: in close mode always, as each opens its own connection. */
  get ready(): boolean {
    return this.#open || this.#context.mode === 'close';
  }

  connect(): void {
    // One that holds nothing of a response is as good as new, and in close mode this happens for every request.
    const { readBuffer, known, open, mode, requests } = this.#context;
    if (!this.#reader.between) this.#reader = new ResponseReader(readBuffer, known, this);
    this.#socket = open(this, mode === 'close' ? (requests[1] as Buffer) : null);
  }

  /**
   * Sends requests, at most `room`; in close mode one, over a connection opened for it.
   *
   * @param begunUs when each was due, or now
   */
  send(count: number, begunUs: number): void {
    const { pipeline, mode, tally, requests } = this.#context;
    for (let i = 0; i < count; i++) {
      this.#begunUs[(this.#oldest + this.#outstanding) % pipeline] = begunUs;
      this.#outstanding++;
    }
    if (mode === 'close') {
      this.connect();
      return;
    }
    const bytes = requests[count] as Buffer;
    tally.requests += count;
    tally.bytesUp += bytes.length;
    this.#socket?.write(bytes);
  }

  /** Gives up what is outstanding. */
  timedOut(): void {
    this.#lose('timeout', 'no whole response in time');
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#retry);
    this.#drop();
  }

  onOpen(): void {
    this.#open = true;
    this.#announce(null);
    const { mode, tally, requests } = this.#context;
    if (mode === 'keep-alive') {
      this.#context.free(this, nowUs());
      return;
    }
    // It left with the opening.
    tally.requests++;
    tally.bytesUp += (requests[1] as Buffer).length;
  }

  onRead(start: number, end: number): void {
    this.#readUs = nowUs();
    this.#context.tally.bytesDown += end - start;
    const socket = this.#socket;
    try {
      this.#reader.read(start, end);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      // A connection that has had its last response is already given up; what follows is wrong, and costs no request.
      if (socket === this.#socket) this.#lose('parse', error.message);
      else this.#context.tally.error('parse', error.message);
      return;
    }
    // A response that ended the connection has seen to what comes next itself.
    if (socket === this.#socket && this.#outstanding < this.#context.pipeline) this.#context.free(this, this.#readUs);
  }

  onResponse(status: number, keepAlive: boolean): boolean {
    const { tally, pipeline, mode } = this.#context;
    if (this.#outstanding === 0) throw new WireError('unexpected', 'a response to no request');
    tally.responded(status, this.#readUs - (this.#begunUs[this.#oldest] as number));
    this.#oldest = (this.#oldest + 1) % pipeline;
    this.#outstanding--;
    if (mode === 'keep-alive' && keepAlive) return true;
    // The server means to close after this one; whatever was sent after it stays unanswered.
    if (this.#outstanding > 0) this.#lose('read', 'the server closed the connection with requests outstanding');
    else this.#reopen();
    return false;
  }

  onEnd(): void {
    this.#readUs = nowUs();
    const socket = this.#socket;
    try {
      this.#reader.end();
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      this.#lose('read', 'the server closed the connection inside a response');
      return;
    }
    if (socket !== this.#socket) return;
    if (this.#outstanding > 0) this.#lose('read', 'the server closed the connection before it answered');
    else this.#reopen();
  }

  onError(during: 'connect' | 'read' | 'write', code: string): void {
    this.#announce(code);
    // A connection lost between two requests costs none.
    if (this.#outstanding === 0 && during !== 'connect') this.#reopen();
    else this.#lose(during, code);
  }

  #announce(error: string | null): void {
    if (this.#tried) return;
    this.#tried = true;
    this.#context.tried(this, error);
  }

  /** Closes, counts what was outstanding as lost, and goes on a little later. */
  #lose(kind: 'connect' | 'read' | 'write' | 'timeout' | 'parse', example: string): void {
    this.#context.tally.error(kind, example, Math.max(1, this.#outstanding));
    this.#drop();
    if (!this.#stopped) this.#retry = setTimeout(() => this.#begin(), retryMs);
  }

  #reopen(): void {
    this.#drop();
    if (!this.#stopped) this.#begin();
  }

  #begin(): void {
    if (this.#context.mode === 'close') {
      this.#context.free(this, nowUs());
      return;
    }
    this.#context.tally.reconnects++;
    this.connect();
  }

  #drop(): void {
    this.#socket?.close();
    this.#socket = null;
    this.#open = false;
    this.#outstanding = 0;
    this.#oldest = 0;
  }
}
