/**
 * What the harness and its kinds of worker say to each other, over Node's IPC channel.
 *
 *     server:  spawn → [standby … listen →] ready(port) … start → … stop → report, exit
 *     client:  spawn → loaded … connect → ready … start → … finish → report, exit
 *     proxy:   spawn → ready(port) … start → … stop → report, exit
 *
 * A worker whose channel closes exits at once: that is how a killed harness leaves nothing behind.
 * A trial may have several servers on one port and several client workers, each with some of the subscribers. All are
 * told the same times, CLOCK_MONOTONIC in µs (contract/clock.ts): that is their common start.
 */

import type { FaultKind, ScheduledFault, UpdateFaultId } from './faults.js';
import type { UpstreamWay } from './messages.js';
import type { ProxyId } from './proxies.js';
import type { TransportId } from './transports.js';
import type { ClientReport, ServerReport, TrialPlan, Workload } from './trial.js';

/** What a server holds at most, and how long it is silent; the same in every trial. */
export interface ServerBounds {
  /** Updates kept for those who come back. */
  readonly logCount: number;
  readonly logBytes: number;
  /** Silence after which an SSE stream gets a comment, in ms. */
  readonly heartbeatMs: number;
}

/** The one JSON argument of a server process. */
export interface ServerArgument {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly workload: Workload;
  readonly seed: number;
  /** A connection whose unsent bytes pass this is closed and counted. */
  readonly maxBufferedBytes: number;
  /** Whether other server processes may listen on the same port (SO_REUSEPORT); each publishes the same updates. */
  readonly sharesPort?: boolean;
  /** Addresses to listen on besides `host`, on the same port: each has local ports of its own to connect from. */
  readonly moreHosts?: readonly string[];
  /** The subject's own when absent; only tests choose smaller ones. */
  readonly bounds?: ServerBounds;
  /** Loaded, but not listening before it is told to: takes the place of a server that is killed. */
  readonly standby?: boolean;
  /** What a server that is wrong on purpose does to its updates; absent for every other. */
  readonly fault?: UpdateFaultId;
}

/** Consecutive subscribers of a trial: those of one client worker. */
export interface SubscriberRange {
  readonly first: number;
  readonly count: number;
}

/** The one JSON argument of a client worker. */
export interface ClientArgument {
  readonly trial: TrialPlan;
  readonly workload: Workload;
  /** Which of the workload's subscribers are this worker's. */
  readonly range: SubscriberRange;
  readonly maxSamples: number;
  readonly bins: number;
  /** Only for clients in a browser. */
  readonly browser?: BrowserArgument;
}

/** What a client worker needs to start a browser and to leave nothing of it behind. */
export interface BrowserArgument {
  readonly executable: string;
  /** As the browser says it. */
  readonly version: string;
  /** Beside the worker's own. */
  readonly environment: Readonly<Record<string, string>>;
  /** Exists, is empty, and is removed with the trial. */
  readonly profileFolder: string;
  /** The page's code, compiled. */
  readonly pageFolder: string;
  /** Written when a page fails. */
  readonly screenshotFile: string;
}

/** When things happen in a trial. */
export interface Timeline {
  /** The source's epoch: intended offsets count from here. */
  readonly startUs: number;
  readonly windowStartUs: number;
  readonly windowEndUs: number;
}

/** @param publishFromUs of a start: updates intended before it are not published: a server that was killed has missed them */
export type ToServer =
  | { type: 'listen' }
  | ({ type: 'start'; publishFromUs?: number } & Timeline)
  | { type: 'window' }
  | { type: 'stop' };
export type FromServer =
  | { type: 'standby' }
  | { type: 'ready'; port: number }
  | { type: 'window'; firstWindowSeq: number; lastWindowSeq: number }
  | { type: 'report'; report: ServerReport }
  | { type: 'fatal'; message: string };

