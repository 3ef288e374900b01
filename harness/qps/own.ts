/** One block of our own generator: worker processes on the generator's cores, their reports added up. */
import hdr from 'hdr-histogram-js';
import { nowUs } from '../../contract/clock.js';
import {
  type ConnectionMode,
  type FromLoad,
  type LoadArgument,
  type LoadReport,
  requestErrorKinds,
  type SocketCalls,
  socketCalls,
  type ToLoad,
} from '../../contract/qps.js';
import { readThreads, type ThreadCost, threadCostBetween } from '../meters/thread-cost.js';
import { coreOf, type Place } from '../places.js';
import { startTimeoutMs, Worker } from '../worker.js';
import { type BlockContext, limitOf } from './block.js';
import type { Measured, Settings } from './model.js';
import { watchStrangers } from './strangers.js';
import type { Target } from './target.js';

/** Between 'start' and the first request: time for the message to reach every worker. */
const leadMs = 50;
/** A report is a few kB, made in some ms; this allows for a very busy machine. */
const reportTimeoutMs = 20_000;

/** @throws WorkerFailure when a worker fails; none is left running then */
export async function runOwnBlock(target: Target, mode: ConnectionMode, context: BlockContext): Promise<Measured> {
  const { settings, generatorCores, abort } = context;
  const place: Place = { cores: generatorCores, enter: [] };
  const workers: LoadWorker[] = [];
  try {
    const shares = split(settings.connections, Math.min(settings.threads, settings.connections));
    for (const [index, connections] of shares.entries()) {
      const argument: LoadArgument = {
        address: target.address,
        port: target.port,
        host: target.host,
        path: target.path,
        connections,
        mode,
        pipeline: mode === 'close' ? 1 : settings.pipeline,
        rateHz: settings.rateHz === null ? null : (settings.rateHz * connections) / settings.connections,
        timeoutMs: settings.timeoutMs,
        sockets: socketsOf(settings),
      };
      workers.push(
        new Worker<ToLoad, FromLoad>('client', '../clients/qps/main.ts', argument, coreOf(place, index), null),
      );
    }
    return await Promise.race([measure(workers, mode, context), abort]);
  } finally {
    for (const worker of workers) worker.disconnect();
    await Promise.all(workers.map((worker) => worker.gone()));
  }
}

/** What a worker may use, in the order in which it tries. */
function socketsOf({ engine, documentedSockets }: Settings): SocketCalls[] {
  if (documentedSockets) return ['documented'];
  if (engine === 'io_uring') return ['io_uring'];
  return engine === 'libuv' ? ['bare', 'documented'] : ['io_uring', 'bare', 'documented'];
}

type LoadWorker = Worker<ToLoad, FromLoad>;

async function measure(workers: readonly LoadWorker[], mode: ConnectionMode, context: BlockContext): Promise<Measured> {
  const { settings, serverPids } = context;
  await everyone(workers, (worker) => worker.next('loaded', startTimeoutMs));
  for (const worker of workers) worker.send({ type: 'connect' });
  const ready = await everyone(workers, (worker) => worker.next('ready', startTimeoutMs + settings.connections));

  const startUs = nowUs() + leadMs * 1000;
  const windowStartUs = startUs + settings.warmupS * 1e6;
  const windowEndUs = windowStartUs + settings.durationS * 1e6;
  for (const worker of workers) worker.send({ type: 'start', startUs, windowStartUs, windowEndUs });
  await everyone(workers, (worker) => Promise.race([sleepUntil(windowStartUs), worker.failed()]));
  const generatorPids = workers.map(({ pid }) => pid);
  const before = readThreads(serverPids);
  const generatorBefore = readThreads(generatorPids);
  const strangers = watchStrangers(context);
  await everyone(workers, (worker) => Promise.race([sleepUntil(windowEndUs), worker.failed()]));
  const server = threadCostBetween(before, readThreads(serverPids));
  const generatorUs = threadCostBetween(generatorBefore, readThreads(generatorPids)).cpuUs;
  const strangersShare = strangers.share(server.cpuUs, generatorUs);
  const reports = await everyone(workers, (worker) => worker.next('report', reportTimeoutMs));
  return addUp(
    reports.map(({ report }) => report),
    server,
    strangersShare,
    ready.reduce((sum, { opened }) => sum + opened, 0),
    mode === 'close' ? 1 : settings.pipeline,
  );
}

