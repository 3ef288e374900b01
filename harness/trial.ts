/**
 * One trial: its processes from their start to their end, and what is read of them at the window's edges.
 *
 * The order is the method (docs/method.md): connect, start both ends by one clock, read at both edges of the window,
 * then let the rest arrive. Whatever fails becomes a record with its reason, and nothing is left running.
 */
import { join } from 'node:path';
import { clients as clientKinds } from '../contract/clients.js';
import { nowUs } from '../contract/clock.js';
import type {
  BrowserArgument,
  ClientArgument,
  Disturbance,
  FromClient,
  FromProxy,
  FromServer,
  ProxyReport,
  ServerArgument,
  Timeline,
  ToClient,
  ToProxy,
  ToServer,
} from '../contract/control.js';
import { deriveSeed } from '../contract/random.js';
import type { TrialArrangement, TrialPlan, Workload } from '../contract/trial.js';
import { arrangementOf } from './arrange.js';
import { createProfile, removeProfile } from './browser/profile.js';
import { writeSamples } from './files.js';
import { mergeClientReports, mergeServerReports, sumCosts } from './merge.js';
import { readDescriptorLimits } from './meters/environment.js';
import { type NoiseReading, noiseBetween, readNoise } from './meters/noise.js';
import {
  type CostReading,
  costBetween,
  countDescriptors,
  type MemoryReading,
  readCost,
  readMemory,
} from './meters/process-cost.js';
import {
  addCosts,
  type ProcessTree,
  partsOf,
  readTree,
  readTreeCost,
  readTreeMemory,
  type TreeCost,
} from './meters/process-tree.js';
import { readSocketBytes } from './meters/socket-memory.js';
import type { NetNamespace, WireReading } from './meters/wire.js';
import { countedWire, estimatedWire, type Loopback, loopbackBetween, readLoopbackOf } from './meters/wire-window.js';
import { methodVersion, type OkTrial, type Plan, type ProcessCost, type TrialRecord } from './model.js';
import { splitSubscribers } from './plan.js';
import {
  coreOf,
  coresIn,
  type Place,
  spawnClient,
  spawnProxy,
  spawnServer,
  startTimeoutMs,
  type Worker,
  WorkerFailure,
} from './processes.js';
import { replaceServer, restartsOf } from './restart.js';
import { warningsOf } from './warnings.js';

/** Between 'start' and the source's epoch: time for the message to reach both processes. */
const leadMs = 50;
/** The first wire reading ends about when the window opens: `nft` takes some 10 ms, and must not take them from it. */
const wireLeadMs = 40;
/** A report of 200,000 subscribers takes a while to add up. */
const reportTimeoutMs = 30_000;
/** What a proxy lets through is there within milliseconds; what it holds back will not come before the first update. */
const proxyPatienceMs = 3_000;
/** Reading the memory of both ends, with room for a busy machine. */
const idleReadMs = 200;

export function isInBrowser({ client }: TrialPlan): boolean {
  return clientKinds[client].inBrowser;
}

/** Where the page that browsers run is compiled to. */
export function pageFolder(directory: string): string {
  return join(directory, 'page');
}

/** Where server and generator run. */
export function placesOf(
  { serverCores, generatorCores }: Pick<TrialArrangement, 'serverCores' | 'generatorCores'>,
  network: NetNamespace | null,
): { readonly server: Place; readonly generator: Place } {
  const enter = network?.enter ?? [];
  return { server: { cores: serverCores, enter }, generator: { cores: generatorCores, enter } };
}

/** What one trial is made of. */
export interface Setting {
  readonly plan: Plan;
  readonly planSha256: string;
  readonly trial: TrialPlan;
  readonly directory: string;
  /** Null: the machine's own loopback, where bytes on the wire are estimated. */
  readonly network: NetNamespace | null;
}

/** @throws the reason of `abort` when that comes first; a process that fails is a failed record instead */
export async function runTrial(setting: Setting, abort: Promise<never>): Promise<TrialRecord> {
  const { plan, planSha256, trial, directory } = setting;
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
      planSha256,
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
    return { status: 'failed', trial, planSha256, startedAt, elapsedMs: elapsedMs(), failure, warnings: [] };
  } finally {
    await ends.close();
  }
}

