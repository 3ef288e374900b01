/** What every transport's client end is given, and what it must be able to do. */
import type { Random } from '../../contract/random.js';
import type { Workload } from '../../contract/trial.js';
import type { Recorder } from '../recorder.js';
import type { OpenConnection } from './connection.js';

export interface SubscriberContext {
  /** Index of this subscriber in its worker. */
  readonly index: number;
  readonly host: string;
  readonly port: number;
  readonly workload: Workload;
  readonly recorder: Recorder;
  readonly open: OpenConnection;
  /** Seeded for this subscriber: phases and reconnect jitter. */
  readonly random: Random;
  /** The connection stands and (push) the stream has begun. May be called again after a reconnect. */
  ready(): void;
}

export interface Subscriber {
  /** Opens the connection, and the stream where the transport has one. */
  connect(): void;
  /** Updates flow from now on: pollers begin to ask. */
  start(): void;
  /** Bytes received of an update that is not whole yet. */
  readonly pendingBytes: number;
  /** Closes for good. */
  stop(): void;
}

/**
 * Wait before a lost connection is opened again when the server named none: the same for all
 * transports, spread over ±50 % so that many subscribers do not come back at one instant.
 */
export function reconnectDelayMs(random: Random, baseMs = 250): number {
  return baseMs * (0.5 + random());
}
