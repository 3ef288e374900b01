/**
 * Publishes updates on the open-loop schedule of contract/schedule.ts.
 *
 * The schedule never waits for the server. A tick that comes late publishes all that is due, each update
 * with its own intended time and its own delay, so a stall shows in the figures instead of thinning the load.
 * Updates due at one tick are handed over together: each subscriber then costs one system call for all of
 * them. Timers have a resolution of 1 ms, which is the usual slip.
 */
import hdr from 'hdr-histogram-js';
import { nowUs } from '../../contract/clock.js';
import type { Timeline } from '../../contract/control.js';
import { deriveSeed } from '../../contract/random.js';
import { intendedOffsetsUs } from '../../contract/schedule.js';
import type { EncodedHistogram, Workload } from '../../contract/trial.js';
import { formatUpdate, updatePadding } from '../../contract/update.js';
import type { UpdateLog } from './log.js';

/** Successive updates, numbered from `firstSeq`. */
export interface Batch {
  readonly firstSeq: number;
  readonly updates: readonly string[];
}

/** What the source needs of time, so that tests can hold it. */
interface SourceClock {
  nowUs(): number;
  /** Calls back once after `delayMs`; 0 means as soon as pending I/O was served. Returns how to cancel. */
  after(delayMs: number, callback: () => void): () => void;
}

