/** Which sequence numbers a subscriber has had: one bit each, growing by doubling. */
export class SeenSet {
  #bits: Uint8Array;

  /** @param expectedSeqs highest sequence number that should fit without growing */
  constructor(expectedSeqs: number) {
    this.#bits = new Uint8Array(Math.max(16, Math.ceil((expectedSeqs * 1.25) / 8)));
  }

  /** Adds it; false when it was there already. */
  add(seq: number): boolean {
    const byte = seq >>> 3;
    if (byte >= this.#bits.length) this.#grow(byte);
    const bit = 1 << (seq & 7);
    const old = this.#bits[byte] as number;
    this.#bits[byte] = old | bit;
    return (old & bit) === 0;
  }

  has(seq: number): boolean {
    return ((this.#bits[seq >>> 3] ?? 0) & (1 << (seq & 7))) !== 0;
  }

  #grow(byte: number): void {
    const larger = new Uint8Array(Math.max(this.#bits.length * 2, byte + 1));
    larger.set(this.#bits);
    this.#bits = larger;
  }
}
