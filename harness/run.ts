/**
 * Runs the trials of a plan that have no record yet, one at a time, and appends each as it ends.
 *
 * Fresh processes for every trial: no arm inherits another's heap, compiled code or open sockets.
 * A trial that fails is a record like any other, and the next one starts.
 */
import { join } from 'node:path';
import { nowUs } from '../contract/clock.js';
import type { FromClient, FromServer, Timeline, ToClient, ToServer } from '../contract/control.js';
import type { TrialPlan, Workload } from '../contract/trial.js';
import { appendTrial, readFloor, readTrials, writeFloor, writeSamples } from './files.js';
import { measureFloor } from './floor/measure.js';
import { type NoiseReading, noiseBetween, readNoise } from './meters/noise.js';
import { type CostReading, costBetween, readCost, readMemory } from './meters/process-cost.js';
import { readSocketBytes } from './meters/socket-memory.js';
import {
  NetNamespace,
  type PacketCount,
  readLoopback,
  readRetransmits,
  removeLeftoverNamespaces,
  type WireReading,
} from './meters/wire.js';
import { type Floor, methodVersion, type OkTrial, type Plan, type TrialRecord } from './model.js';
import { type Place, spawnClient, spawnServer, startTimeoutMs, type Worker, WorkerFailure } from './processes.js';
import { warningsOf } from './warnings.js';

export interface RunOptions {
  /** Aborting ends the trial under way, unrecorded, and leaves the finished ones. */
  readonly signal: AbortSignal;
  /** Before the first trial, when the plan asks for it; a string says why it could not be measured. */
  onFloor?(floor: Floor | string): void;
  onTrialStart?(trial: TrialPlan, position: number, total: number): void;
  onTrialEnd?(record: TrialRecord, position: number, total: number): void;
}

/** Between 'start' and the source's epoch: time for the message to reach both processes. */
const leadMs = 50;
/** The first wire reading ends about when the window opens: `nft` takes some 10 ms, and must not take them from it. */
const wireLeadMs = 40;
/** A report of 200,000 subscribers takes a while to add up. */
const reportTimeoutMs = 30_000;

/**
 * @throws Error when a record cannot be written; everything written before stays readable
 * @throws the signal's reason when aborted
 */
export async function runPlan(plan: Plan, directory: string, options: RunOptions): Promise<void> {
  const network = plan.wire.method === 'namespace' ? openNetwork() : null;
  try {
    await runTrials(plan, directory, options, network);
  } finally {
    network?.remove();
  }
}

/** Removed also when this process has to leave at once. */
function openNetwork(): NetNamespace {
  removeLeftoverNamespaces();
  const network = NetNamespace.create();
  process.once('exit', () => network.remove());
  return network;
}

async function runTrials(
  plan: Plan,
  directory: string,
  options: RunOptions,
  network: NetNamespace | null,
): Promise<void> {
  const done = new Set(readTrials(directory).map((record) => record.trial.id));
  const total = plan.trials.length;
  const abort = aborted(options.signal);
  if (plan.floor && done.size < total && readFloor(directory) === null) {
    const floor = await Promise.race([floorOf(plan, directory, network), abort]);
    options.onFloor?.(floor);
  }
  for (const [index, trial] of plan.trials.entries()) {
    if (done.has(trial.id)) continue;
    options.signal.throwIfAborted();
    options.onTrialStart?.(trial, index + 1, total);
    const record = await runTrial({ plan, trial, directory, network }, abort);
    appendTrial(directory, record);
    options.onTrialEnd?.(record, index + 1, total);
  }
}

/** Written before it is told; a floor that cannot be measured is no reason to measure nothing. */
async function floorOf(plan: Plan, directory: string, network: NetNamespace | null): Promise<Floor | string> {
  try {
    const { server, generator } = placesOf(plan, network);
    const floor = await measureFloor({ server, generator });
    writeFloor(directory, floor);
    return floor;
  } catch (error) {
    if (!(error instanceof WorkerFailure)) throw error;
    return error.message;
  }
}

function placesOf(
  { serverCores, generatorCores }: Plan,
  network: NetNamespace | null,
): { readonly server: Place; readonly generator: Place } {
  const enter = network?.enter ?? [];
  return { server: { cores: serverCores, enter }, generator: { cores: generatorCores, enter } };
}

/** What one trial is made of. */
interface Setting {
  readonly plan: Plan;
  readonly trial: TrialPlan;
  readonly directory: string;
  /** Null: the machine's own loopback, and bytes on the wire stay unmeasured. */
  readonly network: NetNamespace | null;
}

