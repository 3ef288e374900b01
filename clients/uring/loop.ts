/**
 * Turns of a ring inside Node's event loop: completions in batches, one system call each, and in between everything
 * else (timers, messages of the harness).
 *
 * While something comes, the ring itself is waited for, a turn at a time; a turn is at most a millisecond, the grain of
 * Node's timers. When for a whole turn nothing came the thread sleeps in libuv, which watches a counter of events that the
 * ring then writes to. The trap: what came just before the ring was told to write was told to nobody, so it is looked for
 * once more.
 */
import { nowUs } from '../../contract/clock.js';
import type { Libc } from './libc.js';
import type { RingSockets } from './sockets.js';

const turnUs = 1_000;

export class RingLoop {
  readonly #sockets: RingSockets;
  readonly #takeEvents: () => void;
  readonly #stopWatching: () => void;
  #next: NodeJS.Immediate | null = null;

  constructor(libc: Libc, sockets: RingSockets) {
    this.#sockets = sockets;
    const counter = libc.eventCounter();
    const scratch = libc.allocate(8);
    this.#takeEvents = () => libc.takeEvents(counter, scratch.address);
    sockets.ring.countEventsIn(counter);
    this.#stopWatching = libc.watch(counter, this.#wake);
    sockets.ring.onFirstEntry = this.#begin;
  }

  stop(): void {
    this.#stopWatching();
    this.#sockets.ring.onFirstEntry = () => {};
    if (this.#next !== null) clearImmediate(this.#next);
    this.#next = null;
  }

  readonly #begin = (): void => {
    if (this.#next === null) this.#next = setImmediate(this.#turn);
  };

  readonly #wake = (): void => {
    this.#takeEvents();
    if (this.#next === null) this.#turn();
  };

  readonly #turn = (): void => {
    // Set first: entries written below are handed over by this turn, and need no other.
    this.#next = setImmediate(this.#turn);
    const { ring } = this.#sockets;
    ring.countEvents(false);
    const untilUs = nowUs() + turnUs;
    let isQuiet = true;
    do {
      ring.enter(1, turnUs);
      if (this.#sockets.drain() > 0) isQuiet = false;
    } while (nowUs() < untilUs);
    if (isQuiet) this.#sleep();
  };

  #sleep(): void {
    const { ring } = this.#sockets;
    ring.countEvents(true);
    ring.enter(0, 0);
    if (this.#sockets.drain() > 0 || ring.unsubmitted || this.#next === null) return;
    clearImmediate(this.#next);
    this.#next = null;
  }
}
