/**
 * What the harness and its two kinds of worker say to each other, over Node's IPC channel.
 *
 *     server:  spawn → ready(port) … start → … stop → report, exit
 *     client:  spawn → loaded … connect → ready … start → … finish → report, exit
 *
 * A worker whose channel closes exits at once: that is how a killed harness leaves nothing behind.
 * A trial may have several servers on one port and several client workers, each with some of the subscribers. All are
 * told the same times, CLOCK_MONOTONIC in µs (contract/clock.ts): that is their common start.
 */
import type { UpdateFaultId } from './faults.js';
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
  /** The subject's own when absent; only tests choose smaller ones. */
  readonly bounds?: ServerBounds;
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
}

/** When things happen in a trial. */
export interface Timeline {
  /** The source's epoch: intended offsets count from here. */
  readonly startUs: number;
  readonly windowStartUs: number;
  readonly windowEndUs: number;
}

export type ToServer = ({ type: 'start' } & Timeline) | { type: 'window' } | { type: 'stop' };
export type FromServer =
  | { type: 'ready'; port: number }
  | { type: 'window'; firstWindowSeq: number; lastWindowSeq: number }
  | { type: 'report'; report: ServerReport }
  | { type: 'fatal'; message: string };

export type ToClient =
  | { type: 'connect'; host: string; port: number }
  | ({ type: 'start' } & Timeline)
  | { type: 'finish'; firstWindowSeq: number; lastWindowSeq: number; deadlineUs: number };
export type FromClient =
  | { type: 'loaded' }
  | { type: 'ready'; connected: number }
  | { type: 'report'; report: ClientReport }
  | { type: 'fatal'; message: string };
