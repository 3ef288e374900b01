/** WebSocket as the platform has it. It does not come back by itself: the page opens another and says where it was. */
import { transports } from '../../../contract/transports.js';
import type { Subscriber, SubscriberContext } from '../protocol.js';
import { reconnectDelayMs } from './reconnect.js';

export class WebSocketSubscriber implements Subscriber {
  readonly #context: SubscriberContext;
  #socket: WebSocket | null = null;
  #everOpened = false;
  #stopped = false;
  #timer = 0;

  constructor(context: SubscriberContext) {
    this.#context = context;
  }

  connect(): void {
    const { index, log, random } = this.#context;
    const since = log.resumeFrom(index);
    let opened = false;
    log.requested(index);
    const socket = new WebSocket(
      `ws://${location.host}${transports.websocket.path}${since === 0 ? '' : `?since=${since}`}`,
    );
    this.#socket = socket;
    socket.onopen = () => {
      opened = true;
      if (this.#everOpened) log.reconnected(index);
      this.#everOpened = true;
      this.#context.ready();
    };
    socket.onmessage = (event) => log.update(index, event.data as string);
    // 'close' follows every 'error', which says nothing.
    socket.onclose = (event) => {
      if (this.#stopped) return;
      if (!opened) log.error(index, 'connect');
      else if (!event.wasClean) log.error(index, 'reset');
      else log.disrupted(index);
      this.#timer = setTimeout(() => this.connect(), reconnectDelayMs(random));
    };
  }

  start(): void {}

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#socket?.close();
  }
}
