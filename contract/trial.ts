/**
 * What a trial is, as every process sees it. The schemas are the truth; types are inferred from them.
 *
 * Workers import types only, so the schema library is never loaded where something is measured.
 */
import { z } from 'zod';
import { clientKinds, maxPages, pageFeatures } from './clients.js';
import { faultKindIds, isConnectionFault } from './faults.js';
import { proxyIds } from './proxies.js';
import { transportIds } from './transports.js';
import { updateHeaderBytes } from './update.js';

const positiveInt = z.number().int().positive();
const count = z.number().int().nonnegative();

export { type ClientKind, clientKinds } from './clients.js';

/** How the source publishes: mean rate and arrival process. */
const updateProcessSchema = z.strictObject({
  rateHz: z.number().positive().max(100_000).describe('mean updates per second'),
  arrival: z.enum(['periodic', 'poisson', 'bursts']),
  burstSize: positiveInt.max(10_000).default(1).describe('updates at one instant; only used by bursts'),
});
export type UpdateProcess = z.infer<typeof updateProcessSchema>;

/** How polling clients ask. */
const pollSchema = z.strictObject({
  intervalMs: z.number().positive().max(3_600_000),
  pacing: z
    .enum(['request-start', 'response-end'])
    .describe('request-start: polls on a fixed schedule; response-end: re-armed after each response (closed loop)'),
  phase: z.enum(['random', 'zero']).describe('random: each subscriber starts at its own seeded point of the interval'),
  connection: z.enum(['keep-alive', 'per-request']),
});

const scheduledFaultSchema = z.strictObject({
  kind: z.enum(faultKindIds),
  atMs: count.max(3_600_000).describe('after the start of the window'),
  forMs: count
    .max(600_000)
    .default(0)
    .describe('how long wrong answers are given; how long a killed server stays away at least'),
});

/** How browser clients are set up; raw ones ignore it. */
const browserWorkloadSchema = z.strictObject({
  condition: z
    .enum(['ordinary', 'hidden', 'offline', 'cpu-throttled'])
    .default('ordinary')
    .describe('of the pages while they are measured; offline: for the middle third of the window; cpu-throttled: 4×'),
  pages: positiveInt
    .max(maxPages)
    .nullable()
    .default(null)
    .describe('the subscribers are dealt out over them; null: one page each, up to 5'),
  contexts: z
    .enum(['own', 'shared'])
    .default('own')
    .describe('own: each page is a user of its own, with connections of its own; shared: pages are tabs of one user'),
  hosts: positiveInt
    .max(16)
    .default(1)
    .describe('loopback addresses that the pages are dealt out over; several need a network of the run’s own'),
  mayStall: z.boolean().default(false).describe('to show a limit on purpose: some subscribers may never connect'),
});
export type BrowserWorkload = z.infer<typeof browserWorkloadSchema>;

export const workloadSchema = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9][a-z0-9.-]*$/),
    title: z.string().min(1),
    subscribers: positiveInt.max(200_000),
    updates: updateProcessSchema,
    payloadBytes: z
      .number()
      .int()
      .min(updateHeaderBytes, `an update needs at least ${updateHeaderBytes} bytes for its header`)
      .max(16 * 1024 * 1024),
    poll: pollSchema,
    longPollTimeoutMs: positiveInt.max(600_000),
    delivery: z.enum(['latest', 'every']),
    idleMs: count
      .max(3_600_000)
      .optional()
      .describe(
        'between the last subscriber connected and the source’s start: all are subscribed, nothing is published',
      ),
    warmupMs: count.max(600_000),
    windowMs: positiveInt.max(3_600_000),
    drainMs: positiveInt.max(600_000).describe('longest wait after the window for updates still on their way'),
    proxy: z.enum(proxyIds).optional().describe('what stands between client and server; absent: nothing'),
    faults: z.array(scheduledFaultSchema).max(100).optional().describe('what happens while the window is open'),
    resume: z
      .boolean()
      .optional()
      .describe('whether who connects again says where it was (Last-Event-ID, since); absent: yes'),
    browser: browserWorkloadSchema.optional(),
    sockets: z
      .enum(['auto', 'libuv'])
      .optional()
      .describe('of raw subscribers; auto: an io_uring where the machine has one, else libuv; absent: libuv'),
    crowd: count
      .max(200_000)
      .optional()
      .describe(
        'raw subscribers of the same transport beside the measured ones; they load the server and are not measured',
      ),
  })
  .refine(({ drainMs, poll }) => drainMs > poll.intervalMs, {
    path: ['drainMs'],
    // Otherwise polling would be charged with a loss that is our own impatience.
    error: 'must be longer than poll.intervalMs, so that every poller can ask once more',
  })
  .refine(({ faults = [], windowMs }) => faults.every(({ atMs }) => atMs < windowMs), {
    path: ['faults'],
    error: 'atMs must lie inside the window',
  })
  .refine(({ faults = [], proxy }) => proxy === 'transparent' || !faults.some(isConnectionFault), {
    path: ['proxy'],
    error: 'must be transparent for faults of connections: the proxy makes them',
  });
