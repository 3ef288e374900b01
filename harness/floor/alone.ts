/**
 * What the instrument needs by itself, in one process that nothing else disturbs: reading the clock, waiting for a
 * timer, remembering an update, and the null transport.
 *
 * The null transport is the whole pipeline without a network: the source publishes on its schedule, and what it
 * publishes is handed to the recorder in the same process. What remains of a latency then is the source's own timer,
 * formatting, and recording. It is the one place that knows both ends, and it belongs to neither.
 */
import { Recorder } from '../../clients/recorder.js';
import { nowUs } from '../../contract/clock.js';
import type { Timeline } from '../../contract/control.js';
import type { TrialPlan, Workload } from '../../contract/trial.js';
import { formatUpdate, updatePadding } from '../../contract/update.js';
import { UpdateLog } from '../../servers/shared/log.js';
import { Source } from '../../servers/shared/source.js';

/** Raw readings; whoever asked makes quantiles of them. */
export interface AloneReport {
  readonly type: 'alone';
  /** Nanoseconds of one clock read, one value a batch. */
  readonly clockReadNs: readonly number[];
  readonly clockStepNs: number;
  readonly timerLatenessUs: readonly number[];
  readonly nullServiceLatencyUs: readonly number[];
  readonly nullSlipUs: readonly number[];
  /** Nanoseconds of remembering one update, one value a batch. */
  readonly recordNs: readonly number[];
}

const workload: Workload = {
  id: 'null',
  title: 'The null transport',
  subscribers: 1,
  updates: { rateHz: 200, arrival: 'poisson', burstSize: 1 },
  payloadBytes: 128,
  poll: { intervalMs: 1, pacing: 'request-start', phase: 'zero', connection: 'keep-alive' },
  longPollTimeoutMs: 1,
  delivery: 'every',
  warmupMs: 300,
  windowMs: 700,
  drainMs: 10,
};
const trial: TrialPlan = {
  id: 'null',
  index: 0,
  repetition: 0,
  subject: 'none',
  // A push transport: the recorder then excuses no update.
  transport: 'sse',
  client: 'raw',
  workloadId: workload.id,
  seed: 1,
};
const batches = 20;

process.on('disconnect', () => process.exit(0));
measure();

async function measure(): Promise<void> {
  const clock = clockCost();
  const timerLatenessUs = await timerLateness(100);
  const { serviceLatencyUs, slipUs } = await nullTransport();
  const report: AloneReport = {
    type: 'alone',
    ...clock,
    timerLatenessUs,
    nullServiceLatencyUs: serviceLatencyUs,
    nullSlipUs: slipUs,
    recordNs: recordCost(),
  };
  process.send?.(report);
}

function clockCost(): { clockReadNs: number[]; clockStepNs: number } {
  const reads = 20_000;
  const clockReadNs: number[] = [];
  let stepUs = Number.POSITIVE_INFINITY;
  for (let batch = 0; batch < batches; batch++) {
    const startUs = nowUs();
    let last = startUs;
    for (let i = 0; i < reads; i++) {
      const now = nowUs();
      if (now > last && now - last < stepUs) stepUs = now - last;
      last = now;
    }
    clockReadNs.push(((last - startUs) * 1000) / reads);
  }
  return { clockReadNs, clockStepNs: stepUs * 1000 };
}

async function timerLateness(timers: number): Promise<number[]> {
  const us: number[] = [];
  for (let i = 0; i < timers; i++) {
    const delayMs = 1 + (i % 5);
    const dueUs = nowUs() + delayMs * 1000;
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    us.push(nowUs() - dueUs);
  }
  return us;
}

function nullTransport(): Promise<{ serviceLatencyUs: number[]; slipUs: number[] }> {
  const recorder = new Recorder({ trial, workload, maxSamples: 10_000, bins: 1 });
  const log = new UpdateLog(1_000, 1_000_000);
  const source = new Source({
    workload,
    seed: trial.seed,
    log,
    publish: ({ updates }) => {
      for (const update of updates) {
        const bytes = Buffer.from(update, 'latin1');
        recorder.received(0, bytes, 0, bytes.length);
      }
    },
  });
  const startUs = nowUs() + 5_000;
  const windowStartUs = startUs + workload.warmupMs * 1000;
  const timeline: Timeline = { startUs, windowStartUs, windowEndUs: windowStartUs + workload.windowMs * 1000 };
  recorder.start(timeline);
  recorder.openWindow();
  source.start(timeline);
  return new Promise((resolve) =>
    source.whenWindowPublished(() => {
      source.stop();
      recorder.closeWindow();
      const { samples } = recorder.report(source.firstWindowSeq, source.lastWindowSeq);
      resolve({
        serviceLatencyUs: samples.map(([, , , publishedUs, receivedUs]) => receivedUs - publishedUs),
        slipUs: samples.map(([, , intendedUs, publishedUs]) => publishedUs - intendedUs),
      });
    }),
  );
}

/** Remembering updates one after the other, as a busy generator does; the first batch finds cold code and is left out. */
function recordCost(): number[] {
  const updates = 2_000;
  const padding = updatePadding(workload.payloadBytes);
  const bytes = Array.from({ length: updates }, (_, i) =>
    Buffer.from(formatUpdate(i + 1, i * 100, 50, padding), 'latin1'),
  );
  const costs: number[] = [];
  for (let batch = 0; batch <= batches; batch++) {
    const recorder = new Recorder({ trial, workload, maxSamples: 10_000, bins: 50 });
    const startUs = nowUs();
    recorder.start({ startUs, windowStartUs: startUs, windowEndUs: startUs + 1e6 });
    recorder.openWindow();
    const beganUs = nowUs();
    for (const update of bytes) recorder.received(0, update, 0, update.length);
    if (batch > 0) costs.push(((nowUs() - beganUs) * 1000) / updates);
  }
  return costs;
}
