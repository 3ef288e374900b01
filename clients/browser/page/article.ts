/**
 * The article's own clients, re-created from what it describes: an SSE client "with reconnect logic", and a polling
 * class that waits its interval after each response. Claim A18 is about the first.
 *
 * Its reconnect logic compares the phase of the error event with EventSource.CLOSED. Both are 2, the one because the event
 * is at its target and the other by definition: so every error, also one after which the browser reconnects by itself,
 * opens a second connection after the client's own wait. That is kept here on purpose.
 */
import { transports } from '../../../contract/transports.js';
import type { Subscriber, SubscriberContext } from '../protocol.js';
import { nowMs } from './clock.js';
import { errorKindOf, updatesOf } from './polling.js';

/** As in the article's own use of it. */
const maxReconnects = 10;
const reconnectMs = 2000;

export class ArticleEventSource implements Subscriber {
  readonly #context: SubscriberContext;
  /** It forgets earlier ones; they are remembered here only to be closed. */
  readonly #sources: EventSource[] = [];
  #reconnects = 0;
  #timer = 0;

  constructor(context: SubscriberContext) {
    this.#context = context;
  }

  connect(): void {
    const { index, log } = this.#context;
    log.requested(index);
    const source = new EventSource(transports.sse.path);
    if (this.#sources.push(source) > 1) log.reconnected(index);
    source.onopen = () => {
      this.#reconnects = 0;
      this.#context.ready();
    };
    source.onmessage = (event) => log.update(index, event.data as string);
    source.onerror = (event) => {
      log.error(index, 'reset');
      if (event.eventPhase === EventSource.CLOSED && this.#reconnects < maxReconnects) {
        this.#reconnects++;
        this.#timer = setTimeout(() => this.connect(), reconnectMs);
      }
    };
  }

  start(): void {}

  stop(): void {
    clearTimeout(this.#timer);
    for (const source of this.#sources) source.close();
  }
}

/** Polls with no request options at all, and counts a failure like a response: the next poll is one interval later. */
export class ArticlePolling implements Subscriber {
  readonly #context: SubscriberContext;
  #timer = 0;
  #running = false;

  constructor(context: SubscriberContext) {
    this.#context = context;
  }

  connect(): void {
    this.#context.ready();
  }

  start(): void {
    this.#running = true;
    void this.#poll();
  }

  stop(): void {
    this.#running = false;
    clearTimeout(this.#timer);
  }

  async #poll(): Promise<void> {
    if (!this.#running) return;
    const { index, log, setup } = this.#context;
    const sentMs = nowMs();
    log.requested(index);
    try {
      const response = await fetch(transports.polling.path);
      for (const update of await updatesOf(response)) log.update(index, update);
      log.responded(index, sentMs, true);
    } catch (error) {
      log.error(index, errorKindOf(error));
    }
    this.#timer = setTimeout(() => void this.#poll(), setup.workload.poll.intervalMs);
  }
}
