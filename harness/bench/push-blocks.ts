/**
 * What it costs to receive one update over SSE or WebSocket, at many subscribers: our raw client beside the least that
 * can be done with the same sockets, and beside well-known packages.
 */
import { nowUs } from '../../contract/clock.js';
import type { ClientArgument, FromClient, ToClient } from '../../contract/control.js';
import { type Workload, workloadSchema } from '../../contract/trial.js';
import { defaultBins, defaultMaxBufferedBytes, defaultMaxSamples, defaultSeed } from '../defaults.js';
import type { Cores } from '../meters/environment.js';
import { readThreads, threadCostBetween } from '../meters/thread-cost.js';
import { crowdNodeFlags, startServer } from '../processes.js';
import { startTimeoutMs, Worker } from '../worker.js';
import type { FromReceiver, ReceiverArgument, ToReceiver } from './receiver.js';

export type Transport = 'sse' | 'websocket';
/** Ours twice: with sockets of an io_uring where there is one, as crowds have them, and with libuv's, as trials have them. */
export type OwnKind = 'pushlab' | 'pushlab-libuv';
export type ReceiverKind = OwnKind | ReceiverArgument['kind'];

export interface PushBlock {
  readonly deliveriesPerCpuS: number;
  readonly deliveriesPerS: number;
  /** Of one core, 0–1. */
  readonly share: number;
}

export const subscribers = 1000;
/** A whole number of gaps between updates, whatever the arrivals. */
const windowMs = 1_000;
const leastWarmupMs = 750;
const leadMs = 100;

/**
 * One update per read, where system calls are nearly all of the cost, and many, where what is done with each is. Rates at
 * which the slowest receiver keeps up: one that does not reads more per call.
 */
export const arrivals = {
  'one by one': workloadOf({ rateHz: 20, arrival: 'periodic' }, 1),
  'ten at a time': workloadOf({ rateHz: 80, arrival: 'bursts', burstSize: 10 }, 10),
  'fifty at a time': workloadOf({ rateHz: 100, arrival: 'bursts', burstSize: 50 }, 50),
} as const;
export type Arrivals = keyof typeof arrivals;
export const allArrivals = Object.keys(arrivals) as Arrivals[];

function workloadOf(
  updates: { rateHz: number; arrival: 'periodic' | 'bursts'; burstSize?: number },
  atOnce: number,
): Workload {
  const gapMs = (atOnce / updates.rateHz) * 1000;
  // The window's edges lie halfway between updates, so that what is done with them is all inside or all outside.
  const warmupMs = Math.round((Math.ceil(leastWarmupMs / gapMs) + 0.5) * gapMs);
  return workloadSchema.parse({
    id: 'push',
    title: `${subscribers} subscribers, ${updates.rateHz} updates/s, 128 B`,
    subscribers,
    updates,
    payloadBytes: 128,
    poll: { intervalMs: 1000, pacing: 'request-start', phase: 'zero', connection: 'keep-alive' },
    longPollTimeoutMs: 25_000,
    delivery: 'every',
    warmupMs,
    windowMs,
    drainMs: 3_000,
  });
}

/** @throws WorkerFailure, Error when updates did not arrive */
export async function measurePush(
  kind: ReceiverKind,
  transport: Transport,
  arriving: Arrivals,
  cores: Cores,
): Promise<PushBlock> {
  const workload = arrivals[arriving];
  const { warmupMs } = workload;
  // Both start at once; neither needs the other before it connects.
  const starting = startServer({
    subject: 'uws',
    argument: { host: '127.0.0.1', port: 0, workload, seed: defaultSeed, maxBufferedBytes: defaultMaxBufferedBytes },
    place: { cores: cores.server, enter: [] },
    stderrFile: null,
  });
  const receiver =
    kind === 'pushlab' || kind === 'pushlab-libuv'
      ? new OwnReceiver(transport, { ...workload, sockets: kind === 'pushlab' ? 'auto' : 'libuv' }, cores)
      : new OtherReceiver(kind, transport, workload, cores);
  const workers: { disconnect(): void; gone(): Promise<void> }[] = [receiver];
  try {
    const server = await starting;
    workers.push(server.worker);
    await receiver.connect(server.port);
    const startUs = nowUs() + leadMs * 1000;
    const windowStartUs = startUs + warmupMs * 1000;
    const windowEndUs = windowStartUs + windowMs * 1000;
    server.worker.send({ type: 'start', startUs, windowStartUs, windowEndUs });
    receiver.start({ startUs, windowStartUs, windowEndUs });
    await sleepUntil(windowStartUs);
    const before = readThreads([receiver.pid]);
    await sleepUntil(windowEndUs);
    const { cpuUs } = threadCostBetween(before, readThreads([receiver.pid]));
    if (cpuUs === null) throw new Error('CPU time cannot be read here: /proc is missing');
    const { deliveries, elapsedUs } = await receiver.counted(async () => {
      server.worker.send({ type: 'window' });
      const { firstWindowSeq, lastWindowSeq } = await server.worker.next('window', startTimeoutMs);
      return { firstWindowSeq, lastWindowSeq, deadlineUs: nowUs() + workload.drainMs * 1000 };
    });
    return {
      deliveriesPerCpuS: deliveries / (cpuUs / 1e6),
      deliveriesPerS: deliveries / (elapsedUs / 1e6),
      share: cpuUs / elapsedUs,
    };
  } finally {
    for (const worker of workers) worker.disconnect();
    await Promise.all(workers.map((worker) => worker.gone()));
  }
}

