import assert from 'node:assert/strict';
import { test } from 'node:test';
import hdr from 'hdr-histogram-js';
import type { UpdateProcess } from '../../../contract/trial.js';
import { readIntendedOffsetUs, readPublishDelayUs, readSeq } from '../../../contract/update.js';
import { UpdateLog } from '../../../servers/shared/log.js';
import { type Batch, Source } from '../../../servers/shared/source.js';

/** A clock that moves only when told, and one pending timer. */
class FakeClock {
  us = 0;
  /** Added to the clock by every reading, as if each took that long. */
  readingCostUs = 0;
  delaysMs: number[] = [];
  #due: { atUs: number; callback: () => void } | null = null;

  nowUs(): number {
    this.us += this.readingCostUs;
    return this.us;
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer = { atUs: this.us + delayMs * 1000, callback };
    this.delaysMs.push(delayMs);
    this.#due = timer;
    return () => {
      if (this.#due === timer) this.#due = null;
    };
  }

  get pending(): boolean {
    return this.#due !== null;
  }

  /** Fires the pending timer, `lateUs` after its time. */
  fire(lateUs = 0): void {
    const timer = this.#due;
    assert.ok(timer !== null, 'a timer is pending');
    this.#due = null;
    this.us = Math.max(this.us, timer.atUs) + lateUs;
    timer.callback();
  }

  /** Fires timers until the clock reads at least `us`. */
  runUntil(us: number): void {
    while (this.#due !== null && this.#due.atUs <= us) this.fire();
    this.us = Math.max(this.us, us);
  }
}

interface Published {
  readonly seq: number;
  readonly intendedUs: number;
  readonly delayUs: number;
}

function makeSource(updates: UpdateProcess, payloadBytes = 20, publishTakesUs = 0) {
  const clock = new FakeClock();
  const log = new UpdateLog(1e5, 1e9);
  const batches: Batch[] = [];
  const source = new Source({
    workload: { updates, payloadBytes },
    seed: 7,
    log,
    publish: (batch) => {
      batches.push(batch);
      clock.us += publishTakesUs;
    },
    clock,
  });
  const published = (): Published[] =>
    batches.flatMap((batch) =>
      batch.updates.map((update) => {
        const bytes = Buffer.from(update);
        assert.equal(bytes.length, payloadBytes);
        return {
          seq: readSeq(bytes, 0),
          intendedUs: readIntendedOffsetUs(bytes, 0),
          delayUs: readPublishDelayUs(bytes, 0),
        };
      }),
    );
  return { clock, log, batches, source, published };
}

const everySecond: UpdateProcess = { rateHz: 1, arrival: 'periodic', burstSize: 1 };
const wholeTrial = { startUs: 0, windowStartUs: 0, windowEndUs: 1e12 };

test('it never drifts: after N periods N updates are out, at a rate that is no whole number of milliseconds', () => {
  const { clock, source, published } = makeSource({ rateHz: 300, arrival: 'periodic', burstSize: 1 });
  source.start(wholeTrial);
  clock.runUntil(100e6);
  const all = published();
  assert.equal(all.length, 30_000);
  assert.deepEqual(
    all.map(({ seq }) => seq),
    Array.from({ length: 30_000 }, (_, i) => i + 1),
  );
  assert.equal(all.at(-1)?.intendedUs, 100e6);
  // Timers have whole milliseconds; nothing may add to that.
  assert.ok(all.every(({ delayUs }) => delayUs <= 1000));
});

test('a late tick catches up, each update with its own intended time and its own delay', () => {
  const { clock, source, batches, published } = makeSource({ rateHz: 100, arrival: 'periodic', burstSize: 1 });
  source.start(wholeTrial);
  clock.fire();
  clock.fire(45_000);
  assert.deepEqual(
    published().map(({ intendedUs, delayUs }) => [intendedUs, delayUs]),
    [
      [10_000, 0],
      [20_000, 45_000],
      [30_000, 35_000],
      [40_000, 25_000],
      [50_000, 15_000],
      [60_000, 5_000],
    ],
  );
  assert.deepEqual(
    batches.map(({ firstSeq, updates }) => [firstSeq, updates.length]),
    [
      [1, 1],
      [2, 5],
    ],
  );
  assert.equal(clock.delaysMs.at(-1), 5, 'and the next tick is on schedule again');
});

test('bursts leave together', () => {
  const { clock, source, batches } = makeSource({ rateHz: 10, arrival: 'bursts', burstSize: 5 });
  source.start(wholeTrial);
  clock.runUntil(1.6e6);
  assert.deepEqual(
    batches.map(({ firstSeq, updates }) => [firstSeq, updates.length]),
    [
      [1, 5],
      [6, 5],
      [11, 5],
    ],
  );
});

test('a start in the future waits for it', () => {
  const { clock, source, published } = makeSource(everySecond);
  source.start({ startUs: 5e6, windowStartUs: 5e6, windowEndUs: 1e12 });
  clock.runUntil(5.9e6);
  assert.equal(published().length, 0);
  clock.runUntil(6e6);
  assert.deepEqual(published(), [{ seq: 1, intendedUs: 1e6, delayUs: 0 }]);
});

test('a schedule faster than publishing still lets sockets be served between batches', () => {
  const { clock, source, batches } = makeSource({ rateHz: 100_000, arrival: 'periodic', burstSize: 1 });
  source.start(wholeTrial);
  clock.readingCostUs = 50;
  clock.fire(1e6);
  assert.equal(batches.length, 1);
  assert.equal(batches[0]?.updates.length, 1024);
  assert.equal(clock.delaysMs.at(-1), 0);
  clock.fire();
  assert.equal(batches[1]?.firstSeq, 1025);
});

test('slip and window numbers cover exactly the updates intended in [start, end)', () => {
  const { clock, source } = makeSource(everySecond);
  source.start({ startUs: 0, windowStartUs: 3e6, windowEndUs: 6e6 });
  clock.fire(1_000);
  clock.runUntil(2e6);
  clock.fire(400);
  clock.runUntil(9e6);
  assert.deepEqual([source.firstWindowSeq, source.lastWindowSeq], [3, 5]);
  assert.equal(source.slip.count, 3);
  const slip = hdr.decodeFromCompressedBase64(source.slip.encoded);
  assert.equal(slip.totalCount, 3);
  assert.equal(slip.maxValue, 400);
  assert.equal(slip.minNonZeroValue, 400);
});

test('handover is how long the updates of a tick take to be written, once for each tick of the window', () => {
  const { clock, source } = makeSource({ rateHz: 1, arrival: 'bursts', burstSize: 3 }, 20, 70);
  source.start({ startUs: 0, windowStartUs: 4e6, windowEndUs: 11e6 });
  clock.runUntil(20e6);
  assert.equal(source.slip.count, 3 * source.handover.count);
  const handover = hdr.decodeFromCompressedBase64(source.handover.encoded);
  assert.ok(source.handover.count > 0);
  assert.deepEqual([handover.minNonZeroValue, handover.maxValue], [70, 70]);
});

test('the window is complete once its last update is out, even if the clock has to be waited for', () => {
  const { clock, source } = makeSource(everySecond);
  const told: number[] = [];
  source.whenWindowPublished(() => told.push(clock.us));
  source.start({ startUs: 0, windowStartUs: 1e6, windowEndUs: 3.5e6 });
  clock.runUntil(2.9e6);
  assert.equal(told.join(), '');
  clock.runUntil(9e6);
  assert.equal(told.join(), '3000000');
  source.whenWindowPublished(() => told.push(-1));
  assert.equal(told.join(), '3000000,-1');
});

test('a window without updates has no numbers', () => {
  const { clock, source } = makeSource(everySecond);
  source.start({ startUs: 0, windowStartUs: 1.1e6, windowEndUs: 1.9e6 });
  clock.runUntil(5e6);
  assert.deepEqual([source.firstWindowSeq, source.lastWindowSeq, source.slip.count], [0, 0, 0]);
});

test('stopped, it publishes no more; started twice, it keeps its first timeline', () => {
  const { clock, source, published } = makeSource(everySecond);
  source.start(wholeTrial);
  source.start({ ...wholeTrial, startUs: 1e9 });
  clock.runUntil(2e6);
  source.stop();
  assert.equal(clock.pending, false);
  assert.equal(published().length, 2);
});

test('a wait longer than a timer can be is cut into several', () => {
  const { clock, source, published } = makeSource({ rateHz: 1e-7, arrival: 'periodic', burstSize: 1 });
  source.start(wholeTrial);
  assert.equal(clock.delaysMs[0], 2_147_483_647);
  clock.fire();
  assert.equal(published().length, 0);
  assert.ok(clock.pending);
});

test('the log has a batch before anyone hears of it', () => {
  const log = new UpdateLog(1e5, 1e9);
  const seen: number[] = [];
  const clock = new FakeClock();
  const source = new Source({
    workload: { updates: everySecond, payloadBytes: 16 },
    seed: 1,
    log,
    publish: ({ firstSeq, updates }) => {
      seen.push(log.newestSeq);
      assert.deepEqual(log.since(firstSeq - 1), updates);
    },
    clock,
  });
  source.start(wholeTrial);
  clock.runUntil(3e6);
  assert.deepEqual(seen, [1, 2, 3]);
});

test('a source that was away goes on where the schedule is: same numbers, same window, nothing from before', () => {
  const { clock, log, source, published } = makeSource(everySecond);
  clock.us = 4.5e6;
  source.start({ startUs: 0, windowStartUs: 3e6, windowEndUs: 7e6 }, 4.5e6);
  assert.deepEqual([log.newestSeq, source.firstWindowSeq, source.lastWindowSeq], [4, 3, 4]);
  clock.runUntil(9e6);
  assert.deepEqual(
    published().map(({ seq }) => seq),
    [5, 6, 7, 8, 9],
  );
  assert.deepEqual(log.since(0).length, 5);
  assert.deepEqual([source.firstWindowSeq, source.lastWindowSeq], [3, 6]);
  // Of the window only what it published itself has a slip.
  assert.equal(source.slip.count, 2);
});
