/**
 * One event-stream response of the article's handlers, and the time they keep.
 *
 * The handlers are loops that write and sleep. A reader may leave during any sleep, and an aborted response
 * must not be touched: writes after that do nothing, and `gone` ends the loop.
 */
import type { HttpResponse } from 'uWebSockets.js';
import { nowUs, wallClockMs } from '../../../contract/clock.js';
import { sseContentType } from '../../../contract/wire/sse.js';

/** What the handlers need of time, so that tests need not wait for a minute of sleeps. */
export interface ArticleTime {
  sleep(ms: number): Promise<void>;
  nowUs(): number;
  wallClockMs(): number;
}

export const realTime: ArticleTime = {
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  nowUs,
  wallClockMs,
};

export class EventStream {
  readonly #res: HttpResponse;
  #gone = false;

  constructor(res: HttpResponse, headers: Readonly<Record<string, string>> = {}) {
    this.#res = res;
    res.onAborted(() => {
      this.#gone = true;
    });
    res.writeHeader('Content-Type', sseContentType);
    for (const [name, value] of Object.entries(headers)) res.writeHeader(name, value);
  }

  /** The reader has left. */
  get gone(): boolean {
    return this.#gone;
  }

  write(text: string): void {
    if (!this.#gone) this.#res.cork(() => this.#res.write(text));
  }

  end(): void {
    if (!this.#gone) this.#res.cork(() => this.#res.end());
  }
}

export type ArticleHandler = (res: HttpResponse, time: ArticleTime) => Promise<void>;
