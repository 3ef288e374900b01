/**
 * The instrument's own floor: what it needs and can resolve before any transport is involved. Figures near it are the
 * instrument's, not the transport's.
 */
import { nowUs } from '../../contract/clock.js';
import { type Floor, methodVersion } from '../model.js';
import type { Place, Places } from '../places.js';
import { median, quantile } from '../stats.js';
import { startTimeoutMs, Worker } from '../worker.js';
import type { AloneReport } from './alone.js';
import type { FromReceiver, FromSender, HopArgument } from './hop.js';

/** Updates of the bare hop, and the first of them that find cold code. */
const hopUpdates = { rateHz: 400, updates: 400, warmup: 120 } as const;
const measureTimeoutMs = 20_000;

/**
 * @param places of the trials that follow
 * @throws WorkerFailure when a process of it fails; nothing is left running then
 */
export async function measureFloor(places: Places): Promise<Floor> {
  const startedUs = nowUs();
  const alone = await measureAlone(places.generator);
  const hopUs = (await measureHop(places, hopUpdates)).slice(hopUpdates.warmup);
  return {
    methodVersion,
    clockReadNs: round(median(alone.clockReadNs)),
    clockStepNs: round(alone.clockStepNs),
    timerLateness: quantiles(alone.timerLatenessUs),
    hop: quantiles(hopUs),
    nullTransport: quantiles(alone.nullServiceLatencyUs),
    nullSlip: quantiles(alone.nullSlipUs),
    recordNs: round(median(alone.recordNs)),
    elapsedMs: Math.round((nowUs() - startedUs) / 1000),
  };
}

/**
 * One-way latencies (µs) of a bare TCP hop from the server's core to the generator's, in order.
 *
 * @throws WorkerFailure when one of its two processes fails
 */
export async function measureHop(
  { server, generator }: Places,
  { rateHz, updates }: { readonly rateHz: number; readonly updates: number },
): Promise<number[]> {
  const workers: Worker<never, FromSender | FromReceiver>[] = [];
  const start = (argument: HopArgument, place: Place) => {
    const worker = new Worker<never, FromSender | FromReceiver>(
      'floor',
      '../harness/floor/hop.ts',
      argument,
      place,
      null,
    );
    workers.push(worker);
    return worker;
  };
  try {
    const sender = start({ role: 'send', rateHz, updates }, server);
    const { port } = await sender.next('listening', startTimeoutMs);
    const receiver = start({ role: 'receive', port, updates }, generator);
    const { us } = await receiver.next('latencies', startTimeoutMs + measureTimeoutMs + (updates / rateHz) * 1000);
    return us;
  } finally {
    await end(workers);
  }
}

async function measureAlone(place: Place): Promise<AloneReport> {
  const worker = new Worker<never, AloneReport>('floor', '../harness/floor/alone.ts', {}, place, null);
  try {
    return await worker.next('alone', startTimeoutMs + measureTimeoutMs);
  } finally {
    await end([worker]);
  }
}

async function end(workers: readonly { disconnect(): void; gone(): Promise<void> }[]): Promise<void> {
  for (const worker of workers) worker.disconnect();
  await Promise.all(workers.map((worker) => worker.gone()));
}

function quantiles(us: readonly number[]): NonNullable<Floor['hop']> {
  const at = (q: number) => round(quantile(us, q));
  return { count: us.length, p50Us: at(0.5), p90Us: at(0.9), p99Us: at(0.99) };
}

/** A tenth of the unit: finer than any of these repeats. */
function round(value: number): number {
  return Math.round(value * 10) / 10;
}