const systemClock: SourceClock = {
  nowUs,
  after(delayMs, callback) {
    if (delayMs === 0) {
      const immediate = setImmediate(callback);
      return () => clearImmediate(immediate);
    }
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};

/** Sockets must be served between batches even when the schedule asks for more than the server can do. */
const maxBatch = 1024;
/** The longest delay that setTimeout keeps (2³¹ − 1 ms); it fires longer ones at once. */
const maxTimerMs = 2_147_483_647;
const highestSlipUs = 3_600_000_000;

interface SourceOptions {
  readonly workload: Pick<Workload, 'updates' | 'payloadBytes'>;
  readonly seed: number;
  readonly log: UpdateLog;
  /** Called with every batch, after the log has it. */
  readonly publish: (batch: Batch) => void;
  readonly clock?: SourceClock;
}

export class Source {
  readonly #options: SourceOptions;
  readonly #clock: SourceClock;
  readonly #padding: string;
  readonly #offsets: Generator<number, never>;
  readonly #slip = newHistogram();
  readonly #handover = newHistogram();
  #timeline: Timeline | null = null;
  #nextOffsetUs = 0;
  #firstWindowSeq = 0;
  #lastWindowSeq = 0;
  #windowWaiter: (() => void) | null = null;
  #cancel: () => void = () => {};

  constructor(options: SourceOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#padding = updatePadding(options.workload.payloadBytes);
    this.#offsets = intendedOffsetsUs(options.workload.updates, deriveSeed(options.seed, 'schedule'));
    this.#nextOffsetUs = this.#offsets.next().value;
  }

  /** When the source's intended offsets count from, or null before `start`. */
  get startUs(): number | null {
    return this.#timeline?.startUs ?? null;
  }

  /** First update intended in [windowStart, windowEnd); 0 while there is none. */
  get firstWindowSeq(): number {
    return this.#firstWindowSeq;
  }

  /** Last update intended in the window so far; 0 while there is none. */
  get lastWindowSeq(): number {
    return this.#lastWindowSeq;
  }

  /** Published − intended of the window's updates, in µs. */
  get slip(): EncodedHistogram {
    return encoded(this.#slip);
  }

  /** How long a tick took to number, log and write its updates for every subscriber, in µs: for ticks of the window. */
  get handover(): EncodedHistogram {
    return encoded(this.#handover);
  }

  /**
   * Begins the schedule; a second call changes nothing.
   *
   * @param publishFromUs updates intended before are passed over, and keep their numbers: that is how a server which was
   *   away goes on where the schedule is. It cannot know what one before it has published, so its log begins here.
   */
  start(timeline: Timeline, publishFromUs = Number.NEGATIVE_INFINITY): void {
    if (this.#timeline !== null) return;
    this.#timeline = timeline;
    this.#passOver(timeline, publishFromUs);
    this.#arm(timeline);
  }

  stop(): void {
    this.#cancel();
  }

  /** Calls back, perhaps at once, when every update intended before the window's end is published. */
  whenWindowPublished(callback: () => void): void {
    this.#windowWaiter = callback;
    if (this.#timeline !== null) this.#tellWaiter(this.#timeline);
  }

  #tick(timeline: Timeline): void {
    const { log } = this.#options;
    // Read once: chasing the clock would never end when publishing is slower than the schedule.
    const tickUs = this.#clock.nowUs();
    const dueOffsetUs = tickUs - timeline.startUs;
    const countedBefore = this.#slip.totalCount;
    const firstSeq = log.newestSeq + 1;
    const updates: string[] = [];
    while (this.#nextOffsetUs <= dueOffsetUs && updates.length < maxBatch) {
      const update = this.#publishNext(timeline, log.newestSeq + 1);
      log.append(update);
      updates.push(update);
    }
    if (updates.length > 0) this.#options.publish({ firstSeq, updates });
    if (this.#slip.totalCount > countedBefore)
      this.#handover.recordValue(Math.min(Math.max(0, Math.round(this.#clock.nowUs() - tickUs)), highestSlipUs));
    this.#tellWaiter(timeline);
    this.#arm(timeline);
  }

  #passOver(timeline: Timeline, beforeUs: number): void {
    let seq = 0;
    for (; timeline.startUs + this.#nextOffsetUs < beforeUs; this.#nextOffsetUs = this.#offsets.next().value)
      this.#countInWindow(timeline, timeline.startUs + this.#nextOffsetUs, ++seq);
    this.#options.log.skipTo(seq);
  }

  /** Whether it is one of the window's, which are owed to everybody whether they were published or not. */
  #countInWindow({ windowStartUs, windowEndUs }: Timeline, intendedUs: number, seq: number): boolean {
    if (intendedUs < windowStartUs || intendedUs >= windowEndUs) return false;
    if (this.#firstWindowSeq === 0) this.#firstWindowSeq = seq;
    this.#lastWindowSeq = seq;
    return true;
  }

  #publishNext(timeline: Timeline, seq: number): string {
    const offsetUs = this.#nextOffsetUs;
    const intendedUs = timeline.startUs + offsetUs;
    const delayUs = Math.max(0, Math.round(this.#clock.nowUs() - intendedUs));
    if (this.#countInWindow(timeline, intendedUs, seq)) this.#slip.recordValue(Math.min(delayUs, highestSlipUs));
    this.#nextOffsetUs = this.#offsets.next().value;
    return flat(formatUpdate(seq, offsetUs, delayUs, this.#padding));
  }

  #arm(timeline: Timeline): void {
    const delayUs = timeline.startUs + this.#nextOffsetUs - this.#clock.nowUs();
    const delayMs = delayUs <= 0 ? 0 : Math.min(maxTimerMs, Math.ceil(delayUs / 1000));
    this.#cancel = this.#clock.after(delayMs, () => this.#tick(timeline));
  }

  #tellWaiter(timeline: Timeline): void {
    if (this.#windowWaiter === null || timeline.startUs + this.#nextOffsetUs < timeline.windowEndUs) return;
    const tell = this.#windowWaiter;
    this.#windowWaiter = null;
    tell();
  }
}

function encoded(histogram: hdr.Histogram): EncodedHistogram {
  return { unit: 'us', count: histogram.totalCount, encoded: hdr.encodeIntoCompressedBase64(histogram) };
}

/** The same text in one piece: a string made by `+` stays a tree of parts, several times its size in the log. */
function flat(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}

function newHistogram(): hdr.Histogram {
  return hdr.build({
    bitBucketSize: 32,
    autoResize: false,
    lowestDiscernibleValue: 1,
    highestTrackableValue: highestSlipUs,
    numberOfSignificantValueDigits: 3,
    useWebAssembly: false,
  });
}
