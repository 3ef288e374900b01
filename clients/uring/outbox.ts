/**
 * Messages that are sent once: copied into blocks that stay where they are until the kernel has taken them.
 *
 * A block is free again when the completion of its entry has come, whoever has closed the socket meanwhile.
 */
import type { Libc } from './libc.js';
import type { Message } from './sockets.js';

/** A request head, or a control frame: the longest of ours has some 250 bytes. */
const blockBytes = 1024;
const blocksAtOnce = 64;

export class Outbox {
  readonly #libc: Libc;
  readonly #addresses: number[] = [];
  readonly #bytes: Buffer[] = [];
  readonly #free: number[] = [];

  constructor(libc: Libc) {
    this.#libc = libc;
  }

  /** @param bytes or text of one byte per character @returns the block that holds it now */
  put(bytes: Uint8Array | string): number {
    if (bytes.length > blockBytes) throw new RangeError(`a message of ${bytes.length} bytes; at most ${blockBytes}`);
    if (this.#free.length === 0) this.#grow();
    const block = this.#free.pop() as number;
    const to = this.#bytes[block] as Buffer;
    if (typeof bytes === 'string') to.write(bytes, 0, 'latin1');
    else to.set(bytes);
    return block;
  }

  message(block: number, byteCount: number): Message {
    return { address: this.#addresses[block] as number, byteCount };
  }

  free(block: number): void {
    this.#free.push(block);
  }

  #grow(): void {
    const { address, bytes } = this.#libc.allocate(blocksAtOnce * blockBytes);
    for (let i = 0; i < blocksAtOnce; i++) {
      this.#free.push(this.#addresses.length);
      this.#addresses.push(address + i * blockBytes);
      this.#bytes.push(Buffer.from(bytes, i * blockBytes, blockBytes));
    }
  }
}
