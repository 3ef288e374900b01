/**
 * Buffers that the kernel takes from when bytes arrive: one ring of them for all sockets, instead of one per socket.
 *
 * A socket that waits holds none, so memory is that of the bytes being looked at and not of the connections open. The
 * trap: a buffer that a completion named must be given back whoever the completion was for, or the ring runs dry.
 */
import { registerCodes, sizes, twoTo32 } from './abi.js';
import type { Libc } from './libc.js';
import type { Ring } from './ring.js';

/** Where the tail of the ring is, in 16-bit words: over a field of the first entry that is otherwise unused. */
const tailAt = 7;
const idAt = 6;

export class ReceiveBuffers {
  readonly buffer: Buffer;
  readonly bufferBytes: number;
  readonly #address: number;
  readonly #halves: Uint16Array;
  readonly #words: Uint32Array;
  readonly #mask: number;
  #tail = 0;

  /** @param count a power of two @throws Error when the kernel does not know such rings (before Linux 5.19) */
  constructor(libc: Libc, ring: Ring, group: number, count: number, bufferBytes: number) {
    this.bufferBytes = bufferBytes;
    this.#mask = count - 1;
    const data = libc.allocate(count * bufferBytes);
    this.#address = data.address;
    this.buffer = Buffer.from(data.bytes);
    const entries = libc.allocate(count * sizes.buffer);
    this.#halves = new Uint16Array(entries.bytes);
    this.#words = new Uint32Array(entries.bytes);
    // struct io_uring_buf_reg: address, entries and group, three words kept free.
    const told = [entries.address, BigInt(count) | (BigInt(group) << 32n), 0, 0, 0];
    if (ring.register(registerCodes.bufferRing, told, 1) < 0)
      throw new Error(`a ring of receive buffers: errno ${libc.errno()}`);
    for (let id = 0; id < count; id++) this.giveBack(id);
  }

  /** Where the bytes of a buffer begin in `buffer`. */
  startOf(id: number): number {
    return id * this.bufferBytes;
  }

  /** The kernel may fill it again. */
  giveBack(id: number): void {
    const address = this.#address + id * this.bufferBytes;
    const word = (this.#tail & this.#mask) * (sizes.buffer / 4);
    this.#words[word] = address >>> 0;
    this.#words[word + 1] = Math.floor(address / twoTo32);
    this.#words[word + 2] = this.bufferBytes;
    // The half beside it holds, in the first entry, the tail.
    this.#halves[word * 2 + idAt] = id;
    this.#tail = (this.#tail + 1) & 0xffff;
    this.#halves[tailAt] = this.#tail;
  }
}