export type ToClient =
  | {
      type: 'connect';
      host: string;
      port: number;
      /** Other addresses of the same server, to be used in turn. */
      moreHosts?: readonly string[];
      /** After this long the worker is ready with those it has: something on the way may let none through. Null: never. */
      patienceMs: number | null;
    }
  | ({ type: 'start' } & Timeline)
  | { type: 'finish'; firstWindowSeq: number; lastWindowSeq: number; deadlineUs: number };
export type FromClient =
  | { type: 'loaded' }
  | { type: 'ready'; connected: number }
  | { type: 'report'; report: ClientReport }
  | { type: 'fatal'; message: string };

/** The one JSON argument of a proxy process. */
export interface ProxyArgument {
  readonly proxy: Exclude<ProxyId, 'none'>;
  readonly host: string;
  readonly targetPort: number;
  readonly payloadBytes: number;
  readonly faults: readonly ScheduledFault[];
}

/** A fault as it came about, in ms after the start of the window. */
export interface Disturbance {
  readonly kind: FaultKind;
  readonly fromMs: number;
  readonly toMs: number;
}

export interface ProxyReport {
  readonly connections: number;
  /** Connections that the proxy ended by itself, for having been idle. */
  readonly cut: number;
  readonly disturbances: readonly Disturbance[];
}

export type ToProxy = ({ type: 'start' } & Timeline) | { type: 'stop' };
export type FromProxy =
  | { type: 'ready'; port: number }
  | { type: 'report'; report: ProxyReport }
  | { type: 'fatal'; message: string };

/** The one JSON argument of a worker that reads single event streams, whatever they carry. */
export interface ReaderArgument {
  readonly host: string;
  readonly port: number;
}

/** What one event stream brought, from its request to its end or to when nobody wanted to read on. */
export interface StreamReading {
  readonly status: number;
  /** Bytes of the socket, both ways; heads apart. */
  readonly downBytes: number;
  readonly downHeadBytes: number;
  readonly upBytes: number;
  /** Each event: when user code could act on it (µs after the request was sent), type, id of the stream, bytes of its data. */
  readonly events: readonly (readonly [atUs: number, type: string, id: string, dataBytes: number])[];
  /** Data of the last event. */
  readonly lastData: string;
  /** The wait before a reconnect that the stream asked for; null: it did not. */
  readonly retryMs: number | null;
  /** Whether the server ended it. */
  readonly ended: boolean;
}

/** @param forMs of read: then it is left, if the server has not ended it; null: read to its end */
export type ToReader = { type: 'read'; path: string; forMs: number | null };
export type FromReader =
  | { type: 'loaded' }
  | { type: 'reading'; reading: StreamReading }
  | { type: 'fatal'; message: string };

/** The one JSON argument of a worker that has something to say to the server. */
export interface UpstreamArgument {
  readonly way: UpstreamWay;
  readonly host: string;
  readonly port: number;
  readonly payloadBytes: number;
}

/** What sending so many messages took, one after the other: the next when the last was answered. */
interface UpstreamReport {
  readonly roundTripUs: readonly number[];
  /** Bytes of the sockets that the messages went over, handshake and stream before them left out. */
  readonly upBytes: number;
  readonly downBytes: number;
  /** Connections of this client, the one that updates come by included. */
  readonly connections: number;
}

export type ToUpstream = { type: 'send'; messages: number };
export type FromUpstream =
  | { type: 'open' }
  | { type: 'sent'; report: UpstreamReport }
  | { type: 'fatal'; message: string };

/** How a subscriber leaves: TCP's goodbye, a reset, or without anything that would reach the server. */
export const vanishWays = ['fin', 'rst', 'silent'] as const;
export type VanishWay = (typeof vanishWays)[number];

/** The one JSON argument of a churn worker. */
export interface ChurnArgument {
  readonly transport: TransportId;
  readonly host: string;
  readonly port: number;
  /** Of each round. */
  readonly connections: number;
  readonly payloadBytes: number;
}

export type ToChurn = { type: 'open' } | { type: 'vanish'; how: VanishWay };
export type FromChurn =
  | { type: 'loaded' }
  | { type: 'received' }
  | { type: 'vanished' }
  | { type: 'fatal'; message: string };
