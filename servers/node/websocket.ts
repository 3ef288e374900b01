/**
 * WebSocket with `ws`: one text frame per update, no compression.
 *
 * `ws` has no broadcast; every push transport does the same work in JavaScript.
 */
import type { Socket } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { maxMessageBytes } from '../../contract/messages.js';
import { notWebSocket, otherWebSocketVersion, stopping } from '../shared/refusal.js';
import { parseSince } from '../shared/since.js';
import { encodeMessages, goodbyeCode, goodbyeReason, missedMessages } from '../shared/websocket.js';
import type { OpenEnd } from './ends.js';
import { refuse } from './http.js';

interface Subscriber {
  readonly ws: WebSocket;
  readonly socket: Socket;
}

/** Bytes, and yet a message of text. */
const text = { binary: false } as const;

export const openWebSocket: OpenEnd = ({ routes, path, log, counters, maxBufferedBytes }) => {
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: maxMessageBytes,
  });
  const subscribers = new Set<Subscriber>();
  let closed = false;

  const send = (to: Subscriber, messages: readonly Buffer[]): void => {
    // `ws` writes head and payload apart; the cork joins them, and all messages of a batch.
    to.socket.cork();
    for (const message of messages) to.ws.send(message, text);
    to.socket.uncork();
    if (to.ws.bufferedAmount <= maxBufferedBytes) return;
    counters.droppedSlow++;
    // Now: 'close' comes later, and until then it would be counted again.
    subscribers.delete(to);
    to.ws.terminate();
  };

  routes.upgrade(path, (req, socket, head, query, refuseUpgrade) => {
    if (closed) return refuseUpgrade(stopping);
    if (req.headers['sec-websocket-version'] !== '13') return refuseUpgrade(otherWebSocketVersion);
    const since = parseSince(query.get('since') ?? undefined);
    if (since !== null && typeof since !== 'number') return refuseUpgrade(since);
    server.handleUpgrade(req, socket, head, (ws) => {
      const subscriber: Subscriber = { ws, socket };
      subscribers.add(subscriber);
      counters.streams++;
      counters.openStreams++;
      ws.on('close', () => {
        subscribers.delete(subscriber);
        counters.openStreams--;
      });
      ws.on('message', (message: Buffer, isBinary) => {
        if (!isBinary) send(subscriber, [message]);
      });
      // What breaks a connection also closes it.
      ws.on('error', () => {});
      const missed = missedMessages(log, since);
      if (missed.length > 0) send(subscriber, missed);
    });
  });
  routes.get(path, (_req, res) => refuse(res, notWebSocket));

  return {
    publish({ updates }) {
      if (subscribers.size === 0) return;
      const messages = encodeMessages(updates);
      for (const subscriber of subscribers) send(subscriber, messages);
    },
    close() {
      closed = true;
      for (const { ws } of subscribers) ws.close(goodbyeCode, goodbyeReason);
    },
  };
};
