/** From what the processes of a trial report, and what was read of them, to the figures of its record. Pure. */
import type { Disturbance, ProxyReport } from '../../contract/control.js';
import type { ClientReport, ServerReport } from '../../contract/trial.js';
import { arrangementOf } from '../arrange.js';
import { mergeClientReports, mergeServerReports, sumCosts } from '../merge.js';
import { noiseBetween } from '../meters/noise.js';
import { costBetween, type MemoryReading } from '../meters/process-cost.js';
import { addCosts } from '../meters/process-tree.js';
import { socketBytesBetween } from '../meters/socket-memory.js';
import type { WireReading } from '../meters/wire.js';
import { countedWire, estimatedWire, loopbackBetween } from '../meters/wire-window.js';
import type { OkTrial, ProcessCost } from '../model.js';
import { coresIn } from '../places.js';
import type { Setting } from './arguments.js';
import type { Edge, Memory } from './readings.js';

export interface Reports {
  /** In the order of the client workers. */
  readonly clients: readonly ClientReport[];
  readonly crowd: ClientReport | null;
  readonly servers: readonly ServerReport[];
  readonly proxy: ProxyReport | null;
}

export interface Readings extends Pick<OkTrial, 'openMs' | 'idle' | 'generatorParts'> {
  readonly before: Edge;
  readonly after: Edge;
  /** From shortly before the window to its end. */
  readonly wire: readonly (WireReading | null)[];
  /** Before the first subscriber, and after the window. */
  readonly socketBytes: readonly [number | null, number | null];
  readonly memory: Memory;
  readonly restarts: readonly Disturbance[];
}

/** The record, but for what says which trial it was. */
export type Figures = Omit<
  OkTrial,
  'status' | 'trial' | 'planSha256' | 'startedAt' | 'elapsedMs' | 'client' | 'samplesFile' | 'warnings'
> & { readonly client: ClientReport };

const noMemory: MemoryReading = { rssBytes: null, anonymousBytes: null };

export function figuresOf(setting: Setting, reports: Reports, readings: Readings): Figures {
  const { proxy } = reports;
  const { openMs, idle, before, after, socketBytes, memory, generatorParts, restarts } = readings;
  const serverCosts = memory.servers.map((its, i) =>
    // After a restart the second reading is of another process.
    costBetween(restarts.length > 0 ? null : before.servers[i], after.servers[i], its),
  );
  const generatorCosts = memory.clients.map((its, i) =>
    costBetween(addCosts(before.clients[i]), addCosts(after.clients[i]), its),
  );
  const [serverCost, generatorCost] = [sumCosts(serverCosts), sumCosts(generatorCosts)];
  const crowdCpuUs = costBetween(before.crowd, after.crowd, noMemory).cpuUs;
  const proxyCpuUs = costBetween(before.proxy, after.proxy, noMemory).cpuUs;
  const ownCpuUs =
    serverCost.cpuUs === null || generatorCost.cpuUs === null
      ? null
      : serverCost.cpuUs + generatorCost.cpuUs + (crowdCpuUs ?? 0) + (proxyCpuUs ?? 0);
  const client = mergeClientReports(reports.clients);
  return {
    client,
    server: mergeServerReports(reports.servers),
    serverCost,
    generatorCost,
    processes: processesOf(setting, serverCosts, generatorCosts),
    generatorParts,
    crowd: crowdOf(setting, reports.crowd, crowdCpuUs),
    openMs,
    idle,
    // A proxy doubles every connection: what its other half took cannot be told apart.
    wire: proxy !== null ? null : wireOf(setting, client, readings),
    kernelSocketBytes: proxy !== null ? null : socketBytesBetween(...socketBytes),
    noise: noiseBetween(before.noise, after.noise, ownCpuUs),
    metering: { readings: 2, elapsedUs: before.elapsedUs + after.elapsedUs },
    disturbances: [...restarts, ...(proxy?.disturbances ?? [])].sort((a, b) => a.fromMs - b.fromMs),
    proxy: proxy === null ? null : { connections: proxy.connections, cut: proxy.cut },
  };
}

function processesOf(
  { plan, trial }: Setting,
  serverCosts: readonly ProcessCost[],
  generatorCosts: readonly ProcessCost[],
): OkTrial['processes'] {
  const { serverCores, generatorCores } = arrangementOf(plan, trial);
  return {
    serverCpuUs: serverCosts.map(({ cpuUs }) => cpuUs),
    generatorCpuUs: generatorCosts.map(({ cpuUs }) => cpuUs),
    serverCores: coresIn(serverCores).length,
    generatorCores: coresIn(generatorCores).length,
  };
}

function crowdOf({ workload }: Setting, report: ClientReport | null, cpuUs: number | null): OkTrial['crowd'] {
  if (report === null) return null;
  const { expected, delivered, superseded, lost, windowDelivered } = report;
  return { subscribers: workload.crowd ?? 0, expected, delivered, superseded, lost, windowDelivered, cpuUs };
}

function wireOf(
  { network }: Setting,
  { windowTraffic }: ClientReport,
  { before, after, wire }: Readings,
): OkTrial['wire'] {
  const loopback = loopbackBetween(before.loopback, after.loopback);
  return network === null ? estimatedWire(windowTraffic, loopback) : countedWire(wire, loopback);
}
