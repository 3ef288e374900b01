/**
 * Every figure an arm can have: what it is divided by, and where it comes from in a trial.
 *
 * A null is "not measured in this trial", never zero; an arm without any value lacks the metric. Times
 * belong to updates intended inside the window; rates, bytes and CPU to the time between two snapshots, and are
 * divided by what was delivered between the same two.
 */
import hdr from 'hdr-histogram-js';
import type { EncodedHistogram, Workload } from '../contract/trial.js';
import type { MetricId, OkTrial, ProcessCost, ProcessPart } from './model.js';

type Metric = (trial: OkTrial, workload: Workload) => number | null;

export const metrics: Readonly<Record<MetricId, Metric>> = {
  latencyP50Us: ({ client }) => percentile(client.latency, 50),
  latencyP90Us: ({ client }) => percentile(client.latency, 90),
  latencyP99Us: ({ client }) => percentile(client.latency, 99),
  latencyMaxUs: ({ client }) => percentile(client.latency, 100),
  latencyMeanUs: ({ client }) => mean(client.latency),
  serviceLatencyP50Us: ({ client }) => percentile(client.serviceLatency, 50),
  serviceLatencyP90Us: ({ client }) => percentile(client.serviceLatency, 90),
  serviceLatencyP99Us: ({ client }) => percentile(client.serviceLatency, 99),
  serviceLatencyMaxUs: ({ client }) => percentile(client.serviceLatency, 100),
  serviceLatencyMeanUs: ({ client }) => mean(client.serviceLatency),
  slipP50Us: ({ server }) => percentile(server.slip, 50),
  // One value for each batch that the source handed over, to all subscribers.
  handoverP50Us: ({ server }) => percentile(server.handover, 50),
  handoverP99Us: ({ server }) => percentile(server.handover, 99),
  handoverMeanUs: ({ server }) => mean(server.handover),
  // Polling clients only: request sent → response in.
  responseTimeMeanUs: ({ client }) => client.responseTimeMeanUs,
  stalenessMeanUs: ({ client }) => client.stalenessMeanUs,
  stalenessP50Us: ({ client }) => percentile(client.staleness, 50),
  stalenessP95Us: ({ client }) => percentile(client.staleness, 95),

  // Per second, over all subscribers. Offered and goodput are of the window's updates; achieved is what
  // arrived while it was open.
  offeredPerS: ({ client }, { windowMs }) => (client.expected / windowMs) * 1000,
  achievedPerS: ({ client }) => (client.windowDelivered / client.windowActualMs) * 1000,
  goodputPerS: ({ client }, { windowMs }) => (client.delivered / windowMs) * 1000,

  // Shares of subscribers × updates intended inside the window.
  deliveredShare: ({ client }) => share(client.delivered, client.expected),
  lostShare: ({ client }) => share(client.lost, client.expected),
  supersededShare: ({ client }) => share(client.superseded, client.expected),

  downPayloadBytesPerUpdate: (trial) => perUpdate(trial.client.windowTraffic.down.payload, trial),
  downRepeatedBytesPerUpdate: (trial) => perUpdate(trial.client.windowTraffic.down.repeated, trial),
  downFramingBytesPerUpdate: (trial) => perUpdate(trial.client.windowTraffic.down.framing, trial),
  downHeadBytesPerUpdate: (trial) => perUpdate(trial.client.windowTraffic.down.heads, trial),
  upPayloadBytesPerUpdate: (trial) => perUpdate(trial.client.windowTraffic.up.payload, trial),
  upFramingBytesPerUpdate: (trial) => perUpdate(trial.client.windowTraffic.up.framing, trial),
  upHeadBytesPerUpdate: (trial) => perUpdate(trial.client.windowTraffic.up.heads, trial),
  bytesPerUpdate: (trial) => {
    const { down, up } = trial.client.windowTraffic;
    return perUpdate(sum([...Object.values(down), ...Object.values(up)]), trial);
  },
  // The loopback counts exactly between the snapshots but both ways together; nftables counts each way, but
  // over a longer interval. So the sum is exact and its division is that of the longer interval.
  wireDownBytesPerUpdate: (trial) => wirePerUpdate(trial, ({ window, down, up }) => window.bytes * part(down, up)),
  wireUpBytesPerUpdate: (trial) => wirePerUpdate(trial, ({ window, down, up }) => window.bytes * part(up, down)),
  wirePacketsPerUpdate: (trial) => wirePerUpdate(trial, ({ window }) => window.packets),
  // Both ways, before the window, per subscriber: of a trial without a warm-up that is the handshake.
  setupBytes: ({ client: { setupTraffic } }, { subscribers }) => {
    const { down, up } = setupTraffic;
    const total = sum([...Object.values(down), ...Object.values(up)]);
    return total === null ? null : total / subscribers;
  },
  requestsPerUpdate: (trial) => perUpdate(trial.client.windowRequests, trial),
  uselessPollShare: ({ client }) => share(client.windowUselessPolls, client.windowRequests),
  // Of what the sockets brought down: first-time updates ÷ everything, HTTP heads included, TCP/IP not.
  downPayloadShare: ({ client }) =>
    share(client.windowTraffic.down.payload, sum(Object.values(client.windowTraffic.down))),

  duplicateShare: ({ client }) => share(client.duplicate, client.expected),
  // From noticing that the server is lost to the next new update; the share is of those that noticed.
  resumeP50Us: ({ client }) => percentile(client.disruptions.resume, 50),
  resumeMaxUs: ({ client }) => percentile(client.disruptions.resume, 100),
  resumedShare: ({ client }) => share(client.disruptions.resumed, client.disruptions.noticed),

  // Of the server process that was there last, until the window had ended; pull transports have none.
  streamsBegunPerSubscriber: (trial, workload) => streamsPerSubscriber(trial, workload, 'begun'),
  streamsOpenPerSubscriber: (trial, workload) => streamsPerSubscriber(trial, workload, 'open'),
  // TCP connections that something between the ends accepted, also while there was no server behind it.
  proxyConnectionsPerSubscriber: ({ proxy }, { subscribers }) =>
    proxy === null ? null : proxy.connections / subscribers,

  serverCpuUsPerUpdate: (trial) => perServedUpdate(trial.serverCost.cpuUs, trial),
  serverUserUsPerUpdate: (trial) => perServedUpdate(trial.serverCost.userUs, trial),
  serverSystemUsPerUpdate: (trial) => perServedUpdate(trial.serverCost.systemUs, trial),
  serverCpuShare: (trial) => coreShare(trial.serverCost, trial),
  generatorCpuUsPerUpdate: (trial) => perUpdate(trial.generatorCost.cpuUs, trial),
  generatorCpuShare: (trial) => coreShare(trial.generatorCost, trial),
  serverSwitchesPerUpdate: (trial) => perServedUpdate(switches(trial.serverCost), trial),
  // Runnable and not running: what the core did instead is in the trial's noise.
  serverWaitShare: (trial) => windowShare(trial.serverCost.waitUs, trial),
  generatorWaitShare: (trial) => windowShare(trial.generatorCost.waitUs, trial),
  serverRssBytes: ({ serverCost }) => serverCost.rssBytes,
  generatorRssBytes: ({ generatorCost }) => generatorCost.rssBytes,
  serverAnonymousBytes: ({ serverCost }) => serverCost.anonymousBytes,
  generatorAnonymousBytes: ({ generatorCost }) => generatorCost.anonymousBytes,
  kernelSocketBytes: ({ kernelSocketBytes }) => kernelSocketBytes,

  // Only of pages in a browser.
  pageClockBoundUs: ({ client }) => client.browser?.clock.boundUs ?? null,
  firstUpdateUs: ({ client }) => client.browser?.firstUpdateUs ?? null,
  pageTaskUsPerUpdate: (trial) => perUpdate(trial.client.browser?.taskUs ?? null, trial),
  pageScriptUsPerUpdate: (trial) => perUpdate(trial.client.browser?.scriptUs ?? null, trial),
  pageLongTaskShare: ({ client }) =>
    client.browser === null ? null : client.browser.longTaskUs / (client.windowActualMs * 1000 * client.browser.pages),
  pageHeapBytes: ({ client }) => client.browser?.heapBytes ?? null,
  // Counted during the warm-up, and divided by what arrived then.
  devtoolsDownBytesPerUpdate: ({ client: { browser } }) =>
    browser === null || browser.devtools === null
      ? null
      : share(browser.devtools.downBytes, browser.devtools.deliveries),
  // What the sockets carried down, out of what the wire did: for clients that cannot see their sockets.
  wireStreamDownBytesPerUpdate: (trial) =>
    trial.wire?.method !== 'counted'
      ? null
      : wirePerUpdate(
          trial,
          ({ window, down, up }) =>
            window.bytes * part(down, up) - headerBytesPerPacket * window.packets * packetPart(down, up),
        ),
  driverCpuUsPerUpdate: (trial) => partPerUpdate(trial, 'driver'),
  browserCpuUsPerUpdate: (trial) => partPerUpdate(trial, 'browser'),
  rendererCpuUsPerUpdate: (trial) => partPerUpdate(trial, 'renderer'),
  networkCpuUsPerUpdate: (trial) => partPerUpdate(trial, 'network'),
  rendererAnonymousBytes: ({ generatorParts }) =>
    generatorParts.find(({ role }) => role === 'renderer')?.anonymousBytes ?? null,
  openMs: ({ openMs }) => openMs,
  openedPerS: ({ openMs }, { subscribers }) => (openMs === 0 ? null : (subscribers / openMs) * 1000),
  // From the first subscriber that has an update to the last. Of several updates the earliest and the latest arrival
  // would belong to different ones.
  spreadUs: ({ client, server }) =>
    server.lastWindowSeq === 0 || server.firstWindowSeq !== server.lastWindowSeq ? null : spread(client.latency),
  idleServerCpuShare: ({ idle }) => idleShare(idle, idle?.serverCpuUs),
  idleGeneratorCpuShare: ({ idle }) => idleShare(idle, idle?.generatorCpuUs),
  idleServerAnonymousBytes: ({ idle }) => idle?.serverAnonymousBytes ?? null,
  idleGeneratorAnonymousBytes: ({ idle }) => idle?.generatorAnonymousBytes ?? null,
  idleKernelSocketBytes: ({ idle }) => idle?.kernelSocketBytes ?? null,
};

