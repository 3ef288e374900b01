/**
 * WebSocket: one text frame per update, no compression.
 *
 * Sent socket by socket, not through uWebSockets.js topics: a topic publishes in C++ and batches on its own,
 * so fan-out would compare two different servers. Here every push transport does the same work in JavaScript.
 */
import uWS, { type WebSocket } from 'uWebSockets.js';
import { maxMessageBytes } from '../../contract/messages.js';
import { notWebSocket, otherWebSocketVersion, stopping } from '../shared/refusal.js';
import { encodeMessages, goodbyeCode, goodbyeReason, missedMessages } from '../shared/websocket.js';
import type { OpenEnd } from './ends.js';
import { readSince, refuse, refuseOtherMethods } from './http.js';

interface SocketData {
  /** What the client asked to catch up from; null: start with the next update. */
  readonly since: number | null;
}

export const openWebSocket: OpenEnd = ({ app, path, log, counters, maxBufferedBytes }) => {
  const sockets = new Set<WebSocket<SocketData>>();
  let closed = false;
  // The arguments of `writeAll`, kept here so that a fan-out makes no closure per socket.
  let socket: WebSocket<SocketData>;
  let frames: readonly Buffer[];
  let waited = false;
  const writeAll = (): void => {
    waited = false;
    // Anything but 1: some of it had to wait.
    for (const frame of frames) if (socket.send(frame) !== 1) waited = true;
  };

  const send = (to: WebSocket<SocketData>, what: readonly Buffer[]): void => {
    socket = to;
    frames = what;
    to.cork(writeAll);
    if (!waited || to.getBufferedAmount() <= maxBufferedBytes) return;
    counters.droppedSlow++;
    to.close();
  };

  app.ws<SocketData>(path, {
    compression: uWS.DISABLED,
    maxPayloadLength: maxMessageBytes,
    // The cap is ours, so that it is counted: see `send`.
    maxBackpressure: 0,
    upgrade(res, req, context) {
      counters.requests++;
      if (closed) return refuse(res, req, stopping);
      // The library goes by the key alone, and would answer 101 to a handshake that a proxy has made a plain GET of.
      if (req.getHeader('upgrade').toLowerCase() !== 'websocket') return refuse(res, req, notWebSocket);
      if (req.getHeader('sec-websocket-version') !== '13') return refuse(res, req, otherWebSocketVersion);
      const since = readSince(res, req);
      if (since === undefined) return;
      // No protocol and no extension is agreed to, whatever the client offers.
      res.upgrade<SocketData>({ since }, req.getHeader('sec-websocket-key'), '', '', context);
    },
    open(ws) {
      sockets.add(ws);
      counters.streams++;
      counters.openStreams++;
      const missed = missedMessages(log, ws.getUserData().since);
      if (missed.length > 0) send(ws, missed);
    },
    message(ws, message, isBinary) {
      // A copy: the library takes the memory back when this returns.
      if (!isBinary) send(ws, [Buffer.from(message.slice(0))]);
    },
    close(ws) {
      sockets.delete(ws);
      counters.openStreams--;
    },
  });
  app.get(path, (res, req) => {
    counters.requests++;
    refuse(res, req, notWebSocket);
  });
  refuseOtherMethods(app, path, counters);

  return {
    publish({ updates }) {
      if (sockets.size === 0) return;
      const encoded = encodeMessages(updates);
      for (const ws of sockets) send(ws, encoded);
    },
    close() {
      closed = true;
      for (const ws of sockets) ws.end(goodbyeCode, goodbyeReason);
    },
  };
};
