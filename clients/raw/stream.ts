/**
 * A connection on which updates keep coming, shared by the three push transports: opened once,
 * opened again with a point to resume from when it is lost.
 *
 * A transport adds its request head, a parser of what follows, and how to resume.
 */
import { WireError } from '../../contract/wire/errors.js';
import { type HttpResponseHandler, HttpResponseParser, type ResponseHead } from '../../contract/wire/http.js';
import type { ConnectFailure, Connection, ConnectionHandler } from './connection.js';
import { reconnectDelayMs, type Subscriber, type SubscriberContext } from './subscriber.js';

/** What one connection of a push transport does with its bytes. Made anew for each connection. */
export interface StreamEnd {
  /** The request head. `since`: the newest update held, or 0 for a new subscription. */
  request(host: string, since: number): string;
  /** Whether the response begins a stream. */
  accepts(head: ResponseHead): boolean;
  /** Bytes of the body (or after an upgrade). */
  push(buffer: Buffer, start: number, end: number): void;
  readonly pendingBytes: number;
  /** The server's own wish for the wait before a reconnect, or null. */
  readonly reconnectMs: number | null;
}

export interface Stream {
  writeFrame(frame: Buffer): void;
  /** The transport's own close arrived: the server ended the stream on purpose. */
  ended(): void;
}

/**
 * Handler of its own connection and parser: an object with closures for each would cost a subscriber more memory than
 * all its state (docs/decisions/0016-memory-of-a-connection.md).
 */
export class StreamSubscriber implements Subscriber, Stream, ConnectionHandler, HttpResponseHandler {
  readonly #context: SubscriberContext;
  readonly #open: (context: SubscriberContext, stream: Stream) => StreamEnd;
  #end: StreamEnd | null = null;
  #connection: Connection | null = null;
  /** Null too once the connection has become another protocol's. */
  #parser: HttpResponseParser | null = null;
  #timer: NodeJS.Timeout | undefined;
  #everOpened = false;
  #answered = false;
  #accepted = false;
  #endedByServer = false;
  #stopped = false;
  #reconnectMs: number | undefined;

  constructor(context: SubscriberContext, open: (context: SubscriberContext, stream: Stream) => StreamEnd) {
    this.#context = context;
    this.#open = open;
  }

  connect(): void {
    const { host, port, recorder, open } = this.#context;
    if (this.#everOpened) recorder.reconnected();
    this.#answered = false;
    this.#accepted = false;
    this.#endedByServer = false;
    this.#end = this.#open(this.#context, this);
    this.#parser = new HttpResponseParser(this);
    this.#connection = open(host, port, this);
  }

  get pendingBytes(): number {
    return this.#end?.pendingBytes ?? 0;
  }

  start(): void {}

  writeFrame(frame: Buffer): void {
    this.#connection?.writeFrame(frame);
  }

  ended(): void {
    this.#endedByServer = true;
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#connection?.close();
  }

  onOpen(): void {
    const { host, port, recorder, index, workload } = this.#context;
    this.#everOpened = true;
    recorder.requested();
    const since = workload.resume === false ? 0 : recorder.newestSeq(index);
    this.#connection?.writeHead(this.#end?.request(`${host}:${port}`, since) ?? '');
  }

  onBytes(buffer: Buffer, start: number, end: number): void {
    const parser = this.#parser;
    try {
      if (parser === null) this.#end?.push(buffer, start, end);
      else if (this.#accepted) parser.push(buffer, start, end);
      else this.#readHead(parser, buffer, start, end);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      this.#context.recorder.error('parse');
      this.#lose();
    }
  }

  #readHead(parser: HttpResponseParser, buffer: Buffer, start: number, end: number): void {
    const before = parser.headBytes;
    try {
      parser.push(buffer, start, end);
    } finally {
      this.#context.recorder.traffic.downHeads += parser.headBytes - before;
    }
  }

  onClose(opened: boolean, why: ConnectFailure): void {
    this.#connection = null;
    if (!opened) this.#context.recorder.error(why);
    // Closed after a refusal, or after the transport's own goodbye, it is no reset.
    else if (!this.#answered || (this.#accepted && !this.#endedByServer)) this.#context.recorder.error('reset');
    this.#reconnectLater();
  }

  onHead(head: ResponseHead): void {
    this.#answered = true;
    this.#accepted = this.#end?.accepts(head) ?? false;
    if (this.#accepted) this.#context.ready();
    else this.#context.recorder.error('status');
  }

  onBody(buffer: Buffer, start: number, end: number): void {
    if (this.#accepted) this.#end?.push(buffer, start, end);
  }

  onUpgrade(buffer: Buffer, start: number, end: number): void {
    if (!this.#accepted) return;
    // What follows is no HTTP.
    this.#parser = null;
    this.#end?.push(buffer, start, end);
  }

  onMessageEnd(): void {
    // A stream's response has ended: whoever stays subscribed has to ask again.
    this.#endedByServer = true;
    this.#lose();
  }

  #lose(): void {
    this.#connection?.close();
    this.#connection = null;
    this.#reconnectLater();
  }

  #reconnectLater(): void {
    if (this.#stopped) return;
    this.#context.recorder.disrupted(this.#context.index);
    // What the server asked for holds for every attempt, not only for the first after it said so.
    this.#reconnectMs = this.#end?.reconnectMs ?? this.#reconnectMs;
    const delayMs = reconnectDelayMs(this.#context.random, this.#reconnectMs);
    this.#timer = setTimeout(() => this.connect(), delayMs);
  }
}