/** IPv4 and TCP with timestamps: what each packet has before its data (RFC 791, 9293, 7323). */
const headerBytesPerPacket = 20 + 20 + 12;

export function decode(histogram: EncodedHistogram): hdr.Histogram {
  return hdr.decodeFromCompressedBase64(histogram.encoded);
}

/** Share of one core used between the snapshots; null where CPU time was not measured. */
export function coreShare(cost: ProcessCost, trial: Pick<OkTrial, 'client'>): number | null {
  return windowShare(cost.cpuUs, trial);
}

/** A time as a share of that between the snapshots. */
export function windowShare(us: number | null, { client }: Pick<OkTrial, 'client'>): number | null {
  return us === null ? null : us / (client.windowActualMs * 1000);
}

function switches({ voluntarySwitches, involuntarySwitches }: ProcessCost): number | null {
  return voluntarySwitches === null || involuntarySwitches === null ? null : voluntarySwitches + involuntarySwitches;
}

export function percentile(histogram: EncodedHistogram, percent: number): number | null {
  return histogram.count === 0 ? null : decode(histogram).getValueAtPercentile(percent);
}

function spread(histogram: EncodedHistogram): number | null {
  if (histogram.count === 0) return null;
  const decoded = decode(histogram);
  return decoded.maxValue - decoded.minNonZeroValue;
}

