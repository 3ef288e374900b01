/** Every transport in a page, for each way of using the platform. The planner knows the same table: contract/clients.ts. */
import type { TransportId } from '../../../contract/transports.js';
import type { BrowserKind, Subscriber, SubscriberContext } from '../protocol.js';
import { ArticleEventSource, ArticlePolling } from './article.js';
import { BareEventSource, BareWebSocket } from './bare.js';
import { EventSourceSubscriber } from './event-source.js';
import { FetchStreamSubscriber } from './fetch-stream.js';
import { LongPollingSubscriber } from './long-polling.js';
import { PollingSubscriber } from './polling.js';
import { WebSocketSubscriber } from './websocket.js';

type Open = (context: SubscriberContext) => Subscriber;

/** What a page would use by default. */
const natural: Readonly<Record<TransportId, Open>> = {
  polling: (context) => new PollingSubscriber(context, 'none'),
  'conditional-polling': (context) => new PollingSubscriber(context, 'etag'),
  'long-polling': (context) => new LongPollingSubscriber(context),
  sse: (context) => new EventSourceSubscriber(context),
  'http-stream': (context) => new FetchStreamSubscriber(context, 'http-stream'),
  websocket: (context) => new WebSocketSubscriber(context),
};

const ways: Readonly<Record<BrowserKind, Readonly<Partial<Record<TransportId, Open>>>>> = {
  browser: natural,
  'browser-fetch': { sse: (context) => new FetchStreamSubscriber(context, 'sse') },
  'browser-cache': { 'conditional-polling': (context) => new PollingSubscriber(context, 'http-cache') },
  'browser-article': {
    polling: (context) => new ArticlePolling(context),
    sse: (context) => new ArticleEventSource(context),
  },
  'browser-bare': {
    sse: (context) => new BareEventSource(context),
    websocket: (context) => new BareWebSocket(context),
  },
};

/** @throws Error for a way that the transport does not have */
export function openSubscriber(context: SubscriberContext): Subscriber {
  const { kind, transport } = context.setup;
  const open = ways[kind][transport];
  if (open === undefined) throw new Error(`client '${kind}' has no ${transport}`);
  return open(context);
}
