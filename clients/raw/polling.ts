/**
 * Interval polling, plain and conditional: ask, wait, ask again.
 *
 * `request-start` polls on a schedule fixed beforehand, as setInterval does; a poll that is due while
 * the last response is outstanding is left out, not queued. `response-end` re-arms after each
 * response, so its period is the interval plus the response time.
 */
import { nowUs } from '../../contract/clock.js';
import { transports } from '../../contract/transports.js';
import { WireError } from '../../contract/wire/errors.js';
import type { ResponseHead } from '../../contract/wire/http.js';
import { UpdateArrayParser } from '../../contract/wire/update-array.js';
import { type ExchangeHandler, HttpExchange } from './http-exchange.js';
import type { Subscriber, SubscriberContext } from './subscriber.js';

export class PollingSubscriber implements Subscriber, ExchangeHandler {
  readonly #context: SubscriberContext;
  readonly #conditional: boolean;
  readonly #exchange: HttpExchange;
  readonly #body: UpdateArrayParser;
  #timer: NodeJS.Timeout | undefined;
  /** When the next poll is due, for `request-start` (µs). */
  #dueUs = 0;
  #status = 0;
  #foundNew = false;
  #etag: string | null = null;
  #stopped = false;

  constructor(context: SubscriberContext, conditional: boolean) {
    this.#context = context;
    this.#conditional = conditional;
    this.#exchange = new HttpExchange(context, this);
    this.#body = new UpdateArrayParser((buffer, start, end) => {
      if (context.recorder.received(context.index, buffer, start, end) === 'first') this.#foundNew = true;
    });
  }

  get pendingBytes(): number {
    return this.#body.pendingBytes;
  }

  connect(): void {
    this.#exchange.connect();
  }

  start(): void {
    const { intervalMs, phase } = this.#context.workload.poll;
    const delayMs = phase === 'random' ? this.#context.random() * intervalMs : 0;
    this.#dueUs = nowUs() + delayMs * 1000;
    this.#arm(delayMs);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#exchange.close();
  }

  onHead(head: ResponseHead): void {
    this.#status = head.status;
    this.#foundNew = false;
    if (this.#conditional && head.status === 200) this.#etag = head.header('etag') ?? null;
    if (head.status === 200 || (this.#conditional && head.status === 304)) return;
    this.#context.recorder.error('status');
    this.#context.recorder.disrupted(this.#context.index);
  }

  onBody(buffer: Buffer, start: number, end: number): void {
    if (this.#status === 200) this.#body.push(buffer, start, end);
  }

  onResponse(): void {
    if (this.#status === 200) this.#endBody();
    if (!this.#foundNew && (this.#status === 200 || this.#status === 304)) this.#context.recorder.uselessPoll();
    this.#next();
  }

  onFailure(): void {
    this.#body.reset();
    this.#next();
  }

  #poll(): void {
    if (this.#stopped) return;
    const { poll, delivery } = this.#context.workload;
    if (poll.pacing === 'request-start') {
      this.#dueUs += poll.intervalMs * 1000;
      this.#arm((this.#dueUs - nowUs()) / 1000);
      if (this.#exchange.busy) return;
    }
    const path = transports[this.#conditional ? 'conditional-polling' : 'polling'].path;
    const query = delivery === 'every' ? `?since=${this.#context.recorder.newestSeq(this.#context.index)}` : '';
    if (this.#etag === null) this.#exchange.get(path + query);
    else this.#exchange.get(path + query, { 'If-None-Match': this.#etag });
  }

  #next(): void {
    if (!this.#stopped && this.#context.workload.poll.pacing === 'response-end')
      this.#arm(this.#context.workload.poll.intervalMs);
  }

  #arm(delayMs: number): void {
    this.#timer = setTimeout(() => this.#poll(), Math.max(0, delayMs));
  }

  #endBody(): void {
    try {
      this.#body.end();
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      this.#context.recorder.error('parse');
      this.#context.recorder.disrupted(this.#context.index);
      this.#body.reset();
    }
  }
}
