/**
 * The last updates, so that a subscriber who was away can catch up.
 *
 * A ring indexed by sequence number: nothing is searched or moved. Bounded by count and by bytes, and
 * it forgets the oldest first, so a subscriber away for too long misses some; it can tell from the numbers.
 */

export class UpdateLog {
  readonly #ring: string[];
  readonly #maxBytes: number;
  #bytes = 0;
  #newestSeq = 0;
  #oldestSeq = 1;

  /** @throws RangeError unless both bounds are at least 1 */
  constructor(maxCount: number, maxBytes: number) {
    if (!(maxCount >= 1 && maxBytes >= 1)) throw new RangeError(`a log of ${maxCount} updates in ${maxBytes} bytes`);
    this.#ring = new Array<string>(maxCount).fill('');
    this.#maxBytes = maxBytes;
  }

  /** 0 before the first update. */
  get newestSeq(): number {
    return this.#newestSeq;
  }

  /** The oldest update still held; newestSeq + 1 when none is. */
  get oldestSeq(): number {
    return this.#oldestSeq;
  }

  get newest(): string | undefined {
    return this.#newestSeq === 0 ? undefined : this.#ring[this.#newestSeq % this.#ring.length];
  }

  /** Adds the update numbered newestSeq + 1. It is ASCII, so its length is its bytes. */
  append(update: string): void {
    if (this.#newestSeq - this.#oldestSeq + 1 === this.#ring.length) this.#forgetOldest();
    this.#newestSeq++;
    this.#ring[this.#newestSeq % this.#ring.length] = update;
    this.#bytes += update.length;
    // The newest stays whatever its size: it is the current state.
    while (this.#bytes > this.#maxBytes && this.#oldestSeq < this.#newestSeq) this.#forgetOldest();
  }

  /**
   * The next update to come is numbered one above this; those before it are not held.
   *
   * @throws RangeError for a number that was given before
   */
  skipTo(seq: number): void {
    if (seq < this.#newestSeq) throw new RangeError(`the log is at ${this.#newestSeq} and cannot go back to ${seq}`);
    while (this.#oldestSeq <= this.#newestSeq) this.#forgetOldest();
    this.#newestSeq = seq;
    this.#oldestSeq = seq + 1;
  }

  /** Every held update with a number above `seq`, oldest first; all of them when `seq` is older than the oldest. */
  since(seq: number): string[] {
    const updates: string[] = [];
    for (let next = Math.max(seq + 1, this.#oldestSeq); next <= this.#newestSeq; next++)
      updates.push(this.#ring[next % this.#ring.length] as string);
    return updates;
  }

  #forgetOldest(): void {
    const slot = this.#oldestSeq % this.#ring.length;
    this.#bytes -= (this.#ring[slot] as string).length;
    this.#ring[slot] = '';
    this.#oldestSeq++;
  }
}
