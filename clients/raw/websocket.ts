/** WebSocket: one text frame per update; pings answered, the server's close answered with a close. */
import { randomBytes } from 'node:crypto';
import { transports } from '../../contract/transports.js';
import { WireError } from '../../contract/wire/errors.js';
import {
  acceptFor,
  formatClientFrame,
  formatUpgrade,
  opcodes,
  WebSocketParser,
} from '../../contract/wire/websocket.js';
import type { Stream, StreamEnd } from './stream.js';
import type { SubscriberContext } from './subscriber.js';

export function openWebSocket({ recorder, index }: SubscriberContext, stream: Stream): StreamEnd {
  const key = randomBytes(16).toString('base64');
  const parser = new WebSocketParser({
    onMessage: (isText, buffer, start, end) => {
      if (!isText) throw new WireError('malformed', 'a binary message where updates are text');
      recorder.received(index, buffer, start, end);
    },
    onPing: (buffer, start, end) =>
      stream.writeFrame(formatClientFrame(opcodes.pong, buffer.subarray(start, end), randomBytes(4))),
    onPong: () => {},
    onClose: (code) => {
      stream.ended();
      const status = Buffer.alloc(2);
      status.writeUInt16BE(code);
      // 1005 stands for "no code given" and must not be sent (RFC 6455, 7.4.1).
      stream.writeFrame(formatClientFrame(opcodes.close, code === 1005 ? Buffer.alloc(0) : status, randomBytes(4)));
    },
  });
  return {
    request: (host, since) =>
      formatUpgrade({ path: transports.websocket.path + (since === 0 ? '' : `?since=${since}`), host, key }),
    accepts: (head) => head.status === 101 && head.header('sec-websocket-accept') === acceptFor(key),
    push: (buffer, start, end) => parser.push(buffer, start, end),
    get pendingBytes() {
      return parser.pendingBytes;
    },
    reconnectMs: null,
  };
}
