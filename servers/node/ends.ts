/** Every transport's end. A transport added to the contract fails to compile here until its end exists. */
import type { TransportId } from '../../contract/transports.js';
import type { EndOptions, TransportEnd } from '../shared/end.js';
import { ndjsonStream, sseStream } from '../shared/streams.js';
import { openConditionalPolling } from './conditional-polling.js';
import type { Routes } from './http.js';
import { openLongPolling } from './long-polling.js';
import { openPolling } from './polling.js';
import { openStream } from './stream.js';
import { openWebSocket } from './websocket.js';

export interface EndContext extends EndOptions {
  readonly routes: Routes;
}

export type OpenEnd = (context: EndContext) => TransportEnd;

export const ends: Readonly<Record<TransportId, OpenEnd>> = {
  polling: openPolling,
  'conditional-polling': openConditionalPolling,
  'long-polling': openLongPolling,
  sse: openStream(sseStream),
  'http-stream': openStream(ndjsonStream),
  websocket: openWebSocket,
};
