/**
 * The six ways an update can reach a subscriber, as one closed table.
 *
 * Everything that differs per transport is a `Record<TransportId, …>` somewhere,
 * so adding a row here fails to compile until its server end and clients exist.
 */
export const transportIds = [
  'polling',
  'conditional-polling',
  'long-polling',
  'sse',
  'http-stream',
  'websocket',
] as const;

export type TransportId = (typeof transportIds)[number];

export interface Transport {
  readonly title: string;
  /** Where every subject serves it. */
  readonly path: string;
  /**
   * Who decides when bytes flow: `pull` answers one request at a time (so a newer
   * update may supersede one nobody asked for yet), `push` sends each update as it is published.
   */
  readonly direction: 'pull' | 'push';
  /** One sentence for people who have not met it. */
  readonly summary: string;
}

export const transports: Readonly<Record<TransportId, Transport>> = {
  polling: {
    title: 'Interval polling',
    path: '/polling',
    direction: 'pull',
    summary: 'The client asks for the current state at a fixed interval.',
  },
  'conditional-polling': {
    title: 'Conditional polling',
    path: '/conditional-polling',
    direction: 'pull',
    summary: 'As interval polling, but the server answers 304 without a body when nothing changed (ETag).',
  },
  'long-polling': {
    title: 'Long polling',
    path: '/long-polling',
    direction: 'pull',
    summary: 'The client asks, and the server holds the answer until there is something newer.',
  },
  sse: {
    title: 'Server-Sent Events',
    path: '/sse',
    direction: 'push',
    summary: 'One response that never ends, framed as text/event-stream.',
  },
  'http-stream': {
    title: 'HTTP streaming',
    path: '/http-stream',
    direction: 'push',
    summary: 'One response that never ends, one JSON value per line.',
  },
  websocket: {
    title: 'WebSocket',
    path: '/websocket',
    direction: 'push',
    summary: 'One text frame per update over an upgraded connection.',
  },
};
