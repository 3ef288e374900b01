/**
 * What a handler of the article is given: a way to open its response, and the time it keeps.
 *
 * The handlers are loops that write and sleep. A reader may leave during any sleep: writes after that do nothing,
 * and `gone` ends the loop.
 */
import { nowUs, wallClockMs } from '../../../contract/clock.js';

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

/** One event-stream response. */
export interface EventStream {
  /** The reader has left. */
  readonly gone: boolean;
  write(text: string): void;
  end(): void;
}

/** Begins the response, with these headers beside its content type. */
type OpenEventStream = (headers?: Readonly<Record<string, string>>) => EventStream;

export type ArticleHandler = (open: OpenEventStream, time: ArticleTime) => Promise<void>;
