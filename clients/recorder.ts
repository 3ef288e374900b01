/**
 * What one client worker remembers of a trial: which updates reached which subscriber, when, and in how many bytes.
 *
 * While measuring it only writes integers into arrays made beforehand; every figure that needs
 * arithmetic over them waits for `report`. The one trap is the window: latency belongs to updates
 * *intended* inside it, whenever they arrive, while rates and bytes belong to the time between two
 * snapshots. The two sets differ at the edges and are never divided by one another.
 */
import { nowUs } from '../contract/clock.js';
import type { SubscriberRange, Timeline } from '../contract/control.js';
import { deriveSeed, exponential, seededRandom } from '../contract/random.js';
import { transports } from '../contract/transports.js';
import type { ClientReport, ErrorKind, Traffic, TrialPlan, Workload } from '../contract/trial.js';
import {
  readIntendedOffsetUs,
  readPublishDelayUs,
  readSeq,
  updateHeaderBytes,
  updatePadding,
} from '../contract/update.js';
import { KnownBytes } from '../contract/wire/words.js';
import { LatencyCounts } from './latency-counts.js';
import { SeenSet } from './seen-set.js';
import { TrafficMeter } from './traffic.js';

/** What became of one update's bytes. */
type Reception = 'first' | 'again' | 'malformed';

export interface RecorderOptions {
  readonly trial: TrialPlan;
  readonly workload: Workload;
  /** This worker's share of the workload's subscribers, counted here from 0; all of them when absent. */
  readonly range?: SubscriberRange;
  readonly maxSamples: number;
  readonly bins: number;
  /** Tests put their own clock here, and so does whoever replays what a page remembered. */
  readonly clock?: () => number;
  /** False in a browser: see TrafficMeter. */
  readonly seesSockets?: boolean;
}

/** Instants per trial at which staleness is looked at: enough for a p99 with 200 instants above it. */
const stalenessInstants = 20_000;

/**
 * What is kept of a subscriber, side by side: an update that arrives looks at all of it, and with an array for each it would
 * be so many cache lines.
 *
 * - newestSeq: the newest update held; 0 before its first
 * - newestIntendedUs: when that one was intended
 * - ageCountedToUs: since when its age is already counted
 * - nextInstantUs: when its staleness is looked at next
 * - lostAtUs: since when it knows that it has lost the server; 0: it has not
 */
const row = { newestSeq: 0, newestIntendedUs: 1, ageCountedToUs: 2, nextInstantUs: 3, lostAtUs: 4 } as const;
/** One cache line. */
const rowLength = 8;

interface Snapshot {
  readonly atUs: number;
  readonly delivered: number;
  readonly requests: number;
  readonly uselessPolls: number;
  readonly responses: number;
  readonly responseTimeUs: number;
  readonly traffic: Traffic;
}

export class Recorder {
  readonly traffic: TrafficMeter;
  readonly #workload: Workload;
  readonly #subscribers: number;
  readonly #firstSubscriber: number;
  /** What every update ends in: an update is only received when all of its bytes are as they were sent. */
  readonly #padding: KnownBytes;
  readonly #clock: () => number;
  /** Whether a later update makes an earlier one pointless (`latest`, asked for one response at a time). */
  readonly #superseding: boolean;

  readonly #seen: SeenSet;
  /** A row of `rowLength` per subscriber; see `row`. */
  readonly #rows: Float64Array;
  #ageIntegral = 0;
  #ageCoverageUs = 0;

  readonly #latency = new LatencyCounts();
  readonly #serviceLatency = new LatencyCounts();
  readonly #staleness = new LatencyCounts();
  readonly #resume = new LatencyCounts();
  readonly #instantRandom: () => number;
  #meanInstantGapUs = 1;

