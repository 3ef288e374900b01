/**
 * When the next request begins: at once when the last is answered (closed model), or when it is due (open model).
 *
 * In the closed model a slow server is asked less often, and so its slowness counts less than users would feel it. The
 * open model offers its rate whatever comes back; a request that finds no connection free waits, and its latency
 * counts from when it was due (docs/method.md).
 */
import { nowUs } from '../../contract/clock.js';
import type { LoadConnection } from './connection.js';
import type { Tally } from './tally.js';

export interface Pace {
  start(startUs: number): void;
  /** A connection could take a request, since this time. Before the start nothing comes of it. */
  free(connection: LoadConnection, atUs: number): void;
  /** Counts what has become due until then. */
  settle(atUs: number): void;
  /** Requests that are due and have not left. */
  readonly overdue: number;
  stop(): void;
}

export class ClosedPace implements Pace {
  readonly overdue = 0;
  readonly #connections: readonly LoadConnection[];
  #running = false;

  constructor(connections: readonly LoadConnection[]) {
    this.#connections = connections;
  }

  start(): void {
    this.#running = true;
    for (const connection of this.#connections) if (connection.ready) this.free(connection, nowUs());
  }

  free(connection: LoadConnection, atUs: number): void {
    if (this.#running) connection.send(connection.room, atUs);
  }

  settle(): void {}

  stop(): void {
    this.#running = false;
  }
}

export class OpenPace implements Pace {
  readonly #connections: readonly LoadConnection[];
  readonly #tally: Tally;
  readonly #gapUs: number;
  /** Connections that wait for a request to be due, in the order in which they came: a ring. */
  #waiting: (LoadConnection | null)[] = [];
  #first = 0;
  #waitingCount = 0;
  #startUs = 0;
  #running = false;
  #sent = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param rateHz requests per second, above 0 */
  constructor(connections: readonly LoadConnection[], tally: Tally, rateHz: number) {
    this.#connections = connections;
    this.#tally = tally;
    this.#gapUs = 1e6 / rateHz;
  }

  get overdue(): number {
    return this.#tally.offered - this.#sent;
  }

  start(startUs: number): void {
    this.#startUs = startUs;
    this.#running = true;
    this.#waiting = new Array<LoadConnection | null>(this.#connections.length).fill(null);
    for (const connection of this.#connections) if (connection.ready) this.#wait(connection);
    this.#tick();
  }

  free(connection: LoadConnection, atUs: number): void {
    if (!this.#running) return;
    this.settle(atUs);
    while (connection.room > 0 && this.overdue > 0) this.#send(connection, atUs);
    if (connection.room > 0) this.#wait(connection);
  }

  settle(atUs: number): void {
    const passedUs = atUs - this.#startUs;
    if (this.#running && passedUs >= 0) this.#tally.offered = Math.floor(passedUs / this.#gapUs) + 1;
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#running = false;
  }

  #tick(): void {
    const now = nowUs();
    this.settle(now);
    while (this.overdue > 0) {
      const connection = this.#nextWaiting();
      if (connection === null) break;
      this.#send(connection, now);
      if (connection.room > 0) this.#wait(connection);
    }
    // Timers have a grain of 1 ms: at higher rates several are due at once, and `slip` says how late they left.
    const dueUs = this.#startUs + this.#tally.offered * this.#gapUs;
    this.#timer = setTimeout(() => this.#tick(), Math.max(1, (dueUs - nowUs()) / 1000));
  }

  #send(connection: LoadConnection, atUs: number): void {
    const dueUs = this.#startUs + this.#sent * this.#gapUs;
    this.#sent++;
    this.#tally.slipSumUs += atUs - dueUs;
    connection.send(1, dueUs);
  }

  #wait(connection: LoadConnection): void {
    if (connection.waiting) return;
    connection.waiting = true;
    this.#waiting[(this.#first + this.#waitingCount) % this.#waiting.length] = connection;
    this.#waitingCount++;
  }

  /** Null when nobody waits. One that has lost its connection meanwhile comes again when it has a new one. */
  #nextWaiting(): LoadConnection | null {
    while (this.#waitingCount > 0) {
      const connection = this.#waiting[this.#first] as LoadConnection;
      this.#first = (this.#first + 1) % this.#waiting.length;
      this.#waitingCount--;
      connection.waiting = false;
      if (connection.ready && connection.room > 0) return connection;
    }
    return null;
  }
}
