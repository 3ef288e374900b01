/**
 * Requests and responses one after the other over a connection, shared by the three polling transports.
 *
 * A connection that the server closed while idle is reopened by the next request: that is what
 * slow polling over keep-alive costs, and it is counted. One that breaks under a request is an error.
 */
import { nowUs } from '../../contract/clock.js';
import { WireError } from '../../contract/wire/errors.js';
import { formatGet, HttpResponseParser, type ResponseHead } from '../../contract/wire/http.js';
import type { ConnectFailure, Connection, ConnectionHandler } from './connection.js';
import type { SubscriberContext } from './subscriber.js';

export interface ExchangeHandler {
  /** Status and headers are in: true to be given the body. */
  onHead(head: ResponseHead): void;
  onBody(buffer: Buffer, start: number, end: number): void;
  onResponse(): void;
  /** No response will come for the request that is under way. */
  onFailure(): void;
}

export class HttpExchange implements ConnectionHandler {
  readonly #context: SubscriberContext;
  readonly #handler: ExchangeHandler;
  readonly #host: string;
  #connection: Connection | null = null;
  #parser: HttpResponseParser;
  #open = false;
  #wasOpen = false;
  #waiting: string | null = null;
  #inFlight = false;
  #sentUs = 0;

  constructor(context: SubscriberContext, handler: ExchangeHandler) {
    this.#context = context;
    this.#handler = handler;
    this.#host = `${context.host}:${context.port}`;
    this.#parser = this.#newParser();
  }

  get busy(): boolean {
    return this.#inFlight;
  }

  /** Opens the connection ahead of the first request. */
  connect(): void {
    if (this.#connection !== null) return;
    if (this.#wasOpen && this.#context.workload.poll.connection === 'keep-alive') this.#context.recorder.reconnected();
    this.#parser = this.#newParser();
    this.#connection = this.#context.open(this.#context.host, this.#context.port, this);
  }

  /** Sends a GET, opening the connection first where needed. One at a time. */
  get(path: string, headers?: Readonly<Record<string, string>>): void {
    if (this.#inFlight) throw new Error(`${path} asked for while a response is outstanding`);
    this.#inFlight = true;
    const head = formatGet(headers === undefined ? { path, host: this.#host } : { path, host: this.#host, headers });
    if (this.#open && this.#connection !== null) this.#send(this.#connection, head);
    else {
      this.#waiting = head;
      this.connect();
    }
  }

  close(): void {
    this.#connection?.close();
    this.#connection = null;
    this.#open = false;
    this.#inFlight = false;
    this.#waiting = null;
  }

  onOpen(): void {
    this.#open = true;
    this.#wasOpen = true;
    this.#context.ready();
    if (this.#waiting !== null && this.#connection !== null) this.#send(this.#connection, this.#waiting);
  }

  onBytes(buffer: Buffer, start: number, end: number): void {
    const headBytesBefore = this.#parser.headBytes;
    try {
      this.#parser.push(buffer, start, end);
      this.#context.recorder.traffic.downHeads += this.#parser.headBytes - headBytesBefore;
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      this.#context.recorder.error('parse');
      this.#fail();
    }
  }

  onClose(opened: boolean, why: ConnectFailure): void {
    this.#connection = null;
    this.#open = false;
    if (!opened) this.#context.recorder.error(why);
    if (!this.#inFlight) return;
    if (opened) this.#context.recorder.error('reset');
    this.#fail();
  }

  #send(connection: Connection, head: string): void {
    this.#waiting = null;
    this.#context.recorder.requested();
    this.#sentUs = nowUs();
    connection.writeHead(head);
  }

  #fail(): void {
    this.close();
    this.#context.recorder.disrupted(this.#context.index);
    this.#handler.onFailure();
  }

  #newParser(): HttpResponseParser {
    return new HttpResponseParser({
      onHead: (head) => this.#handler.onHead(head),
      onBody: (buffer, start, end) => this.#handler.onBody(buffer, start, end),
      onMessageEnd: (keepAlive) => {
        this.#inFlight = false;
        this.#context.recorder.responded(this.#sentUs);
        if (!keepAlive || this.#context.workload.poll.connection === 'per-request') this.close();
        this.#handler.onResponse();
      },
      onUpgrade: () => {
        throw new WireError('unexpected', 'a GET without Upgrade was answered with 101');
      },
    });
  }
}
