/**
 * The body of a polling response: a JSON array of updates, `["…","…"]`.
 *
 * Updates use an alphabet that JSON never escapes (contract/update.ts), so the parser finds their
 * bytes without decoding. It still refuses what is not such an array; JSON it does not need
 * (escapes, numbers, nesting, white space) is malformed here.
 */
import { WireError } from './errors.js';
import { defaultMaxUnitBytes, Scratch } from './scratch.js';

export function formatUpdateArray(updates: readonly string[]): string {
  return updates.length === 0 ? '[]' : `["${updates.join('","')}"]`;
}

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const open = 0x5b;
const close = 0x5d;

/** 1 for each byte that stands for itself inside a JSON string (RFC 8259, 7). */
const isPlain = new Uint8Array(256).fill(1, 0x20);
isPlain[quote] = 0;
isPlain[backslash] = 0;

type State = 'start' | 'first-or-end' | 'inside' | 'comma-or-end' | 'next' | 'done';

export class UpdateArrayParser {
  readonly #onUpdate: (buffer: Buffer, start: number, end: number) => void;
  readonly #scratch: Scratch;
  #state: State = 'start';

  /** @param onUpdate gets a view that is valid until it returns */
  constructor(
    onUpdate: (buffer: Buffer, start: number, end: number) => void,
    maxUpdateBytes: number = defaultMaxUnitBytes,
  ) {
    this.#onUpdate = onUpdate;
    this.#scratch = new Scratch(maxUpdateBytes, 'an update');
  }

  /** @throws WireError */
  push(buffer: Buffer, start: number, end: number): void {
    let at = start;
    while (at < end) {
      if (this.#state === 'inside') {
        at = this.#takeString(buffer, at, end);
        continue;
      }
      const byte = buffer[at++] as number;
      switch (this.#state) {
        case 'start':
          if (byte !== open) refuse(byte);
          this.#state = 'first-or-end';
          break;
        case 'first-or-end':
          if (byte === quote) this.#state = 'inside';
          else if (byte === close) this.#state = 'done';
          else refuse(byte);
          break;
        case 'next':
          if (byte !== quote) refuse(byte);
          this.#state = 'inside';
          break;
        case 'comma-or-end':
          if (byte === comma) this.#state = 'next';
          else if (byte === close) this.#state = 'done';
          else refuse(byte);
          break;
        case 'done':
          refuse(byte);
      }
    }
  }

  /** Bytes here of an update that is not whole. */
  get pendingBytes(): number {
    return this.#scratch.length;
  }

  /**
   * The body is complete; the next bytes belong to another one.
   *
   * @throws WireError `truncated` when the array is not
   */
  end(): void {
    const complete = this.#state === 'done';
    this.reset();
    if (!complete) throw new WireError('truncated', 'the body ended before its array of updates did');
  }

  /** Forgets a body that will not be completed. */
  reset(): void {
    this.#state = 'start';
    this.#scratch.clear();
  }

  #takeString(buffer: Buffer, start: number, end: number): number {
    let at = start;
    while (at < end && isPlain[buffer[at] as number] === 1) at++;
    if (at < end && buffer[at] !== quote)
      throw new WireError('malformed', 'an escape or a control character inside an update');
    if (at === end) {
      this.#scratch.append(buffer, start, end);
      return end;
    }
    this.#state = 'comma-or-end';
    if (this.#scratch.length === 0) {
      this.#scratch.check(at - start);
      this.#onUpdate(buffer, start, at);
    } else {
      this.#scratch.append(buffer, start, at);
      const { length } = this.#scratch;
      this.#scratch.clear();
      this.#onUpdate(this.#scratch.buffer, 0, length);
    }
    return at + 1;
  }
}

function refuse(byte: number): never {
  throw new WireError('malformed', `byte 0x${byte.toString(16)} where an array of updates has none`);
}
