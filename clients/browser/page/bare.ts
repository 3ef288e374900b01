/**
 * EventSource and WebSocket with nothing around them: what a page gets that writes no line for the day a connection
 * breaks. Claim A11 is about the difference.
 */
import { transports } from '../../../contract/transports.js';
import type { Subscriber, SubscriberContext } from '../protocol.js';

export class BareEventSource implements Subscriber {
  readonly #context: SubscriberContext;
  #source: EventSource | null = null;
  #everOpened = false;

  constructor(context: SubscriberContext) {
    this.#context = context;
  }

  connect(): void {
    const { index, log } = this.#context;
    log.requested(index);
    const source = new EventSource(transports.sse.path);
    this.#source = source;
    source.onopen = () => {
      if (this.#everOpened) log.reconnected(index);
      this.#everOpened = true;
      this.#context.ready();
    };
    source.onmessage = (event) => log.update(index, event.data as string);
    // Only to be counted: CLOSED means that it has given up, which a status or type it does not accept makes it do.
    source.onerror = () => {
      const gaveUp = source.readyState === EventSource.CLOSED;
      log.error(index, gaveUp ? 'status' : this.#everOpened ? 'reset' : 'connect');
    };
  }

  start(): void {}

  stop(): void {
    this.#source?.close();
  }
}

export class BareWebSocket implements Subscriber {
  readonly #context: SubscriberContext;
  #socket: WebSocket | null = null;

  constructor(context: SubscriberContext) {
    this.#context = context;
  }

  connect(): void {
    const { index, log } = this.#context;
    let opened = false;
    log.requested(index);
    const socket = new WebSocket(`ws://${location.host}${transports.websocket.path}`);
    this.#socket = socket;
    socket.onopen = () => {
      opened = true;
      this.#context.ready();
    };
    socket.onmessage = (event) => log.update(index, event.data as string);
    socket.onclose = () => log.error(index, opened ? 'reset' : 'connect');
  }

  start(): void {}

  stop(): void {
    const socket = this.#socket;
    if (socket === null) return;
    socket.onclose = null;
    socket.close();
  }
}
