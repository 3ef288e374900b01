/** HTTP streaming: one JSON value per line (NDJSON). Lines end in LF; a CR before it is dropped. */
import { defaultMaxUnitBytes, Scratch } from './scratch.js';
import { firstBelow16 } from './words.js';

export const ndjsonContentType = 'application/x-ndjson';

/** An update as a line: a JSON string, which its alphabet lets us quote without escaping. */
export function formatNdjsonUpdate(update: string): string {
  return `"${update}"\n`;
}

const lf = 0x0a;
const cr = 0x0d;

export class LineParser {
  readonly #onLine: (buffer: Buffer, start: number, end: number) => void;
  readonly #scratch: Scratch;

  /** @param onLine gets a line without its end, as a view that is valid until it returns */
  constructor(
    onLine: (buffer: Buffer, start: number, end: number) => void,
    maxLineBytes: number = defaultMaxUnitBytes,
  ) {
    this.#onLine = onLine;
    this.#scratch = new Scratch(maxLineBytes, 'a line');
  }

  /** True while a line has begun and not ended. */
  get pending(): boolean {
    return this.#scratch.length > 0;
  }

  /** Bytes here of a line that has not ended. */
  get pendingBytes(): number {
    return this.#scratch.length;
  }

  /** @throws WireError `too-large` for a line past the limit */
  push(buffer: Buffer, start: number, end: number): void {
    let lineStart = start;
    for (let at = firstBelow16(buffer, start, end); at < end; at = firstBelow16(buffer, at + 1, end)) {
      if (buffer[at] !== lf) continue;
      if (this.#scratch.length === 0) {
        this.#scratch.check(at - lineStart);
        this.#emit(buffer, lineStart, at);
      } else {
        this.#scratch.append(buffer, lineStart, at);
        const { length } = this.#scratch;
        this.#scratch.clear();
        this.#emit(this.#scratch.buffer, 0, length);
      }
      lineStart = at + 1;
    }
    if (lineStart < end) this.#scratch.append(buffer, lineStart, end);
  }

  #emit(buffer: Buffer, start: number, end: number): void {
    const lineEnd = end > start && buffer[end - 1] === cr ? end - 1 : end;
    // An empty line carries nothing; a server may open with one, to get the head of its response out.
    if (lineEnd > start) this.#onLine(buffer, start, lineEnd);
  }
}
