/**
 * Long polling without a server: which request is answered when, and with what.
 *
 * A request that finds nothing newer is held until the next update, or until the timeout answers it with an
 * empty array. The trap is the client that leaves meanwhile: its request must be withdrawn, or its timer
 * answers a response that is gone.
 */
import type { UpdateLog } from './log.js';
import { UpdateBodies } from './update-bodies.js';

/** `closing`: the server stops, and the client would only ask again. */
export type Answer<R> = (response: R, body: Buffer, closing: boolean) => void;

interface HeldPoll<R> {
  readonly response: R;
  readonly since: number;
  readonly latestOnly: boolean;
  readonly timer: NodeJS.Timeout;
}

/** `R`: what a subject answers on. */
export class HeldPolls<R> {
  readonly #log: UpdateLog;
  readonly #timeoutMs: number;
  readonly #answer: Answer<R>;
  readonly #bodies: UpdateBodies;
  readonly #held = new Set<HeldPoll<R>>();
  #closed = false;

  constructor(log: UpdateLog, timeoutMs: number, answer: Answer<R>) {
    this.#log = log;
    this.#timeoutMs = timeoutMs;
    this.#answer = answer;
    this.#bodies = new UpdateBodies(log);
  }

  /**
   * Answers at once, or holds the request and returns it: to be withdrawn when its client leaves.
   *
   * @param asked null: from the next update on, as the streams do
   * @param latestOnly of several newer updates the newest alone
   */
  ask(response: R, asked: number | null, latestOnly: boolean): HeldPoll<R> | null {
    const since = asked ?? this.#log.newestSeq;
    if (since < this.#log.newestSeq || this.#closed) {
      this.#answer(response, this.#bodyFor(since, latestOnly), this.#closed);
      return null;
    }
    const timer = setTimeout(() => this.#release(held, false), this.#timeoutMs);
    const held: HeldPoll<R> = { response, since, latestOnly, timer };
    this.#held.add(held);
    return held;
  }

  withdraw(held: HeldPoll<R>): void {
    this.#held.delete(held);
    clearTimeout(held.timer);
  }

  publish(): void {
    for (const held of this.#held) if (held.since < this.#log.newestSeq) this.#release(held, false);
  }

  close(): void {
    this.#closed = true;
    for (const held of this.#held) this.#release(held, true);
  }

  #release(held: HeldPoll<R>, closing: boolean): void {
    this.withdraw(held);
    this.#answer(held.response, this.#bodyFor(held.since, held.latestOnly), closing);
  }

  #bodyFor(since: number, latestOnly: boolean): Buffer {
    return latestOnly && since < this.#log.newestSeq ? this.#bodies.latest() : this.#bodies.since(since);
  }
}
