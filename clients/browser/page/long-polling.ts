/** Long polling by `fetch`: ask for anything newer than what is held, and ask again as soon as the answer is in. */
import { transports } from '../../../contract/transports.js';
import type { Subscriber, SubscriberContext } from '../protocol.js';
import { nowMs } from './clock.js';
import { errorKindOf, updatesOf } from './polling.js';
import { reconnectDelayMs } from './reconnect.js';

export class LongPollingSubscriber implements Subscriber {
  readonly #context: SubscriberContext;
  readonly #abort = new AbortController();
  #timer = 0;

  constructor(context: SubscriberContext) {
    this.#context = context;
  }

  /** The browser opens the connection with the first request. */
  connect(): void {
    this.#context.ready();
  }

  start(): void {
    void this.#ask();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#abort.abort();
  }

  async #ask(): Promise<void> {
    const { index, log, setup, random } = this.#context;
    const latest = setup.workload.delivery === 'latest' ? '&latest=1' : '';
    const sentMs = nowMs();
    log.requested(index);
    let answered = false;
    try {
      const url = `${transports['long-polling'].path}?since=${log.newestSeq(index)}${latest}`;
      const response = await fetch(url, { cache: 'no-store', signal: this.#abort.signal });
      answered = response.status === 200;
      const held = log.newestSeq(index);
      const updates = answered ? await updatesOf(response) : [];
      for (const update of updates) log.update(index, update);
      if (!answered) log.error(index, 'status');
      log.responded(index, sentMs, answered);
      // Spoiled updates, and nothing else: asked at once, the same would come again.
      if (updates.length > 0 && log.newestSeq(index) === held) answered = false;
    } catch (error) {
      answered = false;
      if (!this.#abort.signal.aborted) log.error(index, errorKindOf(error));
    }
    if (this.#abort.signal.aborted) return;
    if (answered) void this.#ask();
    // Asking a failing server again at once would be a flood.
    else this.#timer = setTimeout(() => void this.#ask(), reconnectDelayMs(random));
  }
}
