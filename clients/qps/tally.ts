/**
 * What a worker of the request generator counts: integers while it measures, a report when it is over.
 *
 * Counts run from the first connection on, and the window is the difference of two snapshots; only latencies are
 * kept for the window alone.
 */
import type { ErrorTally, LoadReport, RequestErrorKind } from '../../contract/qps.js';
import { LatencyCounts } from '../latency-counts.js';

interface Snapshot {
  readonly atUs: number;
  readonly cpuUs: number;
  readonly responses: number;
  readonly requests: number;
  readonly bytesDown: number;
  readonly bytesUp: number;
  readonly reconnects: number;
  readonly statuses: Uint32Array;
  readonly offered: number;
  readonly slipSumUs: number;
}

const highestStatus = 999;

export class Tally {
  responses = 0;
  requests = 0;
  bytesDown = 0;
  bytesUp = 0;
  reconnects = 0;
  /** Open model: requests that were due so far, and how late those that left did so. */
  offered = 0;
  slipSumUs = 0;
  readonly latency = new LatencyCounts();
  readonly #statuses = new Uint32Array(highestStatus + 1);
  readonly #errors: Partial<Record<RequestErrorKind, ErrorTally>> = {};
  #before: Snapshot | null = null;

  responded(status: number, latencyUs: number): void {
    this.responses++;
    (this.#statuses[status] as number)++;
    this.latency.record(latencyUs);
    if (status >= 400) this.error('status', `HTTP status ${status}`);
  }

  /** @param requests how many of them it cost */
  error(kind: RequestErrorKind, example: string, requests = 1): void {
    const known = this.#errors[kind];
    this.#errors[kind] = { count: (known?.count ?? 0) + requests, example: known?.example ?? example };
  }

  errorsOf(kind: RequestErrorKind): ErrorTally | null {
    return this.#errors[kind] ?? null;
  }

  openWindow(atUs: number): void {
    this.latency.clear();
    this.#before = this.#snapshot(atUs);
  }

  /** @throws Error when the window was never opened */
  closeWindow(atUs: number, rest: Pick<LoadReport, 'unanswered' | 'sockets'> & { readonly open: boolean }): LoadReport {
    const before = this.#before;
    if (before === null) throw new Error('a window that closes before it has opened');
    const after = this.#snapshot(atUs);
    const requests = after.requests - before.requests;
    return {
      elapsedUs: after.atUs - before.atUs,
      cpuUs: after.cpuUs - before.cpuUs,
      responses: after.responses - before.responses,
      requests,
      offered: rest.open ? after.offered - before.offered : null,
      unanswered: rest.unanswered,
      bytesDown: after.bytesDown - before.bytesDown,
      bytesUp: after.bytesUp - before.bytesUp,
      reconnects: after.reconnects - before.reconnects,
      errors: this.#errors,
      statuses: differences(before.statuses, after.statuses),
      latency: this.latency.encode(),
      latencySumUs: this.latency.sumUs,
      slipMeanUs: rest.open && requests > 0 ? (after.slipSumUs - before.slipSumUs) / requests : null,
      sockets: rest.sockets,
    };
  }

  #snapshot(atUs: number): Snapshot {
    const { responses, requests, bytesDown, bytesUp, reconnects, offered, slipSumUs } = this;
    const statuses = this.#statuses.slice();
    const { user, system } = process.cpuUsage();
    return {
      atUs,
      cpuUs: user + system,
      responses,
      requests,
      bytesDown,
      bytesUp,
      reconnects,
      offered,
      slipSumUs,
      statuses,
    };
  }
}

function differences(before: Uint32Array, after: Uint32Array): Record<string, number> {
  const found: Record<string, number> = {};
  for (const [status, count] of after.entries()) {
    const difference = count - (before[status] as number);
    if (difference > 0) found[status] = difference;
  }
  return found;
}
