/**
 * What one page remembers: rows of six numbers in arrays made beforehand, in the order things happened.
 *
 * Nothing is judged here. The driver replays the rows into the recorder that the raw clients use, so that an
 * update is lost, superseded or repeated by one definition for all.
 */
import type { ErrorKind } from '../../../contract/trial.js';
import { errorCodes, type PageSetup, rowKinds, rowWidth, type UpdateLog } from '../protocol.js';
import { nowMs } from './clock.js';
import { isUpdate, readIntendedOffsetUs, readPublishDelayUs, readSeq } from './update.js';

/** 3 MB; a new one is a matter of a fraction of a millisecond, every few minutes at most. */
const rowsPerChunk = 65_536;

export class Log implements UpdateLog {
  readonly #setup: PageSetup;
  readonly #newest = new Map<number, number>();
  readonly #full: Float64Array[] = [];
  #chunk = newChunk();
  #at = 0;
  #firstUpdateMs: number | null = null;

  constructor(setup: PageSetup) {
    this.#setup = setup;
    for (const { index } of setup.subscribers) this.#newest.set(index, 0);
  }

  get firstUpdateMs(): number | null {
    return this.#firstUpdateMs;
  }

  update(subscriber: number, text: string): void {
    const atMs = nowMs();
    const { workload, padding } = this.#setup;
    if (!isUpdate(text, workload.payloadBytes) || !text.endsWith(padding)) {
      this.#row(rowKinds.error, subscriber, atMs, errorCodes.content, 0, 0);
      return;
    }
    const seq = readSeq(text);
    if (seq > this.newestSeq(subscriber)) this.#newest.set(subscriber, seq);
    this.#firstUpdateMs ??= atMs;
    this.#row(rowKinds.update, subscriber, atMs, seq, readIntendedOffsetUs(text), readPublishDelayUs(text));
  }

  requested(subscriber: number): void {
    this.#row(rowKinds.requested, subscriber, nowMs(), 0, 0, 0);
  }

  responded(subscriber: number, sentMs: number, isAnswer: boolean): void {
    this.#row(rowKinds.responded, subscriber, nowMs(), sentMs, isAnswer ? 1 : 0, 0);
  }

  error(subscriber: number, kind: ErrorKind): void {
    this.#row(rowKinds.error, subscriber, nowMs(), errorCodes[kind], 0, 0);
  }

  reconnected(subscriber: number): void {
    this.#row(rowKinds.reconnected, subscriber, nowMs(), 0, 0, 0);
  }

  disrupted(subscriber: number): void {
    this.#row(rowKinds.disrupted, subscriber, nowMs(), 0, 0, 0);
  }

  resumeFrom(subscriber: number): number {
    return this.#setup.workload.resume === false ? 0 : this.newestSeq(subscriber);
  }

  newestSeq(subscriber: number): number {
    return this.#newest.get(subscriber) ?? 0;
  }

  lowestHeld(): number {
    return Math.min(...this.#newest.values());
  }

  /** Base64, since DevTools carries text. */
  encode(): string {
    const used = [...this.#full, this.#chunk.subarray(0, this.#at)];
    return btoa(used.map(bytesAsText).join(''));
  }

  #row(kind: number, subscriber: number, atMs: number, a: number, b: number, c: number): void {
    if (this.#at === this.#chunk.length) {
      this.#full.push(this.#chunk);
      this.#chunk = newChunk();
      this.#at = 0;
    }
    const chunk = this.#chunk;
    chunk[this.#at++] = kind;
    chunk[this.#at++] = subscriber;
    chunk[this.#at++] = atMs;
    chunk[this.#at++] = a;
    chunk[this.#at++] = b;
    chunk[this.#at++] = c;
  }
}

function newChunk(): Float64Array {
  // Written to, so that its memory is there before it is needed.
  return new Float64Array(rowsPerChunk * rowWidth).fill(0);
}

function bytesAsText(rows: Float64Array): string {
  const bytes = new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength);
  let text = '';
  // As arguments of one call: a few thousand at a time are safe.
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return text;
}
