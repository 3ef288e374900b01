/**
 * The course of a trial. Its order is the method (docs/method.md): connect, start both ends by one clock, read at both
 * edges of the window, then let the rest arrive.
 */
import { nowUs } from '../../contract/clock.js';
import type { Disturbance, ProxyReport, Timeline } from '../../contract/control.js';
import type { Workload } from '../../contract/trial.js';
import { arrangementOf } from '../arrange.js';
import { readDescriptorLimits } from '../meters/environment.js';
import { countDescriptors } from '../meters/process-cost.js';
import { readSocketBytes } from '../meters/socket-memory.js';
import { startTimeoutMs, WorkerFailure } from '../worker.js';
import { loopbackAddresses } from './arguments.js';
import type { TrialEnds } from './ends.js';
import { type Figures, figuresOf, type Reports } from './figures.js';
import { measureIdle } from './idle.js';
import { readEdge, readMemoryOf, readParts, readWire, treesOf } from './readings.js';
import { replaceServer, restartsOf } from './restart.js';
import { all, orFailure, sleepUntil } from './waits.js';

/** Between 'start' and the source's epoch: time for the message to reach both processes. */
const leadMs = 50;
/** The first wire reading ends about when the window opens: `nft` takes some 10 ms, and must not take them from it. */
const wireLeadMs = 40;
/** A report of 200,000 subscribers takes a while to add up. */
const reportTimeoutMs = 30_000;
/** What a proxy lets through is there within milliseconds; what it holds back will not come before the first update. */
const proxyPatienceMs = 3_000;

/** @throws WorkerFailure when a process fails; what was started is left to `TrialEnds.close` */
export async function measure(ends: TrialEnds): Promise<Figures> {
  const { setting } = ends;
  const { workload } = setting;
  const port = await ends.launch();
  const socketBytesBefore = readSocketBytes();
  const openMs = await connect(ends, port);
  const trees = treesOf(ends);

  const timeline = timelineFrom(nowUs() + (leadMs + (workload.idleMs ?? 0)) * 1000, workload);
  for (const server of ends.servers) server.send({ type: 'start', ...timeline });
  for (const client of ends.everyClient) client.send({ type: 'start', ...timeline });
  ends.proxy?.send({ type: 'start', ...timeline });
  const idle = await ends.orFailure(measureIdle(ends, trees, timeline.startUs, socketBytesBefore));
  await ends.orFailure(sleepUntil(timeline.windowStartUs - wireLeadMs * 1000));
  const wireBefore = await readWire(setting);
  await ends.orFailure(sleepUntil(timeline.windowStartUs));

  const before = readEdge(ends, trees);
  const restarts = await throughWindow(ends, timeline);
  const after = readEdge(ends, trees);
  const wireAfter = await readWire(setting);
  const socketBytesAfter = readSocketBytes();
  const memory = readMemoryOf(ends, trees);
  const generatorParts = readParts(ends, trees, before, after);

  const reports = await collectReports(ends, timeline);
  return figuresOf(setting, reports, {
    openMs,
    idle,
    before,
    after,
    wire: [wireBefore, wireAfter],
    socketBytes: [socketBytesBefore, socketBytesAfter],
    memory,
    generatorParts,
    restarts,
  });
}

/** How long those measured took, in ms. */
async function connect(ends: TrialEnds, port: number): Promise<number> {
  const { plan, trial, workload } = ends.setting;
  const patienceMs = ends.proxy === null ? null : proxyPatienceMs;
  const [host, ...moreHosts] = loopbackAddresses(ends.proxy === null ? arrangementOf(plan, trial).addresses : 1);
  const timeoutMs = startTimeoutMs + workload.subscribers + (workload.crowd ?? 0);
  let openUs = 0;
  // The crowd first: its handshakes must not be in the way of what is measured.
  for (const some of [ends.crowd === null ? [] : [ends.crowd], ends.clients]) {
    openUs = nowUs();
    for (const client of some) client.send({ type: 'connect', host, moreHosts, port, patienceMs });
    await explained(ends, ends.orFailure(all(some, 'ready', timeoutMs)));
  }
  return (nowUs() - openUs) / 1000;
}

/** A server that may not open another file accepts nobody, and says nothing: its subscribers only wait. */
async function explained<T>({ servers }: TrialEnds, ready: Promise<T>): Promise<T> {
  try {
    return await ready;
  } catch (error) {
    const limit = readDescriptorLimits()?.hard;
    const full = servers.find(({ pid }) => limit !== undefined && countDescriptors(pid) >= limit);
    if (full === undefined || !(error instanceof WorkerFailure)) throw error;
    throw new WorkerFailure(
      'server-limit',
      `a server process reached its limit of ${limit} open files; share the connections among more (--server-processes) or raise the limit (ulimit -n)`,
    );
  }
}

/** When things happen, from the source's epoch (µs). */
function timelineFrom(startUs: number, workload: Workload): Timeline {
  const windowStartUs = startUs + workload.warmupMs * 1000;
  return { startUs, windowStartUs, windowEndUs: windowStartUs + workload.windowMs * 1000 };
}

/** Until the window ends, restarting the server on the way where the workload wants that. */
async function throughWindow(ends: TrialEnds, timeline: Timeline): Promise<Disturbance[]> {
  const disturbances: Disturbance[] = [];
  for (const { atMs, forMs } of restartsOf(ends.setting.workload)) {
    await ends.orFailure(sleepUntil(timeline.windowStartUs + atMs * 1000));
    const [old, replacement] = [ends.servers.pop(), ends.standbys.shift()];
    if (old === undefined || replacement === undefined) break;
    ends.servers.push(replacement);
    disturbances.push(await ends.orFailure(replaceServer(old, replacement, timeline, forMs)));
  }
  await ends.orFailure(sleepUntil(timeline.windowEndUs));
  return disturbances;
}

/** What each process says of the trial: the clients when everything has arrived or time is up, then the others. */
async function collectReports(ends: TrialEnds, timeline: Timeline): Promise<Reports> {
  const { servers, clients, everyClient } = ends;
  const { drainMs } = ends.setting.workload;
  for (const server of servers) server.send({ type: 'window' });
  // The same of every server: the schedule depends on the seed alone.
  const [window] = await all(servers, 'window', startTimeoutMs);
  const { firstWindowSeq, lastWindowSeq } = window as { firstWindowSeq: number; lastWindowSeq: number };
  const deadlineUs = timeline.windowEndUs + drainMs * 1000;
  for (const client of everyClient) client.send({ type: 'finish', firstWindowSeq, lastWindowSeq, deadlineUs });
  // A client that has reported exits, which is no failure.
  const ofClients = await orFailure(all(everyClient, 'report', drainMs + reportTimeoutMs), servers);
  for (const server of servers) server.send({ type: 'stop' });
  const ofServers = await all(servers, 'report', reportTimeoutMs);
  return {
    clients: ofClients.slice(0, clients.length).map(({ report }) => report),
    crowd: ofClients[clients.length]?.report ?? null,
    servers: ofServers.map(({ report }) => report),
    proxy: await stopProxy(ends),
  };
}

async function stopProxy({ proxy }: TrialEnds): Promise<ProxyReport | null> {
  if (proxy === null) return null;
  proxy.send({ type: 'stop' });
  return (await proxy.next('report', reportTimeoutMs)).report;
}
