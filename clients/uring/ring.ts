/**
 * One io_uring: submissions written and completions read as words of mapped memory, one system call per batch.
 *
 * With `deferTaskrun` the kernel takes entries and leaves completions only while this thread is inside of `enter`, so the
 * queues need no more order between the two than that call makes; Atomics, which are calls themselves, cost 2 % of a
 * generator's time. The trap: an entry is handed over with all its words, so each is cleared before it is written (`next`).
 */
import {
  enterFlags,
  errnos,
  eventsDisabled,
  features,
  mapOffsets,
  registerCodes,
  setupFlags,
  sizes,
  systemCalls,
} from './abi.js';
import type { Libc, Memory } from './libc.js';

/** @param userLow, userHigh what the submission carried */
export type OnCompletion = (userLow: number, userHigh: number, result: number, flags: number) => void;

const entryWords = sizes.entry / 4;
const completionWords = sizes.completion / 4;
/** Where in the scratch page what is told to the kernel: parameters, a wait and its time, registrations. */
const scratchBytes = 4096;
const [waitAt, timeAt, registerAt] = [256, 320, 384];
const waitBytes = 24;

export class Ring {
  readonly fd: number;
  /** Called for an entry that nothing else was waiting with: who waits elsewhere has to hand it over. */
  onFirstEntry: () => void = () => {};
  /** Words of the entry that `next` gave. */
  readonly entries: Int32Array;
  readonly #libc: Libc;
  readonly #scratch: Memory;
  readonly #time: Int32Array;
  readonly #waitAddress: number;
  readonly #words: Int32Array;
  readonly #completions: Int32Array;
  readonly #submissionHead: number;
  readonly #submissionTail: number;
  readonly #submissionCount: number;
  readonly #completionHead: number;
  readonly #completionTail: number;
  readonly #completionMask: number;
  readonly #completionFlags: number;
  /** Entries written so far, and those of them that the kernel has taken; both wrap around at 2³². */
  #written = 0;
  #submitted = 0;
  #read = 0;

