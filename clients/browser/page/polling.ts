/**
 * Interval polling by `fetch`, in three ways: plain, conditional with an ETag of the page's own, and conditional by
 * the browser's HTTP cache, which hides the 304 and gives the page the whole state again.
 *
 * All stay "same origin, nothing added that needs asking": a poll that cost a CORS preflight would be another one.
 */

import { transports } from '../../../contract/transports.js';
import type { Subscriber, SubscriberContext } from '../protocol.js';
import { nowMs } from './clock.js';

export type Condition = 'none' | 'etag' | 'http-cache';

export class PollingSubscriber implements Subscriber {
  readonly #context: SubscriberContext;
  readonly #condition: Condition;
  #timer = 0;
  #dueMs = 0;
  #busy = false;
  #etag: string | null = null;
  #stopped = false;

  constructor(context: SubscriberContext, condition: Condition) {
    this.#context = context;
    this.#condition = condition;
  }

  /** The browser opens the connection with the first request. */
  connect(): void {
    this.#context.ready();
  }

  start(): void {
    const { intervalMs, phase } = this.#context.setup.workload.poll;
    const delayMs = phase === 'random' ? this.#context.random() * intervalMs : 0;
    this.#dueMs = nowMs() + delayMs;
    this.#arm(delayMs);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #arm(delayMs: number): void {
    this.#timer = setTimeout(() => this.#due(), Math.max(0, delayMs));
  }

  #due(): void {
    const { intervalMs, pacing } = this.#context.setup.workload.poll;
    if (pacing === 'request-start') {
      this.#dueMs += intervalMs;
      // A hidden tab fires late: what was due meanwhile is left out, not made up for.
      if (this.#dueMs < nowMs()) this.#dueMs += Math.ceil((nowMs() - this.#dueMs) / intervalMs) * intervalMs;
      this.#arm(this.#dueMs - nowMs());
      if (this.#busy) return;
    }
    void this.#poll();
  }

  async #poll(): Promise<void> {
    const { index, log } = this.#context;
    this.#busy = true;
    const sentMs = nowMs();
    log.requested(index);
    try {
      const response = await fetch(this.#url(), this.#request());
      if (response.status === 200) {
        if (this.#condition === 'etag') this.#etag = response.headers.get('etag');
        for (const update of await updatesOf(response)) log.update(index, update);
      }
      const isAnswer = response.status === 200 || (this.#condition === 'etag' && response.status === 304);
      if (!isAnswer) log.error(index, 'status');
      log.responded(index, sentMs, isAnswer);
    } catch (error) {
      if (!this.#stopped) log.error(index, errorKindOf(error));
    }
    this.#busy = false;
    const { intervalMs, pacing } = this.#context.setup.workload.poll;
    if (!this.#stopped && pacing === 'response-end') this.#arm(intervalMs);
  }

  #url(): string {
    const { index, log, setup } = this.#context;
    const { path } = transports[this.#condition === 'none' ? 'polling' : 'conditional-polling'];
    return setup.workload.delivery === 'every' ? `${path}?since=${log.newestSeq(index)}` : path;
  }

  #request(): RequestInit {
    // 'no-cache' means: use the cache, but ask the server first whether what it holds is still current.
    if (this.#condition === 'http-cache') return { cache: 'no-cache' };
    return this.#etag === null
      ? { cache: 'no-store' }
      : { cache: 'no-store', headers: { 'If-None-Match': this.#etag } };
  }
}

/** A body of updates, as any page would read it. */
export async function updatesOf(response: Response): Promise<string[]> {
  const body: unknown = await response.json();
  if (!Array.isArray(body)) throw new SyntaxError('the body is not an array of updates');
  return body as string[];
}

/** `fetch` says TypeError for every failure of the network and does not say which; JSON says SyntaxError. */
export function errorKindOf(error: unknown): 'parse' | 'reset' {
  return error instanceof SyntaxError ? 'parse' : 'reset';
}