async function runTrial(setting: Setting, abort: Promise<never>): Promise<TrialRecord> {
  const { plan, trial, directory } = setting;
  const startedAt = new Date().toISOString();
  const startedUs = nowUs();
  const elapsedMs = () => Math.round((nowUs() - startedUs) / 1000);
  const ends = new TrialEnds(setting);
  try {
    const workload = workloadOf(plan, trial);
    const measured = await Promise.race([ends.measure(workload), abort]);
    const { client, ...rest } = measured;
    const { samples, ...clientReport } = client;
    const samplesFile = writeSamples(directory, {
      methodVersion,
      trialId: trial.id,
      every: client.samplesEvery,
      rows: samples,
    });
    const record: Omit<OkTrial, 'warnings'> = {
      status: 'ok',
      trial,
      startedAt,
      elapsedMs: elapsedMs(),
      client: clientReport,
      ...rest,
      samplesFile,
    };
    return { ...record, warnings: warningsOf(record, workload) };
  } catch (error) {
    if (!(error instanceof WorkerFailure)) throw error;
    const failure = { kind: error.kind, message: error.message };
    return { status: 'failed', trial, startedAt, elapsedMs: elapsedMs(), failure, warnings: [] };
  } finally {
    await ends.close();
  }
}

type Measured = Pick<
  OkTrial,
  'server' | 'serverCost' | 'generatorCost' | 'wire' | 'kernelSocketBytes' | 'noise' | 'metering'
> & {
  client: Extract<FromClient, { type: 'report' }>['report'];
};

/** The two processes of one trial, from their start to their end. */
class TrialEnds {
  readonly #setting: Setting;
  #server: Worker<ToServer, FromServer> | null = null;
  #client: Worker<ToClient, FromClient> | null = null;

  constructor(setting: Setting) {
    this.#setting = setting;
  }

  async measure(workload: Workload): Promise<Measured> {
    const { server, client, port } = await this.#start(workload);
    const socketBytesBefore = readSocketBytes();
    client.send({ type: 'connect', host: '127.0.0.1', port });
    await either(server, client.next('ready', startTimeoutMs + workload.subscribers));

    const timeline = timelineFrom(nowUs() + leadMs * 1000, workload);
    server.send({ type: 'start', ...timeline });
    client.send({ type: 'start', ...timeline });
    await either(server, sleepUntil(timeline.windowStartUs - wireLeadMs * 1000), client);
    const wireBefore = await this.#readWire();
    await either(server, sleepUntil(timeline.windowStartUs), client);
    const before = this.#readEdge(server, client);
    await either(server, sleepUntil(timeline.windowEndUs), client);
    const after = this.#readEdge(server, client);
    const wireAfter = await this.#readWire();
    const socketBytesAfter = readSocketBytes();
    const serverMemory = readMemory(server.pid);
    const generatorMemory = readMemory(client.pid);

    server.send({ type: 'window' });
    const { firstWindowSeq, lastWindowSeq } = await server.next('window', startTimeoutMs);
    const deadlineUs = timeline.windowEndUs + workload.drainMs * 1000;
    client.send({ type: 'finish', firstWindowSeq, lastWindowSeq, deadlineUs });
    const { report: clientReport } = await either(server, client.next('report', workload.drainMs + reportTimeoutMs));
    server.send({ type: 'stop' });
    const { report: serverReport } = await server.next('report', reportTimeoutMs);
    const serverCost = costBetween(before.server, after.server, serverMemory);
    const generatorCost = costBetween(before.client, after.client, generatorMemory);
    const ownCpuUs =
      serverCost.cpuUs === null || generatorCost.cpuUs === null ? null : serverCost.cpuUs + generatorCost.cpuUs;
    return {
      client: clientReport,
      server: serverReport,
      serverCost,
      generatorCost,
      wire: wireBetween([wireBefore, wireAfter], loopbackBetween(before.loopback, after.loopback)),
      kernelSocketBytes:
        socketBytesBefore === null || socketBytesAfter === null
          ? null
          : Math.max(0, socketBytesAfter - socketBytesBefore),
      noise: noiseBetween(before.noise, after.noise, ownCpuUs),
      metering: { readings: 2, elapsedUs: before.elapsedUs + after.elapsedUs },
    };
  }

