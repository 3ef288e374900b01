/**
 * Which sequence numbers each subscriber has had: one bit each, in one array for all of them, since an array of its own
 * costs a subscriber some 250 B before it holds anything. Grows by doubling.
 */
export class SeenSet {
  readonly #subscribers: number;
  #bits: Uint8Array;
  /** Bytes of one subscriber. */
  #stride: number;

  /** @param expectedSeqs highest sequence number that should fit without growing */
  constructor(subscribers: number, expectedSeqs: number) {
    this.#subscribers = subscribers;
    this.#stride = Math.max(16, Math.ceil((expectedSeqs * 1.25) / 8));
    this.#bits = new Uint8Array(subscribers * this.#stride);
  }

  /** Adds it; false when it was there already. */
  add(subscriber: number, seq: number): boolean {
    const byte = seq >>> 3;
    if (byte >= this.#stride) this.#grow(byte);
    const at = subscriber * this.#stride + byte;
    const bit = 1 << (seq & 7);
    const old = this.#bits[at] as number;
    this.#bits[at] = old | bit;
    return (old & bit) === 0;
  }

  has(subscriber: number, seq: number): boolean {
    const byte = seq >>> 3;
    return byte < this.#stride && ((this.#bits[subscriber * this.#stride + byte] as number) & (1 << (seq & 7))) !== 0;
  }

  #grow(byte: number): void {
    const stride = Math.max(this.#stride * 2, byte + 1);
    const larger = new Uint8Array(this.#subscribers * stride);
    for (let i = 0; i < this.#subscribers; i++)
      larger.set(this.#bits.subarray(i * this.#stride, (i + 1) * this.#stride), i * stride);
    this.#bits = larger;
    this.#stride = stride;
  }
}
