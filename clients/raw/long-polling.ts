/**
 * Long polling: ask for anything newer than what is held, and ask again as soon as the answer is in.
 *
 * An update published between an answer and the next question is found at once by that question.
 */
import { transports } from '../../contract/transports.js';
import { WireError } from '../../contract/wire/errors.js';
import type { ResponseHead } from '../../contract/wire/http.js';
import { UpdateArrayParser } from '../../contract/wire/update-array.js';
import { type ExchangeHandler, HttpExchange } from './http-exchange.js';
import { reconnectDelayMs, type Subscriber, type SubscriberContext } from './subscriber.js';

export class LongPollingSubscriber implements Subscriber, ExchangeHandler {
  readonly #context: SubscriberContext;
  readonly #exchange: HttpExchange;
  readonly #body: UpdateArrayParser;
  #timer: NodeJS.Timeout | undefined;
  #status = 0;
  #foundNew = false;
  #foundMalformed = false;
  #stopped = false;

  constructor(context: SubscriberContext) {
    this.#context = context;
    this.#exchange = new HttpExchange(context, this);
    this.#body = new UpdateArrayParser((buffer, start, end) => {
      const reception = context.recorder.received(context.index, buffer, start, end);
      if (reception === 'first') this.#foundNew = true;
      else if (reception === 'malformed') this.#foundMalformed = true;
    });
  }

  get pendingBytes(): number {
    return this.#body.pendingBytes;
  }

  connect(): void {
    this.#exchange.connect();
  }

  start(): void {
    this.#ask();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#exchange.close();
  }

  onHead(head: ResponseHead): void {
    this.#status = head.status;
    this.#foundNew = false;
    this.#foundMalformed = false;
    if (head.status === 200) return;
    this.#context.recorder.error('status');
    this.#context.recorder.disrupted(this.#context.index);
  }

  onBody(buffer: Buffer, start: number, end: number): void {
    if (this.#status === 200) this.#body.push(buffer, start, end);
  }

  onResponse(): void {
    if (!this.#foundNew && this.#status === 200) this.#context.recorder.uselessPoll();
    if (this.#status === 200 && this.#bodyEnded() && (this.#foundNew || !this.#foundMalformed)) this.#ask();
    // Asking a failing server again at once would be a flood; so would asking for a malformed update again.
    else this.#askLater();
  }

  onFailure(): void {
    this.#body.reset();
    this.#askLater();
  }

  #ask(): void {
    if (this.#stopped) return;
    const latest = this.#context.workload.delivery === 'latest' ? '&latest=1' : '';
    const since = this.#context.recorder.newestSeq(this.#context.index);
    this.#exchange.get(`${transports['long-polling'].path}?since=${since}${latest}`);
  }

  #askLater(): void {
    if (!this.#stopped) this.#timer = setTimeout(() => this.#ask(), reconnectDelayMs(this.#context.random));
  }

  #bodyEnded(): boolean {
    try {
      this.#body.end();
      return true;
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      this.#context.recorder.error('parse');
      this.#context.recorder.disrupted(this.#context.index);
      this.#body.reset();
      return false;
    }
  }
}
