/**
 * Feeds bytes to a parser in pieces, as a socket would: through one buffer that is reused.
 *
 * After each piece the buffer is filled with junk, and there is junk behind each piece while it is read, so a
 * parser that keeps a view or reads past its end is found out. The trap is the choice of junk: a search that
 * goes past its end for a line feed is only found out by junk that has one, and not right at the end, where
 * stopping is no mistake. So it is a mixture that begins elsewhere for each piece.
 */
const junk = Buffer.from('Z\nZ\r"Z:,]0\0\x81', 'latin1');

export interface Pushable {
  push(buffer: Buffer, start: number, end: number): void;
}

export function feed(parser: Pushable, bytes: Uint8Array, cuts: readonly number[]): void {
  const buffer = Buffer.alloc(bytes.length + 3 + junk.length);
  let from = 0;
  // Not always the same one for the first piece.
  let turn = bytes.length + (cuts[0] ?? 0);
  for (const to of [...cuts, bytes.length]) {
    fillWithJunk(buffer, turn++);
    // Not at 0: a parser must not take an offset for a length.
    buffer.set(bytes.subarray(from, to), 3);
    parser.push(buffer, 3, 3 + to - from);
    from = to;
  }
  fillWithJunk(buffer, turn);
}

function fillWithJunk(buffer: Buffer, turn: number): void {
  const at = turn % junk.length;
  buffer.fill(Buffer.concat([junk.subarray(at), junk.subarray(0, at)]));
}

/** Every way to cut the bytes once, not at all, and into single bytes. */
export function everySplit(length: number): number[][] {
  const single = Array.from({ length: Math.max(0, length - 1) }, (_, i) => i + 1);
  return [[], ...single.map((at) => [at]), single];
}

/** Sorted, distinct places to cut, from any numbers. */
export function cutsFrom(numbers: readonly number[], length: number): number[] {
  if (length < 2) return [];
  return [...new Set(numbers.map((n) => 1 + (n % (length - 1))))].sort((a, b) => a - b);
}