function idleShare(idle: OkTrial['idle'], cpuUs: number | null | undefined): number | null {
  return idle === null || cpuUs == null ? null : cpuUs / (idle.elapsedMs * 1000);
}

function mean(histogram: EncodedHistogram): number | null {
  return histogram.count === 0 ? null : decode(histogram).mean;
}

/** Per first-time arrival of an update at a subscriber. */
function perUpdate(amount: number | null, { client }: OkTrial): number | null {
  return amount === null || client.windowDelivered === 0 ? null : amount / client.windowDelivered;
}

/** The same of all the server delivered, a crowd's included: for what cannot be told apart by subscriber. */
function perServedUpdate(amount: number | null, { client, crowd }: OkTrial): number | null {
  const served = client.windowDelivered + (crowd?.windowDelivered ?? 0);
  return amount === null || served === 0 ? null : amount / served;
}

function wirePerUpdate(trial: OkTrial, amount: (wire: NonNullable<OkTrial['wire']>) => number): number | null {
  return trial.wire === null ? null : perServedUpdate(amount(trial.wire), trial);
}

/** What one way has of the bytes of both; nothing when nothing went either way. */
function part(one: { readonly bytes: number }, other: { readonly bytes: number }): number {
  return share(one.bytes, one.bytes + other.bytes) ?? 0;
}

function packetPart(one: { readonly packets: number }, other: { readonly packets: number }): number {
  return share(one.packets, one.packets + other.packets) ?? 0;
}

function partPerUpdate(trial: OkTrial, role: ProcessPart['role']): number | null {
  return trial.client.browser === null
    ? null
    : perUpdate(trial.generatorParts.find((part) => part.role === role)?.cpuUs ?? null, trial);
}

function streamsPerSubscriber({ server, crowd }: OkTrial, { subscribers }: Workload, which: 'begun' | 'open'): number {
  return server.streams[which] / (subscribers + (crowd?.subscribers ?? 0));
}

function share(part: number, whole: number | null): number | null {
  return whole === null || whole === 0 ? null : part / whole;
}

/** Null when a part of it was not measured. */
function sum(values: readonly (number | null)[]): number | null {
  let total = 0;
  for (const value of values) {
    if (value === null) return null;
    total += value;
  }
  return total;
}
