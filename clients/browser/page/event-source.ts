/** Server-Sent Events as the platform has them: `EventSource`, which reconnects and resumes by itself. */
import { transports } from '../../../contract/transports.js';
import type { Subscriber, SubscriberContext } from '../protocol.js';
import { reconnectDelayMs } from './reconnect.js';

export class EventSourceSubscriber implements Subscriber {
  readonly #context: SubscriberContext;
  #source: EventSource | null = null;
  #everOpened = false;
  #timer = 0;

  constructor(context: SubscriberContext) {
    this.#context = context;
  }

  connect(): void {
    const { index, log, random } = this.#context;
    log.requested(index);
    // A source that gave up has forgotten its place; a new one is told by its URL.
    const since = log.resumeFrom(index);
    const source = new EventSource(transports.sse.path + (since === 0 ? '' : `?since=${since}`));
    this.#source = source;
    source.onopen = () => {
      if (this.#everOpened) log.reconnected(index);
      this.#everOpened = true;
      this.#context.ready();
    };
    source.onmessage = (event) => log.update(index, event.data as string);
    source.onerror = () => {
      // CONNECTING: it was cut and tries again by itself. CLOSED: a status or type it does not accept.
      const gaveUp = source.readyState === EventSource.CLOSED;
      log.error(index, gaveUp ? 'status' : this.#everOpened ? 'reset' : 'connect');
      if (gaveUp) this.#timer = setTimeout(() => this.connect(), reconnectDelayMs(random));
    };
  }

  start(): void {}

  stop(): void {
    clearTimeout(this.#timer);
    this.#source?.close();
  }
}