export type Workload = z.infer<typeof workloadSchema>;

/** How many processes and addresses a trial takes, and where they run. */
const arrangementSchema = z.strictObject({
  serverProcesses: positiveInt.describe('sharing one port (SO_REUSEPORT)'),
  clientWorkers: positiveInt.describe(
    'generator processes, which share the subscribers; fewer subscribers than that get as many',
  ),
  addresses: positiveInt
    .max(254)
    .describe('loopback addresses the servers listen on, from 127.0.0.1: each gives all local ports once more'),
  serverCores: z.string().nullable().describe('taskset list, or null when not pinned'),
  generatorCores: z.string().nullable(),
});
export type TrialArrangement = z.infer<typeof arrangementSchema>;

/** One cell of the experiment: transport × subject × client kind × workload × repetition. */
export const trialPlanSchema = z.strictObject({
  id: z.string(),
  index: count,
  repetition: count,
  subject: z.string(),
  transport: z.enum(transportIds),
  client: z.enum(clientKinds),
  workloadId: z.string(),
  seed: count,
  arrangement: arrangementSchema
    .optional()
    .describe('absent: one process at each end on the plan’s cores, and one address'),
  refused: z
    .string()
    .optional()
    .describe('why this machine cannot run it, found before the first trial; it is reported as not run'),
});
export type TrialPlan = z.infer<typeof trialPlanSchema>;

/** Bytes one way, in parts that add up to what the sockets carried. A page cannot see all of them. */
const byteCountsSchema = z.strictObject({
  payload: count.describe('updates, on their first arrival, and what has arrived of one that is not whole'),
  repeated: count.describe('updates this subscriber already had: a poll that found nothing new, a duplicate'),
  framing: count
    .nullable()
    .describe('what the transport wraps around them: SSE fields, JSON, frame heads, chunk sizes; null: not measured'),
  heads: count.nullable().describe('HTTP request lines, status lines and header fields; null: not measured'),
});
export type ByteCounts = z.infer<typeof byteCountsSchema>;

const trafficSchema = z.strictObject({ down: byteCountsSchema, up: byteCountsSchema });
export type Traffic = z.infer<typeof trafficSchema>;

/** A latency distribution: HdrHistogram (V2 compressed, base64), values in µs. */
const histogramSchema = z.strictObject({ unit: z.literal('us'), count, encoded: z.string() });
export type EncodedHistogram = z.infer<typeof histogramSchema>;

/** `descriptors` and `ports`: a connection not tried because this process, or its machine, had none of them left. */
export const errorKinds = [
  'connect',
  'descriptors',
  'ports',
  'reset',
  'status',
  'parse',
  'timeout',
  'content',
] as const;
export type ErrorKind = (typeof errorKinds)[number];