/** @param slots requests that each connection has outstanding */
function addUp(
  reports: readonly LoadReport[],
  server: ThreadCost,
  strangersShare: number | null,
  opened: number,
  slots: number,
): Measured {
  const sum = (of: (report: LoadReport) => number): number => reports.reduce((total, report) => total + of(report), 0);
  const responses = sum((report) => report.responses);
  const requests = sum((report) => report.requests);
  const elapsedS = sum((report) => report.elapsedUs) / reports.length / 1e6;
  const isOpen = reports.every(({ offered }) => offered !== null);
  const [first, ...rest] = reports.map(({ latency }) => hdr.decodeFromCompressedBase64(latency.encoded));
  const histogram = first as hdr.Histogram;
  for (const other of rest) histogram.add(other);
  const meanUs = responses === 0 ? null : sum((report) => report.latencySumUs) / responses;
  const at = (percent: number): number | null => (responses === 0 ? null : histogram.getValueAtPercentile(percent));
  const perS = responses / elapsedS;
  const share = Math.max(...reports.map(({ cpuUs, elapsedUs }) => cpuUs / elapsedUs));
  const errors: Measured['errors'] = {};
  const errorExamples: Measured['errorExamples'] = {};
  for (const report of reports)
    for (const kind of requestErrorKinds) {
      const tally = report.errors[kind];
      if (tally === undefined) continue;
      errors[kind] = (errors[kind] ?? 0) + tally.count;
      errorExamples[kind] ??= tally.example;
    }
  return {
    requests: responses,
    elapsedS,
    requestsPerS: perS,
    bytesPerResponse: responses === 0 ? null : sum((report) => report.bytesDown) / responses,
    bytesPerRequest: requests === 0 ? null : sum((report) => report.bytesUp) / requests,
    latency: { meanUs, p50Us: at(50), p90Us: at(90), p99Us: at(99), p999Us: at(99.9), maxUs: at(100) },
    histogram: { unit: 'us', count: histogram.totalCount, encoded: hdr.encodeIntoCompressedBase64(histogram) },
    errors,
    errorExamples,
    connectionsOpened: opened,
    offeredPerS: isOpen ? sum((report) => report.offered ?? 0) / elapsedS : null,
    slipMeanUs: isOpen ? sum((report) => report.slipMeanUs ?? 0) / reports.length : null,
    unanswered: sum((report) => report.unanswered),
    generatorCpuUs: sum((report) => report.cpuUs),
    serverCpuUs: server.cpuUs,
    generatorShare: share,
    serverShare: server.busiest,
    limit: limitOf(share, server.busiest),
    strangersShare,
    // In an open model fewer are under way than there are connections, and that is no fault.
    littlesLaw: meanUs === null || isOpen ? null : (perS * meanUs) / 1e6 / (opened * slots),
    // The slowest of them, should they differ.
    sockets:
      reports.map(({ sockets }) => sockets).sort((a, b) => socketCalls.indexOf(b) - socketCalls.indexOf(a))[0] ?? null,
  };
}

/** Waits for all, and fails as soon as one does. */
function everyone<T>(workers: readonly LoadWorker[], wait: (worker: LoadWorker) => Promise<T>): Promise<T[]> {
  return Promise.all(workers.map(wait));
}

/** As evenly as it goes. */
export function split(total: number, parts: number): number[] {
  return Array.from({ length: parts }, (_, i) => Math.floor((total + i) / parts));
}

function sleepUntil(timeUs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, (timeUs - nowUs()) / 1000)));
}