  #timeline: Timeline = { startUs: 0, windowStartUs: Number.POSITIVE_INFINITY, windowEndUs: Number.POSITIVE_INFINITY };
  #delivered = 0;
  #duplicate = 0;
  #outOfOrder = 0;
  #reconnects = 0;
  #noticed = 0;
  #skipped = 0;
  #requests = 0;
  #uselessPolls = 0;
  #responses = 0;
  #responseTimeUs = 0;
  readonly #errors: Record<ErrorKind, number> = {
    connect: 0,
    descriptors: 0,
    ports: 0,
    reset: 0,
    status: 0,
    parse: 0,
    timeout: 0,
    content: 0,
  };

  readonly #bins: Float64Array;
  readonly #samples: Float64Array;
  readonly #samplesEvery: number;
  #sampleCount = 0;
  #sampleTurn = 0;

  #before: Snapshot | null = null;
  #after: Snapshot | null = null;

  constructor(options: RecorderOptions) {
    const { workload, trial } = options;
    this.traffic = new TrafficMeter(options.seesSockets ?? true);
    this.#workload = workload;
    const { first, count } = options.range ?? { first: 0, count: workload.subscribers };
    this.#subscribers = count;
    this.#firstSubscriber = first;
    this.#padding = new KnownBytes(Buffer.from(updatePadding(workload.payloadBytes), 'latin1'));
    this.#clock = options.clock ?? nowUs;
    this.#superseding = transports[trial.transport].direction === 'pull' && workload.delivery === 'latest';

    const expectedSeqs = (workload.updates.rateHz * (workload.warmupMs + workload.windowMs + workload.drainMs)) / 1000;
    this.#seen = new SeenSet(count, expectedSeqs);
    this.#rows = new Float64Array(this.#subscribers * rowLength);
    this.#instantRandom = seededRandom(deriveSeed(trial.seed, `staleness-${first}`));

    this.#bins = new Float64Array(options.bins);
    // Of the whole workload, so that all workers keep the same share of their deliveries.
    const expectedDeliveries = (workload.updates.rateHz * workload.windowMs * workload.subscribers) / 1000;
    this.#samplesEvery = Math.max(1, Math.ceil(expectedDeliveries / options.maxSamples));
    this.#samples = new Float64Array(Math.ceil((options.maxSamples * count) / workload.subscribers) * 5);
  }

  start(timeline: Timeline): void {
    this.#timeline = timeline;
    const windowUs = timeline.windowEndUs - timeline.windowStartUs;
    this.#meanInstantGapUs = (windowUs * this.#workload.subscribers) / stalenessInstants;
    for (let i = 0; i < this.#subscribers; i++)
      this.#rows[i * rowLength + row.nextInstantUs] =
        timeline.windowStartUs + exponential(this.#instantRandom, this.#meanInstantGapUs);
  }

  /** Called at the start of the window, as near to it as the event loop allows. */
  openWindow(pendingBytes = 0): void {
    this.#before = this.#snapshot(pendingBytes);
  }

  /** Called at the end of the window. */
  closeWindow(pendingBytes = 0): void {
    this.#after = this.#snapshot(pendingBytes);
  }

  get windowClosed(): boolean {
    return this.#after !== null;
  }

  /** The newest sequence number a subscriber holds; 0 before its first. */
  newestSeq(subscriber: number): number {
    return this.#rows[subscriber * rowLength + row.newestSeq] as number;
  }

  /** True when no subscriber still waits for this update or a later one. */
  everyoneHolds(seq: number): boolean {
    for (let i = 0; i < this.#subscribers; i++)
      if ((this.#rows[i * rowLength + row.newestSeq] as number) < seq) return false;
    return true;
  }

  errorCount(kind: ErrorKind): number {
    return this.#errors[kind];
  }

  error(kind: ErrorKind): void {
    this.#errors[kind]++;
  }

  reconnected(): void {
    this.#reconnects++;
  }

  /** A subscriber notices that the server is lost to it; until its next new update further signs are the same loss. */
  disrupted(subscriber: number): void {
    const lostAt = subscriber * rowLength + row.lostAtUs;
    if (this.#rows[lostAt] !== 0) return;
    this.#rows[lostAt] = this.#clock();
    this.#noticed++;
  }

  requested(): void {
    this.#requests++;
  }

  /** A whole response to a request sent at this time (µs). */
  responded(sentUs: number): void {
    this.#responses++;
    this.#responseTimeUs += this.#clock() - sentUs;
  }

  /** A response that carried nothing its subscriber did not already have. */
  uselessPoll(): void {
    this.#uselessPolls++;
  }

  /** One update's bytes have been parsed out of the stream: the moment user code could act on it. */
  received(subscriber: number, bytes: Buffer, start: number, end: number): Reception {
    const receivedUs = this.#clock();
    const seq = readSeq(bytes, start);
    const intendedOffsetUs = readIntendedOffsetUs(bytes, start);
    const delayUs = readPublishDelayUs(bytes, start);
    if (
      seq <= 0 ||
      intendedOffsetUs < 0 ||
      delayUs < 0 ||
      !this.#padding.equals(bytes, start + updateHeaderBytes, end)
    ) {
      this.#errors.content++;
      return 'malformed';
    }
    return this.#take(subscriber, seq, intendedOffsetUs, delayUs, receivedUs);
  }

  /** As `received`, for an update that was read elsewhere and found whole. */
  receivedHeader(subscriber: number, seq: number, intendedOffsetUs: number, delayUs: number): Reception {
    return this.#take(subscriber, seq, intendedOffsetUs, delayUs, this.#clock());
  }

  #take(subscriber: number, seq: number, intendedOffsetUs: number, delayUs: number, receivedUs: number): Reception {
    const { payloadBytes } = this.#workload;
    const rows = this.#rows;
    const at = subscriber * rowLength;
    const newest = rows[at + row.newestSeq] as number;
    if (!this.#seen.add(subscriber, seq)) {
      this.traffic.downRepeated += payloadBytes;
      // Asking for the current state twice is what polling does, not the server sending twice.
      if (!this.#superseding) this.#duplicate++;
      return 'again';
    }
    this.#delivered++;
    this.traffic.downPayload += payloadBytes;

    const { startUs, windowStartUs, windowEndUs } = this.#timeline;
    const intendedUs = startUs + intendedOffsetUs;
    if (seq > newest) {
      this.#countAge(subscriber, receivedUs);
      rows[at + row.newestSeq] = seq;
      if (rows[at + row.lostAtUs] !== 0) this.#resumed(subscriber, receivedUs, newest === 0 ? 0 : seq - newest - 1);
      rows[at + row.newestIntendedUs] = intendedUs;
    } else this.#outOfOrder++;

    if (intendedUs >= windowStartUs && intendedUs < windowEndUs) {
      const latencyUs = receivedUs - intendedUs;
      this.#latency.record(latencyUs);
      this.#serviceLatency.record(latencyUs - delayUs);
      this.#sample(subscriber, seq, intendedUs, intendedUs + delayUs, receivedUs);
    }
    if (receivedUs >= windowStartUs && receivedUs < windowEndUs) {
      const bin = Math.floor(((receivedUs - windowStartUs) / (windowEndUs - windowStartUs)) * this.#bins.length);
      (this.#bins[bin] as number)++;
    }
    return 'first';
  }

  /** Everything measured. Call once, after the drain; the server says which updates the window held. */
  report(firstWindowSeq: number, lastWindowSeq: number): ClientReport {
    const before = this.#before;
    const after = this.#after;
    if (before === null || after === null) throw new Error('report before the window was opened and closed');
    for (let i = 0; i < this.#subscribers; i++) this.#countAge(i, this.#timeline.windowEndUs);

    // Numbers begin at 1: zeros stand for a window without updates, and there is no update 0 to look for.
    const windowSeqs = lastWindowSeq === 0 ? 0 : lastWindowSeq - firstWindowSeq + 1;
    let delivered = 0;
    let superseded = 0;
    for (let subscriber = 0; subscriber < this.#subscribers; subscriber++) {
      const newest = this.#rows[subscriber * rowLength + row.newestSeq] as number;
      for (let seq = firstWindowSeq; seq < firstWindowSeq + windowSeqs; seq++) {
        if (this.#seen.has(subscriber, seq)) delivered++;
        else if (this.#superseding && newest > seq) superseded++;
      }
    }
    const expected = windowSeqs * this.#subscribers;
    const responses = after.responses - before.responses;
    return {
      expected,
      delivered,
      lost: expected - delivered - superseded,
      superseded,
      duplicate: this.#duplicate,
      outOfOrder: this.#outOfOrder,
      reconnects: this.#reconnects,
      errors: this.#errors,
      latency: this.#latency.encode(),
      serviceLatency: this.#serviceLatency.encode(),
      staleness: this.#staleness.encode(),
      stalenessMeanUs: this.#ageCoverageUs > 0 ? this.#ageIntegral / this.#ageCoverageUs : null,
      stalenessCoverageUs: this.#ageCoverageUs,
      windowDelivered: after.delivered - before.delivered,
      windowRequests: after.requests - before.requests,
      windowUselessPolls: after.uselessPolls - before.uselessPolls,
      windowResponses: responses,
      responseTimeMeanUs: responses === 0 ? null : (after.responseTimeUs - before.responseTimeUs) / responses,
      windowTraffic: {
        down: subtract(after.traffic.down, before.traffic.down),
        up: subtract(after.traffic.up, before.traffic.up),
      },
      setupTraffic: before.traffic,
      windowActualMs: (after.atUs - before.atUs) / 1000,
      disruptions: {
        noticed: this.#noticed,
        resumed: this.#resume.count,
        skipped: this.#skipped,
        resume: this.#resume.encode(),
      },
      deliveriesPerBin: Array.from(this.#bins),
      samples: this.#sampleRows(),
      samplesEvery: this.#samplesEvery,
      browser: null,
    };
  }

  /**
   * Adds the age of the newest update held, up to a time, to the average over time.
   *
   * The age grows at 1 s/s between arrivals, so its integral over [a, b) is ((b−g)² − (a−g)²) / 2 with g
   * the update's intended time (age of information: Kaul, Yates, Gruteser, "Real-time status: How often
   * should one update?", INFOCOM 2012). Time before a subscriber's first update has no age and is left out.
   */
  #countAge(subscriber: number, untilUs: number): void {
    const { windowStartUs, windowEndUs } = this.#timeline;
    const rows = this.#rows;
    const at = subscriber * rowLength;
    const from = Math.max(rows[at + row.ageCountedToUs] as number, windowStartUs);
    const to = Math.min(untilUs, windowEndUs);
    if (rows[at + row.newestSeq] !== 0 && to > from) {
      const held = rows[at + row.newestIntendedUs] as number;
      // Not as powers, which are calls.
      const toAge = to - held;
      const fromAge = from - held;
      this.#ageIntegral += (toAge * toAge - fromAge * fromAge) / 2;
      this.#ageCoverageUs += to - from;
      let instant = rows[at + row.nextInstantUs] as number;
      for (; instant < to; instant += exponential(this.#instantRandom, this.#meanInstantGapUs))
        if (instant >= from) this.#staleness.record(instant - held);
      rows[at + row.nextInstantUs] = instant;
    }
    rows[at + row.ageCountedToUs] = Math.max(untilUs, from);
  }

  #resumed(subscriber: number, receivedUs: number, skipped: number): void {
    const lostAt = subscriber * rowLength + row.lostAtUs;
    this.#resume.record(receivedUs - (this.#rows[lostAt] as number));
    this.#skipped += skipped;
    this.#rows[lostAt] = 0;
  }

  #sample(subscriber: number, seq: number, intendedUs: number, publishedUs: number, receivedUs: number): void {
    this.#sampleTurn++;
    if (this.#sampleTurn % this.#samplesEvery !== 0) return;
    const at = this.#sampleCount * 5;
    if (at >= this.#samples.length) return;
    this.#samples[at] = subscriber;
    this.#samples[at + 1] = seq;
    this.#samples[at + 2] = intendedUs;
    this.#samples[at + 3] = publishedUs;
    this.#samples[at + 4] = receivedUs;
    this.#sampleCount++;
  }

  #sampleRows(): ClientReport['samples'] {
    const rows: ClientReport['samples'] = [];
    const relative = (at: number) =>
      Math.round(((this.#samples[at] as number) - this.#timeline.windowStartUs) * 10) / 10;
    for (let i = 0; i < this.#sampleCount * 5; i += 5)
      rows.push([
        this.#firstSubscriber + (this.#samples[i] as number),
        this.#samples[i + 1] as number,
        relative(i + 2),
        relative(i + 3),
        relative(i + 4),
      ]);
    return rows;
  }

  #snapshot(pendingBytes: number): Snapshot {
    return {
      atUs: this.#clock(),
      delivered: this.#delivered,
      requests: this.#requests,
      uselessPolls: this.#uselessPolls,
      responses: this.#responses,
      responseTimeUs: this.#responseTimeUs,
      traffic: this.traffic.read(pendingBytes),
    };
  }
}

function subtract(after: Traffic['down'], before: Traffic['down']): Traffic['down'] {
  return {
    payload: after.payload - before.payload,
    repeated: after.repeated - before.repeated,
    framing: difference(after.framing, before.framing),
    heads: difference(after.heads, before.heads),
  };
}

function difference(after: number | null, before: number | null): number | null {
  return after === null || before === null ? null : after - before;
}
