/**
 * What the page and its driver say to each other: a setup going in, rows of numbers coming out.
 *
 * Compiled for both worlds, so it may use neither Node nor the DOM.
 */
import type { PageFeature } from '../../contract/clients.js';
import type { Random } from '../../contract/random.js';
import type { TransportId } from '../../contract/transports.js';
import type { ClientKind, ErrorKind, Workload } from '../../contract/trial.js';

export type BrowserKind = Exclude<ClientKind, 'raw'>;

/** What one page is told before it connects. */
export interface PageSetup {
  readonly kind: BrowserKind;
  readonly transport: TransportId;
  readonly subscribers: readonly { readonly index: number; readonly seed: number }[];
  readonly workload: Pick<Workload, 'payloadBytes' | 'poll' | 'delivery' | 'resume'>;
  /** What every update must end in. */
  readonly padding: string;
}

/** Numbers per row of the log. */
export const rowWidth = 6;

/**
 * The first number of a row. The second is the subscriber, the third the page's own time in ms; then
 * - `update`: sequence number, intended offset (µs), publish delay (µs)
 * - `responded`: when its request was sent (ms), 1 for an answer that counts as a poll's and 0 for one that does not
 * - `error`: place in `errorCodes`
 */
export const rowKinds = { update: 1, requested: 2, responded: 3, error: 4, reconnected: 5, disrupted: 6 } as const;

export const errorCodes = {
  connect: 0,
  reset: 1,
  status: 2,
  parse: 3,
  timeout: 4,
  content: 5,
  descriptors: 6,
  ports: 7,
} as const satisfies Record<ErrorKind, number>;

/** The page's side, as `window.pushlab`. Times are the page's own, in ms. */
export interface PageApi {
  setUp(setup: PageSetup): void;
  /** Opens every connection. */
  connect(): void;
  /** Subscribers whose connection stands. */
  readyCount(): number;
  /** Updates flow from this time on. */
  start(atMs: number): void;
  /** The lowest of the newest numbers held: everybody has that one or a later. */
  lowestHeld(): number;
  /** [number, ms] of tasks over 50 ms that began between the two times. */
  longTasks(fromMs: number, toMs: number): [number, number];
  /** Time of the first update, or null. */
  firstUpdateMs(): number | null;
  /** Which of the platform's means exist here, by looking for them. */
  features(): Record<PageFeature, boolean>;
  /** The whole log, as base64 of its 64-bit floats. */
  rows(): string;
  stop(): void;
}

/** What a transport in the page is given. */
export interface SubscriberContext {
  readonly index: number;
  readonly setup: PageSetup;
  readonly random: Random;
  readonly log: UpdateLog;
  ready(): void;
}

/** Where a transport in the page puts what happens. */
export interface UpdateLog {
  /** Call as soon as user code could act on it. */
  update(subscriber: number, text: string): void;
  requested(subscriber: number): void;
  responded(subscriber: number, sentMs: number, isAnswer: boolean): void;
  error(subscriber: number, kind: ErrorKind): void;
  reconnected(subscriber: number): void;
  /** The server is lost to it, though nothing failed; an error says that by itself. */
  disrupted(subscriber: number): void;
  newestSeq(subscriber: number): number;
  /** Where to go on from: the newest number held; 0 when nothing is, or when the workload has nobody say it. */
  resumeFrom(subscriber: number): number;
}

export interface Subscriber {
  connect(): void;
  start(): void;
  stop(): void;
}