type Measured = Pick<
  OkTrial,
  | 'server'
  | 'serverCost'
  | 'generatorCost'
  | 'processes'
  | 'generatorParts'
  | 'crowd'
  | 'openMs'
  | 'idle'
  | 'wire'
  | 'kernelSocketBytes'
  | 'noise'
  | 'metering'
  | 'disturbances'
  | 'proxy'
> & {
  client: Extract<FromClient, { type: 'report' }>['report'];
};

type ClientWorker = Worker<ToClient, FromClient>;

/** The processes of one trial, from their start to their end. */
class TrialEnds {
  readonly #setting: Setting;
  readonly #servers: Worker<ToServer, FromServer>[] = [];
  readonly #clients: ClientWorker[] = [];
  #proxy: Worker<ToProxy, FromProxy> | null = null;
  /** For each time the server will be killed, the process that then takes its place. */
  readonly #standbys: Worker<ToServer, FromServer>[] = [];
  /** Loads the server beside those that are measured. */
  #crowd: ClientWorker | null = null;
  /** Of each client worker. */
  #trees: ProcessTree[] = [];
  #profile: string | null = null;

  constructor(setting: Setting) {
    this.#setting = setting;
  }

  async measure(workload: Workload): Promise<Measured> {
    const port = await this.#start(workload);
    const [servers, clients, crowd] = [this.#servers, this.#clients, this.#crowd === null ? [] : [this.#crowd]];
    const everyClient = [...clients, ...crowd];
    const socketBytesBefore = readSocketBytes();
    const patienceMs = this.#proxy === null ? null : proxyPatienceMs;
    const [host, ...moreHosts] = loopbackAddresses(this.#proxy === null ? this.#arrangement().addresses : 1);
    let openUs = 0;
    // The crowd first: its handshakes must not be in the way of what is measured.
    for (const some of [crowd, clients]) {
      openUs = nowUs();
      for (const client of some) client.send({ type: 'connect', host, moreHosts, port, patienceMs });
      const timeoutMs = startTimeoutMs + workload.subscribers + (workload.crowd ?? 0);
      await this.#explained(either(servers, all(some, 'ready', timeoutMs), everyClient));
    }
    const openMs = (nowUs() - openUs) / 1000;
    this.#trees = clients.map(({ pid }) => this.#treeOf(pid));

    const idleMs = workload.idleMs ?? 0;
    const timeline = timelineFrom(nowUs() + (leadMs + idleMs) * 1000, workload);
    for (const server of servers) server.send({ type: 'start', ...timeline });
    for (const client of everyClient) client.send({ type: 'start', ...timeline });
    this.#proxy?.send({ type: 'start', ...timeline });
    const idle = await either(servers, this.#measureIdle(timeline.startUs, idleMs, socketBytesBefore), everyClient);
    await either(servers, sleepUntil(timeline.windowStartUs - wireLeadMs * 1000), everyClient);
    const wireBefore = await this.#readWire();
    await either(servers, sleepUntil(timeline.windowStartUs), everyClient);
    const before = this.#readEdge();
    const restarts = await this.#throughWindow(workload, timeline);
    const after = this.#readEdge();
    const wireAfter = await this.#readWire();
    const socketBytesAfter = readSocketBytes();
    const serverMemory = servers.map(({ pid }) => readMemory(pid));
    const generatorMemory = this.#trees.map(readTreeMemory);
    const generatorParts = this.#partsOf(before, after);

    for (const server of servers) server.send({ type: 'window' });
    // The same of every server: the schedule depends on the seed alone.
    const [window] = await all(servers, 'window', startTimeoutMs);
    const { firstWindowSeq, lastWindowSeq } = window as { firstWindowSeq: number; lastWindowSeq: number };
    const deadlineUs = timeline.windowEndUs + workload.drainMs * 1000;
    for (const client of everyClient) client.send({ type: 'finish', firstWindowSeq, lastWindowSeq, deadlineUs });
    const reports = await either(servers, all(everyClient, 'report', workload.drainMs + reportTimeoutMs));
    const clientReports = reports.slice(0, clients.length);
    const crowdReport = reports[clients.length]?.report ?? null;
    for (const server of servers) server.send({ type: 'stop' });
    const serverReports = await all(servers, 'report', reportTimeoutMs);
    const proxy = await this.#stopProxy();
    const serverCosts = serverMemory.map((memory, i) =>
      // After a restart the second reading is of another process.
      costOf(restarts.length > 0 ? null : before.servers[i], after.servers[i], memory),
    );
    const generatorCosts = generatorMemory.map((memory, i) =>
      costOf(addCosts(before.clients[i]), addCosts(after.clients[i]), memory),
    );
    const [serverCost, generatorCost] = [sumCosts(serverCosts), sumCosts(generatorCosts)];
    const crowdCpuUs =
      before.crowd === null || after.crowd === null ? null : (after.crowd.onCpuNs - before.crowd.onCpuNs) / 1000;
    const ownCpuUs =
      serverCost.cpuUs === null || generatorCost.cpuUs === null
        ? null
        : serverCost.cpuUs +
          generatorCost.cpuUs +
          (crowdCpuUs ?? 0) +
          (costOf(before.proxy, after.proxy, noMemory).cpuUs ?? 0);
    const client = mergeClientReports(clientReports.map(({ report }) => report));
    const loopback = loopbackBetween(before.loopback, after.loopback);
    return {
      client,
      server: mergeServerReports(serverReports.map(({ report }) => report)),
      serverCost,
      generatorCost,
      processes: this.#describeProcesses(serverCosts, generatorCosts),
      generatorParts,
      crowd:
        crowdReport === null
          ? null
          : {
              subscribers: workload.crowd ?? 0,
              expected: crowdReport.expected,
              delivered: crowdReport.delivered,
              superseded: crowdReport.superseded,
              lost: crowdReport.lost,
              windowDelivered: crowdReport.windowDelivered,
              cpuUs: crowdCpuUs,
            },
      openMs,
      idle,
      // A proxy doubles every connection: what its other half took cannot be told apart.
      wire:
        proxy !== null
          ? null
          : this.#setting.network === null
            ? estimatedWire(client.windowTraffic, loopback)
            : countedWire([wireBefore, wireAfter], loopback),
      kernelSocketBytes: proxy !== null ? null : socketBytesBetween(socketBytesBefore, socketBytesAfter),
      noise: noiseBetween(before.noise, after.noise, ownCpuUs),
      metering: { readings: 2, elapsedUs: before.elapsedUs + after.elapsedUs },
      disturbances: [...restarts, ...(proxy?.disturbances ?? [])].sort((a, b) => a.fromMs - b.fromMs),
      proxy: proxy === null ? null : { connections: proxy.connections, cut: proxy.cut },
    };
  }

  /** Until the window ends, restarting the server on the way where the workload wants that. */
  async #throughWindow(workload: Workload, timeline: Timeline): Promise<Disturbance[]> {
    const disturbances: Disturbance[] = [];
    for (const { atMs, forMs } of restartsOf(workload)) {
      await either(this.#servers, sleepUntil(timeline.windowStartUs + atMs * 1000), this.#watched());
      const [old, replacement] = [this.#servers.pop(), this.#standbys.shift()];
      if (old === undefined || replacement === undefined) break;
      this.#servers.push(replacement);
      disturbances.push(await either(this.#servers, replaceServer(old, replacement, timeline, forMs), this.#watched()));
    }
    await either(this.#servers, sleepUntil(timeline.windowEndUs), this.#watched());
    return disturbances;
  }

  async #stopProxy(): Promise<ProxyReport | null> {
    if (this.#proxy === null) return null;
    this.#proxy.send({ type: 'stop' });
    return (await this.#proxy.next('report', reportTimeoutMs)).report;
  }

  /** Ends a moment before the source starts: reading the memory of a large process takes some milliseconds. */
  async #measureIdle(endUs: number, idleMs: number, socketBytesBefore: number | null): Promise<OkTrial['idle']> {
    if (idleMs === 0) return null;
    await sleepUntil(endUs - idleMs * 1000);
    const startUs = nowUs();
    const read = () => ({
      servers: this.#servers.map(({ pid }) => readCost(pid)),
      clients: this.#trees.map((tree) => addCosts(readTreeCost(tree))),
    });
    const before = read();
    await sleepUntil(endUs - Math.min(idleReadMs, idleMs / 2) * 1000);
    const after = read();
    const elapsedMs = (nowUs() - startUs) / 1000;
    const costs = (end: 'servers' | 'clients', memory: readonly MemoryReading[]) =>
      sumCosts(memory.map((one, i) => costOf(before[end][i], after[end][i], one)));
    const server = costs(
      'servers',
      this.#servers.map(({ pid }) => readMemory(pid)),
    );
    const generator = costs('clients', this.#trees.map(readTreeMemory));
    return {
      elapsedMs,
      serverCpuUs: server.cpuUs,
      generatorCpuUs: generator.cpuUs,
      serverAnonymousBytes: server.anonymousBytes,
      generatorAnonymousBytes: generator.anonymousBytes,
      kernelSocketBytes: socketBytesBetween(socketBytesBefore, readSocketBytes()),
    };
  }

  /** A server that may not open another file accepts nobody, and says nothing: its subscribers only wait. */
  async #explained<T>(ready: Promise<T>): Promise<T> {
    try {
      return await ready;
    } catch (error) {
      const limit = readDescriptorLimits()?.hard;
      const full = this.#servers.find(({ pid }) => limit !== undefined && countDescriptors(pid) >= limit);
      if (full === undefined || !(error instanceof WorkerFailure)) throw error;
      throw new WorkerFailure(
        'server-limit',
        `a server process reached its limit of ${limit} open files; share the connections among more (--server-processes) or raise the limit (ulimit -n)`,
      );
    }
  }

  /** Everything that is read at the window's edges, in one go: what it costs is itself read. */
  #readEdge(): Edge {
    const startedUs = nowUs();
    const costs = {
      servers: this.#servers.map(({ pid }) => readCost(pid)),
      clients: this.#trees.map(readTreeCost),
      crowd: this.#crowd === null ? null : readCost(this.#crowd.pid),
      proxy: this.#proxy === null ? null : readCost(this.#proxy.pid),
    };
    const [server] = this.#servers;
    const loopback = server === undefined ? null : readLoopbackOf(server.pid);
    const noise = readNoise(this.#watchedCores());
    return { ...costs, loopback, noise, elapsedUs: nowUs() - startedUs };
  }

  /** Found once, before the source starts: a browser starts nothing more that matters while its pages stay. */
  #treeOf(pid: number): ProcessTree {
    return isInBrowser(this.#setting.trial) ? readTree(pid) : new Map([[pid, 'driver']]);
  }

  /** Only a browser has any worth telling apart. */
  #partsOf(before: Edge, after: Edge): OkTrial['generatorParts'] {
    if (!isInBrowser(this.#setting.trial)) return [];
    return this.#trees.flatMap((tree, i) => partsOf(tree, before.clients[i] as TreeCost, after.clients[i] as TreeCost));
  }

  #watchedCores(): string[] {
    const { serverCores, generatorCores } = this.#arrangement();
    return [...coresIn(serverCores), ...coresIn(generatorCores)];
  }

  #describeProcesses(
    serverCosts: readonly ProcessCost[],
    generatorCosts: readonly ProcessCost[],
  ): OkTrial['processes'] {
    const { serverCores, generatorCores } = this.#arrangement();
    return {
      serverCpuUs: serverCosts.map(({ cpuUs }) => cpuUs),
      generatorCpuUs: generatorCosts.map(({ cpuUs }) => cpuUs),
      serverCores: coresIn(serverCores).length,
      generatorCores: coresIn(generatorCores).length,
    };
  }

  /** Gives them a moment to leave by themselves when all went well; kills them otherwise. */
  async close(): Promise<void> {
    const workers = [...this.#servers, ...this.#watched()];
    for (const worker of workers) worker.disconnect();
    await Promise.all(workers.map((worker) => worker.gone()));
    if (this.#profile !== null) await removeProfile(this.#profile);
  }

  /** Everybody who must not die, but for the servers. */
  #watched(): readonly Mortal[] {
    return [...this.#clients, ...this.#standbys, this.#crowd, this.#proxy].filter((worker) => worker !== null);
  }

  #arrangement(): TrialArrangement {
    return arrangementOf(this.#setting.plan, this.#setting.trial);
  }

  #places() {
    return placesOf(this.#arrangement(), this.#setting.network);
  }

  #serverArgument(workload: Workload, port: number): ServerArgument {
    const { plan, trial } = this.#setting;
    const { serverProcesses, addresses } = this.#arrangement();
    const { maxBufferedBytes } = plan;
    const [host, ...moreHosts] = loopbackAddresses(addresses);
    // A port taken exclusively stays taken while connections of a killed server linger in the kernel.
    const sharesPort = serverProcesses > 1 || restartsOf(workload).length > 0;
    const own = this.#hostFor(workload);
    // A server for pages on several addresses listens on all of them already.
    const others = own === host ? moreHosts : [];
    return { host: own, moreHosts: others, port, workload, seed: trial.seed, maxBufferedBytes, sharesPort };
  }

  /** Returns the port that clients connect to: the servers' own, or that of the proxy before them. */
  async #start(workload: Workload): Promise<number> {
    const { plan, trial, network } = this.#setting;
    const { maxSamples, bins } = plan;
    const { serverProcesses, clientWorkers } = this.#arrangement();
    const places = this.#places();
    // Both ends at once: half of a short trial would otherwise be start-up.
    const browser = this.#browserArgument();
    for (const range of splitSubscribers(workload.subscribers, browser === null ? clientWorkers : 1))
      this.#spawnClient(
        { trial, workload, range, maxSamples, bins, ...(browser === null ? {} : { browser }) },
        places.generator,
      );
    this.#crowd = this.#spawnCrowd(workload, places.generator);
    const first = this.#spawnServer(this.#serverArgument(workload, 0), places.server);
    const { port } = await either([first], first.next('ready', startTimeoutMs), this.#clients);
    // The others can only join once the first has a port.
    for (let i = 1; i < serverProcesses; i++) this.#spawnServer(this.#serverArgument(workload, port), places.server);
    await either(this.#servers, all(this.#servers.slice(1), 'ready', startTimeoutMs), this.#clients);
    network?.count(port);
    for (const _ of restartsOf(workload))
      this.#spawnServer({ ...this.#serverArgument(workload, port), standby: true }, places.server);
    await either(this.#servers, all(this.#standbys, 'standby', startTimeoutMs), this.#watched());
    const clientsPort = await this.#startProxy(workload, port, places.server);
    await either(this.#servers, all(this.#clients, 'loaded', startTimeoutMs), this.#watched());
    if (this.#crowd !== null) await either(this.#servers, this.#crowd.next('loaded', startTimeoutMs), this.#watched());
    return clientsPort;
  }

  async #startProxy(workload: Workload, targetPort: number, place: Place): Promise<number> {
    const { proxy = 'none', faults = [], payloadBytes } = workload;
    if (proxy === 'none') return targetPort;
    const argument = { proxy, host: '127.0.0.1', targetPort, payloadBytes, faults };
    this.#proxy = spawnProxy(argument, coreOf(place, 0), this.#stderrFile('proxy', 0));
    const { port } = await either(this.#servers, this.#proxy.next('ready', startTimeoutMs), this.#watched());
    return port;
  }

  #spawnCrowd(workload: Workload, place: Place): ClientWorker | null {
    const { plan, trial } = this.#setting;
    const count = workload.crowd ?? 0;
    if (count === 0) return null;
    return spawnClient({
      argument: {
        trial: { ...trial, client: 'raw', seed: deriveSeed(trial.seed, 'crowd') },
        workload: { ...workload, subscribers: count },
        range: { first: 0, count },
        maxSamples: 1,
        bins: plan.bins,
      },
      place,
      stderrFile: this.#stderrFile('crowd', 0),
    });
  }

  #browserArgument(): BrowserArgument | null {
    const { plan, trial, directory } = this.#setting;
    if (!isInBrowser(trial) || plan.browser.state === 'none') return null;
    const { executable, version, environment } = plan.browser;
    this.#profile = createProfile();
    return {
      executable,
      version,
      environment,
      profileFolder: this.#profile,
      pageFolder: pageFolder(directory),
      screenshotFile: join(directory, 'screenshots', `${trial.id}.png`),
    };
  }

  /** Several addresses only where nobody else is on the network. */
  #hostFor({ browser }: Workload): string {
    const hosts = browser?.hosts ?? 1;
    if (!isInBrowser(this.#setting.trial) || hosts === 1) return '127.0.0.1';
    if (this.#setting.network !== null) return '0.0.0.0';
    throw new WorkerFailure(
      'server-start',
      `pages on ${hosts} loopback addresses take a network of the run’s own, which needs root; see: pushlab doctor`,
    );
  }

  #spawnClient(argument: ClientArgument, place: Place): void {
    const index = this.#clients.length;
    this.#clients.push(
      spawnClient({
        argument,
        // A browser is several processes, and takes all cores there are for the generator.
        place: argument.browser === undefined ? coreOf(place, index) : place,
        stderrFile: this.#stderrFile('client', index),
      }),
    );
  }

  #spawnServer(argument: ServerArgument, place: Place): Worker<ToServer, FromServer> {
    const index = this.#servers.length + this.#standbys.length;
    const server = spawnServer({
      argument,
      subject: this.#setting.trial.subject,
      place: coreOf(place, index),
      stderrFile: this.#stderrFile('server', index),
    });
    (argument.standby === true ? this.#standbys : this.#servers).push(server);
    return server;
  }

  async #readWire(): Promise<WireReading | null> {
    return this.#setting.network === null ? null : this.#setting.network.read();
  }

  #stderrFile(role: 'server' | 'client' | 'crowd' | 'proxy', index: number): string {
    const who = index === 0 ? role : `${role}-${index + 1}`;
    return join(this.#setting.directory, 'stderr', `${this.#setting.trial.id}.${who}.txt`);
  }
}

/** The first so many of the loopback network, 127.0.0.0/8, whose addresses all lead to this machine. */
function loopbackAddresses(count: number): [string, ...string[]] {
  return ['127.0.0.1', ...Array.from({ length: count - 1 }, (_, i) => `127.0.0.${i + 2}`)];
}

function socketBytesBetween(before: number | null, after: number | null): number | null {
  return before === null || after === null ? null : Math.max(0, after - before);
}

interface Edge {
  readonly servers: readonly (CostReading | null)[];
  readonly clients: readonly TreeCost[];
  readonly crowd: CostReading | null;
  readonly proxy: CostReading | null;
  readonly loopback: Loopback | null;
  readonly noise: NoiseReading;
  readonly elapsedUs: number;
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

/** A process, as far as its end goes. */
interface Mortal {
  failed(): Promise<never>;
  disconnect(): void;
  gone(): Promise<void>;
}

const noMemory: MemoryReading = { rssBytes: null, anonymousBytes: null };

/** What comes first: the awaited thing, or the failure of a process it depends on. */
function either<T>(servers: readonly Mortal[], awaited: Promise<T>, others: readonly Mortal[] = []): Promise<T> {
  return Promise.race([awaited, ...[...servers, ...others].map((worker) => worker.failed())]);
}

/** The next message of each, in the order of the workers. */
function all<To extends { type: string }, From extends { type: string }, T extends From['type']>(
  workers: readonly Worker<To, From>[],
  type: T,
  timeoutMs: number,
): Promise<Extract<From, { type: T }>[]> {
  return Promise.all(workers.map((worker) => worker.next(type, timeoutMs)));
}

function costOf(
  before: CostReading | null | undefined,
  after: CostReading | null | undefined,
  memory: MemoryReading,
): ProcessCost {
  return costBetween(before ?? null, after ?? null, memory);
}

function sleepUntil(timeUs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, (timeUs - nowUs()) / 1000)));
}