  /** Everything that is read at the window's edges, in one go: what it costs is itself read. */
  #readEdge(server: { readonly pid: number }, client: { readonly pid: number }): Edge {
    const startedUs = nowUs();
    const costs = { server: readCost(server.pid), client: readCost(client.pid) };
    const loopback = this.#readLoopback(server);
    const noise = readNoise(this.#watchedCores());
    return { ...costs, loopback, noise, elapsedUs: nowUs() - startedUs };
  }

  #watchedCores(): string[] {
    const { serverCores, generatorCores } = this.#setting.plan;
    return [serverCores, generatorCores].filter((core) => core !== null);
  }

  /** Gives both a moment to leave by themselves when all went well; kills them otherwise. */
  async close(): Promise<void> {
    this.#server?.disconnect();
    this.#client?.disconnect();
    await Promise.all([this.#server?.gone(), this.#client?.gone()]);
  }

  async #start(workload: Workload) {
    const { plan, trial, network } = this.#setting;
    const { maxBufferedBytes, maxSamples, bins } = plan;
    const { subject, seed } = trial;
    const places = placesOf(plan, network);
    // Both at once: half of a short trial would otherwise be start-up.
    const client = spawnClient({
      argument: { trial, workload, maxSamples, bins },
      place: places.generator,
      stderrFile: this.#stderrFile('client'),
    });
    this.#client = client;
    const server = spawnServer({
      argument: { host: '127.0.0.1', port: 0, workload, seed, maxBufferedBytes },
      subject,
      place: places.server,
      stderrFile: this.#stderrFile('server'),
    });
    this.#server = server;
    const { port } = await either(server, server.next('ready', startTimeoutMs), client);
    network?.count(port);
    await either(server, client.next('loaded', startTimeoutMs));
    return { server, client, port };
  }

  /** Only inside a network of the run's own: the machine's loopback carries everybody's packets. */
  #readLoopback({ pid }: { readonly pid: number }): Loopback | null {
    if (this.#setting.network === null) return null;
    return { ...readLoopback(pid), retransmits: readRetransmits(pid) };
  }

  async #readWire(): Promise<WireReading | null> {
    return this.#setting.network === null ? null : this.#setting.network.read();
  }

  #stderrFile(role: 'server' | 'client'): string {
    return join(this.#setting.directory, 'stderr', `${this.#setting.trial.id}.${role}.txt`);
  }
}

type Loopback = PacketCount & { readonly retransmits: number };

interface Edge {
  readonly server: CostReading | null;
  readonly client: CostReading | null;
  readonly loopback: Loopback | null;
  readonly noise: NoiseReading;
  readonly elapsedUs: number;
}

function loopbackBetween(before: Loopback | null, after: Loopback | null): Loopback | null {
  if (before === null || after === null) return null;
  return { ...difference(before, after), retransmits: after.retransmits - before.retransmits };
}

function wireBetween([before, after]: readonly (WireReading | null)[], window: Loopback | null): OkTrial['wire'] {
  if (before == null || after == null || window === null) return null;
  const { retransmits, ...packets } = window;
  return {
    window: packets,
    down: difference(before.down, after.down),
    up: difference(before.up, after.up),
    retransmits,
  };
}

function difference(before: PacketCount, after: PacketCount): PacketCount {
  return { packets: after.packets - before.packets, bytes: after.bytes - before.bytes };
}

/** When things happen, from the source's epoch (µs). */
function timelineFrom(startUs: number, workload: Workload): Timeline {
  const windowStartUs = startUs + workload.warmupMs * 1000;
  return { startUs, windowStartUs, windowEndUs: windowStartUs + workload.windowMs * 1000 };
}

function workloadOf(plan: Plan, trial: TrialPlan): Workload {
  const workload = plan.workloads.find(({ id }) => id === trial.workloadId);
  if (workload === undefined) throw new Error(`plan.json: trial ${trial.id} names no known workload`);
  return workload;
}

/** What comes first: the awaited thing, or the failure of a process it depends on. */
function either<T>(
  server: Worker<ToServer, FromServer>,
  awaited: Promise<T>,
  client?: Worker<ToClient, FromClient>,
): Promise<T> {
  return Promise.race(client === undefined ? [awaited, server.failed()] : [awaited, server.failed(), client.failed()]);
}

function sleepUntil(timeUs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, (timeUs - nowUs()) / 1000)));
}

function aborted(signal: AbortSignal): Promise<never> {
  const abort = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  // Between two trials nobody waits for it, and an abort then is not an unhandled error.
  abort.catch(() => {});
  return abort;
}
