/**
 * What the harness and a worker of the request generator say to each other, over Node's IPC channel.
 *
 *     spawn → loaded … connect → ready … start → report, exit
 *
 * A worker whose channel closes exits at once. Times are CLOCK_MONOTONIC in µs (contract/clock.ts).
 */

/** The name of our own among the generators. */
export const ownGenerator = 'pushlab';

/** Whether a connection carries one request after another, or each request has one of its own. */
export const connectionModes = ['keep-alive', 'close'] as const;
export type ConnectionMode = (typeof connectionModes)[number];

/** What can go wrong with a request; a request is counted under one of them, or under none. */
export const requestErrorKinds = ['connect', 'read', 'write', 'status', 'timeout', 'parse'] as const;
export type RequestErrorKind = (typeof requestErrorKinds)[number];

/**
 * Ways to a TCP socket: an io_uring of our own, the handle below `net.Socket`, and `net.Socket` itself. The last two are
 * libuv's.
 */
export const socketCalls = ['io_uring', 'bare', 'documented'] as const;
export type SocketCalls = (typeof socketCalls)[number];

/** The one JSON argument of a worker. */
export interface LoadArgument {
  /** An IP address: names are resolved once, by the harness. */
  readonly address: string;
  readonly port: number;
  /** `Host` as the request says it. */
  readonly host: string;
  /** Path and query. */
  readonly path: string;
  readonly connections: number;
  readonly mode: ConnectionMode;
  /** Requests that a connection may have outstanding. */
  readonly pipeline: number;
  /** Null: closed model. Otherwise the requests per second that this worker offers, whatever comes back. */
  readonly rateHz: number | null;
  /** A request without a whole response for so long is an error, and its connection is closed. */
  readonly timeoutMs: number;
  /** The first of these that works here is used; documented calls always do. */
  readonly sockets: readonly SocketCalls[];
}

export interface LoadTimeline {
  readonly startUs: number;
  readonly windowStartUs: number;
  readonly windowEndUs: number;
}

export type ToLoad = { type: 'connect' } | ({ type: 'start' } & LoadTimeline);
export type FromLoad =
  | { type: 'loaded' }
  | { type: 'ready'; opened: number; refused: ErrorTally | null }
  | { type: 'report'; report: LoadReport }
  | { type: 'fatal'; message: string };

export interface ErrorTally {
  readonly count: number;
  /** The first one, in words. */
  readonly example: string;
}

/** What one worker remembers of the window. */
export interface LoadReport {
  /** Time between the two snapshots, µs. */
  readonly elapsedUs: number;
  /** CPU time of all threads of the worker between them, µs. */
  readonly cpuUs: number;
  /** Whole responses, of any status. */
  readonly responses: number;
  /** Requests written. */
  readonly requests: number;
  /** Open model: requests that were due in the window. Null in a closed one. */
  readonly offered: number | null;
  /** Requests written or due, and without a response, at the end of the window. */
  readonly unanswered: number;
  readonly bytesDown: number;
  readonly bytesUp: number;
  /** Connections opened again after the first time; in close mode every request has one anyway. */
  readonly reconnects: number;
  /** Over the whole life of the worker, so that what went wrong before the window is told as well. */
  readonly errors: Readonly<Partial<Record<RequestErrorKind, ErrorTally>>>;
  /** Status of the responses → how many. */
  readonly statuses: Readonly<Record<string, number>>;
  /** HdrHistogram, V2 compressed base64, µs: request due (open) or begun (closed) → response whole. */
  readonly latency: { readonly unit: 'us'; readonly count: number; readonly encoded: string };
  /** Sum of those latencies, for a mean without the histogram's rounding. */
  readonly latencySumUs: number;
  /** Open model: how late requests left after they were due, µs. */
  readonly slipMeanUs: number | null;
  /** Which socket calls were used. */
  readonly sockets: SocketCalls;
}
