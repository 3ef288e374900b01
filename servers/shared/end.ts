/**
 * What one transport's end of a subject looks like from outside, and what it is given.
 */
import type { UpdateLog } from './log.js';
import type { Batch } from './source.js';

/** What the server counts, for its report. */
export interface Counters {
  /** HTTP requests of every kind, upgrades included. */
  requests: number;
  /** TCP connections accepted. */
  connections: number;
  /** Connections closed because their unsent bytes passed the cap. */
  droppedSlow: number;
  /** Streams begun and WebSockets opened, each of which is sent every update. */
  streams: number;
  /** Of those, open now. */
  openStreams: number;
}

export interface EndOptions {
  /** Where this transport is served (contract/transports.ts). */
  readonly path: string;
  readonly log: UpdateLog;
  readonly counters: Counters;
  readonly maxBufferedBytes: number;
  readonly longPollTimeoutMs: number;
  /** Silence after which an SSE stream gets a comment, in ms. */
  readonly heartbeatMs: number;
}

export function noCounts(): Counters {
  return { requests: 0, connections: 0, droppedSlow: 0, streams: 0, openStreams: 0 };
}

/** A subject's end of one transport, its routes in place. */
export interface TransportEnd {
  /** New updates, already in the log. Called often: it must cost nothing while nobody subscribes. */
  publish(batch: Batch): void;
  /** Says goodbye on every open connection as the protocol has it. Later requests are refused or answered empty. */
  close(): void;
}

/** The end of a transport that keeps nothing open between two polls. */
export const nothingOpen: TransportEnd = { publish() {}, close() {} };