interface Times {
  readonly startUs: number;
  readonly windowStartUs: number;
  readonly windowEndUs: number;
}
type Finish = () => Promise<{ firstWindowSeq: number; lastWindowSeq: number; deadlineUs: number }>;
interface Counted {
  readonly deliveries: number;
  readonly elapsedUs: number;
}

/** The client of the trials, as it is. */
class OwnReceiver {
  readonly #worker: Worker<ToClient, FromClient>;

  constructor(transport: Transport, workload: Workload, cores: Cores) {
    const argument: ClientArgument = {
      trial: {
        id: 'push',
        index: 0,
        repetition: 0,
        subject: 'uws',
        transport,
        client: 'raw',
        workloadId: workload.id,
        seed: defaultSeed,
      },
      workload,
      range: { first: 0, count: subscribers },
      maxSamples: defaultMaxSamples,
      bins: defaultBins,
    };
    this.#worker = new Worker(
      'client',
      '../clients/raw/main.ts',
      argument,
      { cores: cores.generator, enter: [] },
      null,
      workload.sockets === 'auto' ? crowdNodeFlags : [],
    );
  }

  get pid(): number {
    return this.#worker.pid;
  }

  async connect(port: number): Promise<void> {
    await this.#worker.next('loaded', startTimeoutMs);
    this.#worker.send({ type: 'connect', host: '127.0.0.1', port, patienceMs: null });
    await this.#worker.next('ready', startTimeoutMs);
  }

  start(times: Times): void {
    this.#worker.send({ type: 'start', ...times });
  }

  async counted(finish: Finish): Promise<Counted> {
    this.#worker.send({ type: 'finish', ...(await finish()) });
    const { report } = await this.#worker.next('report', startTimeoutMs);
    return { deliveries: report.windowDelivered, elapsedUs: report.windowActualMs * 1000 };
  }

  disconnect(): void {
    this.#worker.disconnect();
  }

  gone(): Promise<void> {
    return this.#worker.gone();
  }
}

class OtherReceiver {
  readonly #worker: Worker<ToReceiver, FromReceiver>;
  readonly #workload: Workload;

  constructor(kind: ReceiverArgument['kind'], transport: Transport, workload: Workload, cores: Cores) {
    this.#workload = workload;
    const argument: ReceiverArgument = { kind, transport, host: '127.0.0.1', connections: subscribers };
    this.#worker = new Worker(
      'client',
      '../harness/bench/receiver.ts',
      argument,
      { cores: cores.generator, enter: [] },
      null,
    );
  }

  get pid(): number {
    return this.#worker.pid;
  }

  async connect(port: number): Promise<void> {
    await this.#worker.next('loaded', startTimeoutMs);
    this.#worker.send({ type: 'connect', port });
    await this.#worker.next('ready', startTimeoutMs + subscribers);
  }

  start({ windowStartUs, windowEndUs }: Times): void {
    this.#worker.send({ type: 'count', windowStartUs, windowEndUs });
  }

  async counted(): Promise<Counted> {
    const { deliveries, bytes, elapsedUs } = await this.#worker.next('counted', startTimeoutMs);
    if (deliveries > 0) return { deliveries, elapsedUs };
    // Who reads nothing of it cannot count updates: all that were published have arrived when their bytes have.
    const { updates, payloadBytes } = this.#workload;
    const published = Math.round((elapsedUs / 1e6) * updates.rateHz) * subscribers;
    if (bytes < published * payloadBytes * 0.9)
      throw new Error(`the bare receiver got ${bytes} bytes: less than ${published} updates of ${payloadBytes}`);
    return { deliveries: published, elapsedUs };
  }

  disconnect(): void {
    this.#worker.disconnect();
  }

  gone(): Promise<void> {
    return this.#worker.gone();
  }
}

function sleepUntil(timeUs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, (timeUs - nowUs()) / 1000)));
}
