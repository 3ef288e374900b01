/**
 * A page's time on the clock that all processes share.
 *
 * Chromium says when the page's navigation started (CDP Performance.getMetrics, NavigationStart, on CLOCK_MONOTONIC), and the
 * page's own clock counts from there; their sum is taken as the time. That it is one is checked and not believed: in a ping
 * the page reads its clock somewhere between two readings of ours, so each ping bounds the distance of the two clocks
 * from both sides, and all pings together bound it to the quickest way there and the quickest way back.
 */
import type { CDPSession } from 'puppeteer';
import { nowUs } from '../../contract/clock.js';

/** Of the common clock over the page's, as mapped: the truth lies between the two. µs; 0 is a perfect mapping. */
export interface ClockBound {
  readonly lowUs: number;
  readonly highUs: number;
  readonly pings: number;
}

/** Half the width that an idle machine reaches in a few dozen pings. */
const goodBoundUs = 150;
const fewestPings = 50;
const mostPings = 400;

export class PageClock {
  readonly #session: CDPSession;
  readonly #navigationStartUs: number;

  /** @param navigationStartUs on CLOCK_MONOTONIC */
  constructor(session: CDPSession, navigationStartUs: number) {
    this.#session = session;
    this.#navigationStartUs = navigationStartUs;
  }

  get navigationStartUs(): number {
    return this.#navigationStartUs;
  }

  /** The page's time (ms since navigation) in µs of the common clock. */
  toUs(pageMs: number): number {
    return this.#navigationStartUs + pageMs * 1000;
  }

  toPageMs(us: number): number {
    return (us - this.#navigationStartUs) / 1000;
  }

  /** Pings until the bound is good, or no better one is to be had. */
  async exchange(): Promise<ClockBound> {
    let lowUs = Number.NEGATIVE_INFINITY;
    let highUs = Number.POSITIVE_INFINITY;
    let pings = 0;
    while (pings < fewestPings || (pings < mostPings && (highUs - lowUs) / 2 > goodBoundUs)) {
      const beforeUs = nowUs();
      const { result } = await this.#session.send('Runtime.evaluate', {
        expression: 'performance.now()',
        returnByValue: true,
      });
      const afterUs = nowUs();
      const mappedUs = this.toUs(result.value as number);
      lowUs = Math.max(lowUs, beforeUs - mappedUs);
      highUs = Math.min(highUs, afterUs - mappedUs);
      pings++;
    }
    return { lowUs, highUs, pings };
  }
}

/** How far a mapped time may be off, by what was bounded before and after. */
export function boundOf(bounds: readonly ClockBound[]): number {
  return Math.max(...bounds.flatMap(({ lowUs, highUs }) => [Math.abs(lowUs), Math.abs(highUs)]));
}

/** By how much the mapping lies outside of what the pings allow; 0 when it does not. */
export function brokenBy(bounds: readonly ClockBound[]): number {
  return Math.max(0, ...bounds.flatMap(({ lowUs, highUs }) => [lowUs, -highUs]));
}

/** Change of the middle from one exchange to the next. */
export function driftOf(before: ClockBound, after: ClockBound): number {
  return (after.lowUs + after.highUs - before.lowUs - before.highUs) / 2;
}