/** What is only known of pages in a browser. Times are summed over all pages of the trial. */
const browserReportSchema = z.strictObject({
  version: z.string(),
  features: z
    .record(z.enum(pageFeatures), z.boolean())
    .describe('whether the platform has them, as the first page found'),
  pages: positiveInt,
  connected: count.describe('subscribers whose connection stood when the source started'),
  clock: z.strictObject({
    boundUs: z.number().nonnegative().describe('no page’s time, put on the common clock, is further off than this'),
    brokenByUs: z
      .number()
      .nonnegative()
      .describe('how far the mapping lies outside of what the pings allow; 0 as long as it can be right'),
    driftUs: z.number().describe('largest change of the middle of that bound between before and after, of any page'),
    exchanges: count.describe('pings, of all pages, before and after'),
  }),
  firstUpdateUs: z
    .number()
    .nullable()
    .describe(
      'navigation start → first update in a page opened while updates flow; null: it got none, or there was none, as where faults are made',
    ),
  connectUs: z.number().nullable().describe('told to connect → every connection stands, over all pages'),
  taskUs: z.number().describe('main threads busy between the snapshots'),
  scriptUs: z.number().describe('of that, running JavaScript'),
  longTasks: count.describe('tasks over 50 ms that began in the window'),
  longTaskUs: z.number(),
  heapBytes: count.describe('JavaScript heaps at the end of the window'),
  devtools: z
    .strictObject({
      deliveries: count.describe('first arrivals while DevTools counted'),
      downBytes: count.describe('as DevTools counts: heads and bodies of finished responses, chunks, frames'),
      durationUs: z.number(),
    })
    .nullable()
    .describe('counted during the warm-up only, because its events cost the page time; null: no warm-up'),
});
export type BrowserReport = z.infer<typeof browserReportSchema>;

/** What one client worker remembers of one trial, or all of them together. */
export const clientReportSchema = z.strictObject({
  expected: count.describe('subscribers × updates intended inside the window'),
  delivered: count.describe('distinct updates of the window that arrived, over all subscribers'),
  lost: count,
  superseded: count.describe('replaced by a newer update before this client asked'),
  duplicate: count,
  outOfOrder: count,
  reconnects: count,
  errors: z.record(z.enum(errorKinds), count),
  latency: histogramSchema.describe('received − intended'),
  serviceLatency: histogramSchema.describe('received − published'),
  staleness: histogramSchema.describe('age of the newest update held, sampled at Poisson instants of the window'),
  stalenessMeanUs: z.number().nonnegative().nullable().describe('time average over subscribers; null: none held any'),
  stalenessCoverageUs: z.number().nonnegative().describe('subscriber time which that average covers'),
  windowDelivered: count.describe('first-time arrivals between the two byte snapshots, whatever their intended time'),
  windowRequests: count.describe('requests sent between the two byte snapshots'),
  windowUselessPolls: count.describe('responses that carried no new update, between the two byte snapshots'),
  windowResponses: count.describe('whole responses to requests of polling clients, between the two byte snapshots'),
  responseTimeMeanUs: z.number().nullable().describe('request sent → response in, of those; null: there were none'),
  windowTraffic: trafficSchema,
  setupTraffic: trafficSchema.describe('everything before the first byte snapshot: handshakes and warm-up'),
  windowActualMs: z.number().positive().describe('time between the two byte snapshots'),
  disruptions: z
    .strictObject({
      noticed: count.describe(
        'times a subscriber noticed that it had lost the server, until it had a new update again',
      ),
      resumed: count.describe('times it did have one again'),
      skipped: count.describe('updates between the newest held before and the first after, over all resumptions'),
      resume: histogramSchema.describe('loss noticed → next new update'),
    })
    .describe('over the whole trial'),
  deliveriesPerBin: z.array(count).describe('arrivals over the window, in equal bins'),
  samples: z
    .array(z.tuple([count, count, z.number(), z.number(), z.number()]))
    .describe('[subscriber, seq, intended, published, received]; times in µs after the window start'),
  sockets: z.enum(['io_uring', 'libuv']).optional().describe('what raw subscribers had theirs from; absent: libuv'),
  samplesEvery: positiveInt.describe('1 of this many deliveries was kept as a sample'),
  browser: browserReportSchema.nullable().describe('null: not a browser'),
});
export type ClientReport = z.infer<typeof clientReportSchema>;

/** What the server says of one trial; after a restart, what the last one says. */
export const serverReportSchema = z.strictObject({
  published: count.describe('number of the newest update'),
  firstWindowSeq: count,
  lastWindowSeq: count.describe('0 when the window held no update'),
  slip: histogramSchema.describe('published − intended, for updates of the window'),
  handover: histogramSchema.describe(
    'from the tick of the source until all that it published was written for every subscriber; one value per tick',
  ),
  droppedSlow: count.describe('connections closed because their buffered bytes passed the cap'),
  requests: count,
  connections: count,
  streams: z
    .strictObject({ begun: count, open: count })
    .describe('event streams, HTTP streams and WebSockets: begun until the window had ended, and open then'),
});
export type ServerReport = z.infer<typeof serverReportSchema>;