  /** @throws Error in one line when this kernel, or whoever confines this process, offers no such ring */
  constructor(libc: Libc, submissionCount: number, completionCount: number) {
    this.#libc = libc;
    this.#scratch = libc.allocate(scratchBytes);
    const params = new Uint32Array(this.#scratch.bytes, 0, sizes.params / 4);
    params[1] = completionCount;
    params[2] = setupFlags.cqSize | setupFlags.clamp | setupFlags.singleIssuer | setupFlags.deferTaskrun;
    this.fd = libc.setup(submissionCount, this.#scratch.address);
    if (this.fd < 0) throw new Error(`io_uring_setup: errno ${libc.errno()}`);
    const needed = features.singleMmap | features.nodrop | features.extArg | features.cqeSkip;
    if (((params[5] as number) & needed) !== needed) throw new Error('this io_uring lacks features');

    this.#submissionCount = params[0] as number;
    // From word 10 on struct io_sqring_offsets, from word 20 on struct io_cqring_offsets.
    const [sqHead, sqTail, sqArray] = [params[10], params[11], params[16]] as [number, number, number];
    const [cqHead, cqTail, cqes] = [params[20], params[21], params[25]] as [number, number, number];
    const completionSlots = params[1] as number;
    const rings = libc.map(
      this.fd,
      mapOffsets.rings,
      Math.max(sqArray + this.#submissionCount * 4, cqes + completionSlots * sizes.completion),
    );
    this.#words = new Int32Array(rings.bytes);
    this.#submissionHead = sqHead / 4;
    this.#submissionTail = sqTail / 4;
    this.#completionHead = cqHead / 4;
    this.#completionTail = cqTail / 4;
    this.#completionMask = completionSlots - 1;
    this.#completionFlags = (params[26] as number) / 4;
    this.#completions = new Int32Array(rings.bytes, cqes, completionSlots * completionWords);
    // The kernel looks up entries through a table; entry i at place i, once and for all.
    for (let i = 0; i < this.#submissionCount; i++) this.#words[sqArray / 4 + i] = i;
    this.entries = new Int32Array(libc.map(this.fd, mapOffsets.entries, this.#submissionCount * sizes.entry).bytes);
    const wait = new BigUint64Array(this.#scratch.bytes, waitAt, waitBytes / 8);
    wait[2] = BigInt(this.#scratch.address + timeAt);
    this.#time = new Int32Array(this.#scratch.bytes, timeAt, 4);
    this.#waitAddress = this.#scratch.address + waitAt;
  }

  /** Something of the kernel's interface told to it, such as a table of files. @returns 0, or −1 */
  register(code: number, words: readonly (number | bigint)[], count: number): number {
    const argument = new BigUint64Array(this.#scratch.bytes, registerAt, words.length);
    for (const [i, word] of words.entries()) argument[i] = BigInt(word);
    return this.#libc.register(this.fd, code, this.#scratch.address + registerAt, count);
  }

  /** Events are counted in this counter (eventfd(2)): one at least when there are completions to be read. */
  countEventsIn(counter: number): void {
    if (this.register(registerCodes.eventCounter, [counter], 1) < 0)
      throw new Error(`a counter of events: errno ${this.#libc.errno()}`);
    this.countEvents(false);
  }

  /** Who reads completions anyhow need not be told of them. */
  countEvents(on: boolean): void {
    this.#words[this.#completionFlags] = on ? 0 : eventsDisabled;
  }

  /** Makes room for so many entries at once: those linked to each other must be handed over together. */
  reserve(count: number): void {
    const taken = (this.#written - (this.#words[this.#submissionHead] as number)) >>> 0;
    if (this.#submissionCount - taken < count) this.enter(0, 0);
  }

  /** Whether something waits to be handed over. */
  get unsubmitted(): boolean {
    return this.#written !== this.#submitted;
  }

  /** The next entry, cleared: index of its first word in `entries`. Room must have been made. */
  next(): number {
    if (this.#written === this.#submitted) this.onFirstEntry();
    const at = (this.#written & (this.#submissionCount - 1)) * entryWords;
    this.#written = (this.#written + 1) | 0;
    // A loop, as `fill` is a call that costs more than 16 stores.
    for (let i = at; i < at + entryWords; i++) this.entries[i] = 0;
    return at;
  }

  /** Hands over what was written, and waits until there are so many completions, or for so long (µs). */
  enter(least: number, timeoutUs: number): void {
    this.#words[this.#submissionTail] = this.#written;
    this.#time[2] = timeoutUs * 1000;
    const toSubmit = (this.#written - this.#submitted) >>> 0;
    const result = this.#libc.enter(
      systemCalls.enter,
      this.fd,
      toSubmit,
      least,
      enterFlags.getEvents | enterFlags.extArg,
      this.#waitAddress,
      waitBytes,
    );
    if (result >= 0) this.#submitted = (this.#submitted + result) | 0;
    else {
      const errno = this.#libc.errno();
      // Nothing came in time, a signal came, or the kernel is short of something and asks for completions to be read.
      const harmless = [errnos.timedOut, errnos.interrupted, errnos.mustRetry, errnos.busy] as readonly number[];
      if (!harmless.includes(errno)) throw new Error(`io_uring_enter: errno ${errno}`);
    }
  }

  /** Gives every completion that is there to `take`. @returns how many */
  drain(take: OnCompletion): number {
    const words = this.#completions;
    const tail = this.#words[this.#completionTail] as number;
    let count = 0;
    while (this.#read !== tail) {
      const at = (this.#read & this.#completionMask) * completionWords;
      this.#read = (this.#read + 1) | 0;
      count++;
      take(words[at] as number, words[at + 1] as number, words[at + 2] as number, words[at + 3] as number);
    }
    // Given back at once, and not one by one: nobody else takes from this queue.
    this.#words[this.#completionHead] = this.#read;
    return count;
  }
}
