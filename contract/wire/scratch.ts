/**
 * Bytes of a unit that was cut by the end of a read, kept until the rest arrives. Grows by doubling, to a limit.
 *
 * Takes no memory before it is needed: of ten thousand connections most never have a unit cut.
 */
import { WireError } from './errors.js';

const nothing = Buffer.alloc(0);
const shortBytes = 64;

export class Scratch {
  buffer: Buffer = nothing;
  length = 0;
  readonly #maxBytes: number;
  readonly #what: string;

  /** @param what names the unit in the error, such as `an NDJSON line` */
  constructor(maxBytes: number, what: string) {
    this.#maxBytes = maxBytes;
    this.#what = what;
  }

  /** @throws WireError `too-large` past the limit */
  append(from: Uint8Array, start: number, end: number): void {
    const length = this.length + end - start;
    this.check(length);
    if (length > this.buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(length, this.buffer.length * 2));
      this.buffer.copy(larger, 0, 0, this.length);
      this.buffer = larger;
    }
    // A view and a native call cost more than some stores: an event's id is a few bytes.
    if (end - start <= shortBytes)
      for (let at = start; at < end; at++) this.buffer[this.length + at - start] = from[at] as number;
    else this.buffer.set(from.subarray(start, end), this.length);
    this.length = length;
  }

  /**
   * For a unit that lies whole in one read: whether it is too large must not depend on where reads were cut.
   *
   * @throws WireError `too-large` past the limit
   */
  check(length: number): void {
    if (length > this.#maxBytes) throw new WireError('too-large', `${this.#what} of more than ${this.#maxBytes} bytes`);
  }

  appendByte(byte: number): void {
    if (this.length < this.buffer.length && this.length < this.#maxBytes) this.buffer[this.length++] = byte;
    else this.append(Uint8Array.of(byte), 0, 1);
  }

  clear(): void {
    this.length = 0;
  }
}

/** 32 MiB: twice the largest payload a workload may ask for. */
export const defaultMaxUnitBytes = 32 * 1024 * 1024;
