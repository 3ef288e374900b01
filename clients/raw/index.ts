/** The client end of each transport over TCP sockets. */
import type { TransportId } from '../../contract/transports.js';
import { openHttpStream } from './http-stream.js';
import { LongPollingSubscriber } from './long-polling.js';
import { PollingSubscriber } from './polling.js';
import { openSse } from './sse.js';
import { StreamSubscriber } from './stream.js';
import type { Subscriber, SubscriberContext } from './subscriber.js';
import { openWebSocket } from './websocket.js';

export const rawSubscribers: Readonly<Record<TransportId, (context: SubscriberContext) => Subscriber>> = {
  polling: (context) => new PollingSubscriber(context, false),
  'conditional-polling': (context) => new PollingSubscriber(context, true),
  'long-polling': (context) => new LongPollingSubscriber(context),
  sse: (context) => new StreamSubscriber(context, openSse),
  'http-stream': (context) => new StreamSubscriber(context, openHttpStream),
  websocket: (context) => new StreamSubscriber(context, openWebSocket),
};
