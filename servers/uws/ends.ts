/** Every transport's end. A transport added to the contract fails to compile here until its end exists. */
import type { TransportId } from '../../contract/transports.js';
import { openConditionalPolling } from './conditional-polling.js';
import type { OpenEnd } from './end.js';
import { openHttpStream } from './http-stream.js';
import { openLongPolling } from './long-polling.js';
import { openPolling } from './polling.js';
import { openSse } from './sse.js';
import { openWebSocket } from './websocket.js';

export const ends: Readonly<Record<TransportId, OpenEnd>> = {
  polling: openPolling,
  'conditional-polling': openConditionalPolling,
  'long-polling': openLongPolling,
  sse: openSse,
  'http-stream': openHttpStream,
  websocket: openWebSocket,
};
