/**
 * The bodies that polls are answered with: JSON arrays of updates, encoded once however many ask.
 *
 * Between two updates all pollers who hold the same number get the same bytes. What is kept is thrown away
 * with every batch, and bounded, since a client may ask from any number.
 */
import { formatUpdateArray } from '../../contract/wire/update-array.js';
import type { UpdateLog } from './log.js';

export const jsonContentType = 'application/json';

const maxKept = 64;
const empty = Buffer.from(formatUpdateArray([]), 'latin1');

export class UpdateBodies {
  readonly #log: UpdateLog;
  readonly #kept = new Map<number, Buffer>();
  #keptFor = 0;

  constructor(log: UpdateLog) {
    this.#log = log;
  }

  /** Every update after `seq` that the log still has. */
  since(seq: number): Buffer {
    const { newestSeq } = this.#log;
    if (seq >= newestSeq) return empty;
    if (this.#keptFor !== newestSeq) {
      this.#kept.clear();
      this.#keptFor = newestSeq;
    }
    let body = this.#kept.get(seq);
    if (body === undefined) {
      body = Buffer.from(formatUpdateArray(this.#log.since(seq)), 'latin1');
      if (this.#kept.size < maxKept) this.#kept.set(seq, body);
    }
    return body;
  }

  /** What a poll is answered with: all since a number, or the current state when the client names none. */
  answer(since: number | null): Buffer {
    return since === null ? this.latest() : this.since(since);
  }

  /** The current state: the newest update alone, or nothing before the first. */
  latest(): Buffer {
    return this.since(Math.max(0, this.#log.newestSeq - 1));
  }
}
