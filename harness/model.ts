/**
 * The files of a run, as schemas: `plan.json → trials.ndjson → summary.json → verdicts.json`.
 *
 * Claims, suites and reports may import this file and nothing else of the harness.
 * To be published as JSON Schema in `schemas/`.
 */
import { z } from 'zod';
import { pageFeatures } from '../contract/clients.js';
import { vanishWays } from '../contract/control.js';
import { faultKindIds } from '../contract/faults.js';
import { transportIds } from '../contract/transports.js';
import {
  clientKinds,
  clientReportSchema,
  serverReportSchema,
  trialPlanSchema,
  workloadSchema,
} from '../contract/trial.js';
import type { ProbeData } from './probes/model.js';

/** Raised whenever a change moves numbers; runs with different values are never compared silently. */
export const methodVersion = 3;

const count = z.number().int().nonnegative();
const methodVersionField = z.literal(methodVersion);

/** What can be measured beside the trials of a run. Each writes a file of its own into the run's folder. */
export const probeIds = ['churn', 'article-loop', 'code', 'upstream', 'requests', 'streams-beside-requests'] as const;
export type ProbeId = (typeof probeIds)[number];

export const machineSchema = z.strictObject({
  os: z.string(),
  kernel: z.string(),
  cpuModel: z.string(),
  cores: count,
  memoryBytes: count,
  congestionControl: z.string().nullable(),
  pinning: z.boolean().describe('server and generator were pinned to different cores'),
  governor: z.string().nullable().describe('cpufreq governor; null where the machine does not show one'),
  turbo: z.boolean().nullable().describe('null where the machine does not say'),
  swapBytes: count.nullable(),
  descriptorLimit: count.nullable().describe('open files a process may have (soft limit)'),
  portRange: z.tuple([count, count]).nullable().describe('first and last local port for outgoing connections'),
  loopbackMtuBytes: count.nullable(),
  load1: z.number().nullable().describe('load average over one minute when the plan was made'),
});

export const versionsSchema = z.strictObject({
  pushlab: z.string(),
  commit: z.string().nullable().describe('null outside a git checkout'),
  node: z.string(),
  uWebSockets: z.string().describe('of the npm package that carries the binaries'),
  uWebSocketsCommit: z
    .string()
    .nullable()
    .describe('upstream’s commit that the binaries were built from, by the package’s own word'),
  uWebSocketsSha256: z.string().nullable(),
  ws: z.string().describe('of the package that gives the subject `node` its WebSockets'),
  lockfileSha256: z.string().nullable(),
});

/** How bytes on the wire are counted, decided before the first trial. */
export const wirePlanSchema = z.discriminatedUnion('method', [
  z.strictObject({ method: z.literal('namespace'), mtuBytes: z.number().int().positive() }),
  z.strictObject({ method: z.literal('estimate'), why: z.string().describe('why they cannot be counted') }),
]);

/** The browser of a plan's browser trials, found before the first. */
export const browserPlanSchema = z.discriminatedUnion('state', [
  z.strictObject({
    state: z.literal('found'),
    source: z.enum(['embedded', 'managed', 'system', 'path']),
    executable: z.string(),
    version: z.string().describe('as it says itself'),
    environment: z.record(z.string(), z.string()).describe('what it needs beside ours'),
  }),
  z.strictObject({ state: z.literal('none'), why: z.string() }),
]);

/** plan.json: every trial in the order it will run, and everything that was decided before the first. */
export const planSchema = z.strictObject({
  methodVersion: methodVersionField,
  runId: z.string(),
  suite: z.strictObject({ id: z.string(), title: z.string(), question: z.string() }),
  claims: z.array(z.string()).nullable().describe('ids of the claims it was made for; null: for none in particular'),
  experiments: z
    .array(
      z.strictObject({
        id: z.string(),
        title: z.string(),
        question: z.string(),
        workloads: z.array(z.string()),
        whole: z.boolean().describe('all of its arms are planned; false: it was thinned or narrowed'),
      }),
    )
    .describe('suites it was put together from: what is whose evidence'),
  thinned: z.boolean().describe('by --quick: fewer workloads and repeats than the suite has'),
  createdAt: z.iso.datetime(),
  command: z.string().describe('repeats this run'),
  seed: count,
  repeats: count,
  machine: machineSchema,
  versions: versionsSchema,
  serverCores: z
    .string()
    .nullable()
    .describe('taskset list of trials with one process at each end, or null when not pinned'),
  generatorCores: z.string().nullable(),
  wire: wirePlanSchema,
  browser: browserPlanSchema.describe('none: its browser trials are reported as not run, for this reason'),
  floor: z.boolean().describe('measure the instrument’s own floor before the first trial'),
  probes: z.array(z.enum(probeIds)).describe('measured after the last trial, in this order'),
  maxBufferedBytes: count,
  maxSamples: count,
  bins: count,
  workloads: z.array(workloadSchema),
  trials: z.array(trialPlanSchema),
});
export type Plan = z.infer<typeof planSchema>;

export const processCostSchema = z.strictObject({
  userUs: z.number().nullable(),
  systemUs: z.number().nullable(),
  cpuUs: z.number().nullable().describe('user + system inside the window; null where /proc is missing'),
  waitUs: z.number().nullable().describe('time runnable but not running (run-queue wait)'),
  voluntarySwitches: count.nullable().describe('context switches because the process had nothing to do'),
  involuntarySwitches: count.nullable().describe('context switches because something else took the core'),
  rssBytes: count.nullable().describe('resident memory at the end of the window'),
  anonymousBytes: count.nullable().describe('Pss_Anon: memory of its own, without files and shared pages'),
});
export type ProcessCost = z.infer<typeof processCostSchema>;

/** A load generator's processes of one kind. */
export const processPartSchema = z.strictObject({
  role: z.enum(['driver', 'browser', 'renderer', 'network', 'gpu', 'other']),
  processes: count,
  cpuUs: z.number().nullable(),
  rssBytes: count.nullable(),
  anonymousBytes: count.nullable(),
});
export type ProcessPart = z.infer<typeof processPartSchema>;

export const warningKinds = [
  'generator-bound',
  'server-bound',
  'schedule-slipped',
  'machine-noise',
  'throttled',
  'clock-step',
  'littles-law',
  'loss',
  'errors',
  'few-samples',
  'page-clock',
] as const;

export const warningSchema = z.strictObject({
  kind: z.enum(warningKinds),
  message: z.string(),
  disqualifying: z.boolean().describe('left out of the summary, and listed with its reason'),
});
export type Warning = z.infer<typeof warningSchema>;

const packetCountSchema = z.strictObject({ packets: count, bytes: count });

/** Packets at the IP level, TCP and IP headers included. */
export const wireSchema = z.strictObject({
  method: z
    .enum(['counted', 'estimated'])
    .describe(
      'estimated: bytes of the sockets and 52 B for each packet of the machine’s loopback, half of them each way',
    ),
  window: packetCountSchema.describe('both ways, between the two snapshots; counted by the loopback itself'),
  down: packetCountSchema.describe('from the server, over an interval that covers the window; counted by nftables'),
  up: packetCountSchema.describe('to the server, over the same interval'),
  retransmits: count.describe(
    'TCP segments sent again between the two snapshots, lost or only believed so; in the bytes above',
  ),
});

/** What else the machine did between the two snapshots; a null was not measured. */
export const noiseSchema = z.strictObject({
  stealUs: z.number().nullable().describe('CPU time the hypervisor gave to others, all cores'),
  foreignCpuUs: z
    .number()
    .nullable()
    .describe('CPU time on the cores of server and generator that neither of the two used; in steps of 10 ms'),
  pressureUs: z.number().nullable().describe('time in which some task of the machine waited for a core (PSI)'),
  frequencyKHz: z
    .tuple([z.number(), z.number()])
    .nullable()
    .describe('lowest and highest clock of any core, at the two snapshots'),
  throttles: count.nullable().describe('thermal throttle events of all cores'),
  clockStepUs: z.number().describe('wall clock − measuring clock: by how much that changed'),
});
export type Noise = z.infer<typeof noiseSchema>;

/** All subscribed and nothing published: over the workload’s `idleMs`, before the source starts. */
export const idleSchema = z.strictObject({
  elapsedMs: z.number().positive(),
  serverCpuUs: z.number().nullable(),
  generatorCpuUs: z.number().nullable(),
  serverAnonymousBytes: count.nullable(),
  generatorAnonymousBytes: count.nullable(),
  kernelSocketBytes: count.nullable(),
});

/** Each process of a trial by itself: a sum hides the one that is saturated. */
export const processesSchema = z.strictObject({
  serverCpuUs: z.array(z.number().nullable()).describe('of each server process, inside the window'),
  generatorCpuUs: z.array(z.number().nullable()).describe('of each client worker, inside the window'),
  serverCores: count.describe('cores the server processes share; 0: not pinned'),
  generatorCores: count,
});

/** What taking the readings of one trial cost the harness itself. */
export const meteringSchema = z.strictObject({
  readings: count,
  elapsedUs: z.number().describe('of the readings at the window’s edges'),
});

/** Raw subscribers beside the measured ones. What they did, so that a crowd that was not there shows. */
const crowdSchema = z.strictObject({
  subscribers: count,
  expected: count,
  delivered: count,
  superseded: count,
  lost: count,
  windowDelivered: count.describe('first-time arrivals while the window was open'),
  cpuUs: z.number().nullable(),
});

/** One line of trials.ndjson. */
export const trialRecordSchema = z.discriminatedUnion('status', [
  z.strictObject({
    status: z.literal('ok'),
    trial: trialPlanSchema,
    planSha256: z.string().describe('first 16 digits, of the plan that the trial was run by'),
    startedAt: z.iso.datetime(),
    elapsedMs: z.number(),
    client: clientReportSchema.omit({ samples: true }),
    server: serverReportSchema,
    serverCost: processCostSchema.describe('of all server processes together'),
    generatorCost: processCostSchema.describe('of all client workers together'),
    processes: processesSchema,
    generatorParts: z.array(processPartSchema).describe('the browser and its driver, by what they are for; else none'),
    crowd: crowdSchema.nullable().describe('null: the trial had none'),
    openMs: z.number().nonnegative().describe('from the first connect to the last subscriber ready'),
    idle: idleSchema.nullable().describe('null: the workload has no idle time'),
    wire: wireSchema.nullable().describe('null: not measured'),
    kernelSocketBytes: count
      .nullable()
      .describe('kernel memory (slab) that the trial’s sockets took, both ends; null: not measured'),
    noise: noiseSchema,
    metering: meteringSchema,
    disturbances: z
      .array(z.strictObject({ kind: z.enum(faultKindIds), fromMs: z.number(), toMs: z.number() }))
      .describe('faults of the workload as they came about, in ms after the start of the window'),
    proxy: z
      .strictObject({ connections: count, cut: count.describe('ended by the proxy, for having been idle') })
      .nullable()
      .describe('what stood between client and server; null: nothing'),
    samplesFile: z.string(),
    warnings: z.array(warningSchema),
  }),
  z.strictObject({
    status: z.literal('failed'),
    trial: trialPlanSchema,
    planSha256: z.string().describe('first 16 digits, of the plan that the trial was run by'),
    startedAt: z.iso.datetime(),
    elapsedMs: z.number(),
    failure: z.strictObject({ kind: z.string(), message: z.string() }),
    warnings: z.array(warningSchema),
  }),
]);
export type TrialRecord = z.infer<typeof trialRecordSchema>;
export type OkTrial = Extract<TrialRecord, { status: 'ok' }>;

/** samples/<trial id>.json: some deliveries as they happened, for plots and for checking the histograms. */
export const samplesFileSchema = z.strictObject({
  methodVersion: methodVersionField,
  trialId: z.string(),
  every: z.number().int().positive().describe('1 of this many deliveries was kept'),
  rows: clientReportSchema.shape.samples,
});
export type SamplesFile = z.infer<typeof samplesFileSchema>;

/** What one subscriber of an arm received: [intended, received] in µs after the window's start, by arrival. */
export interface Trace {
  readonly key: string;
  readonly trialId: string;
  readonly subscriber: number;
  readonly arrivals: readonly (readonly [intendedUs: number, receivedUs: number])[];
}

/** What can be said of an arm from its repeats. All times in µs, all bytes per delivered update. */
export const metricIds = [
  'latencyP50Us',
  'latencyP90Us',
  'latencyP99Us',
  'latencyMaxUs',
  'latencyMeanUs',
  'serviceLatencyP50Us',
  'serviceLatencyP90Us',
  'serviceLatencyP99Us',
  'serviceLatencyMaxUs',
  'serviceLatencyMeanUs',
  'slipP50Us',
  'handoverP50Us',
  'handoverP99Us',
  'handoverMeanUs',
  'responseTimeMeanUs',
  'stalenessMeanUs',
  'stalenessP50Us',
  'stalenessP95Us',
  'offeredPerS',
  'achievedPerS',
  'goodputPerS',
  'deliveredShare',
  'lostShare',
  'supersededShare',
  'downPayloadBytesPerUpdate',
  'downRepeatedBytesPerUpdate',
  'downFramingBytesPerUpdate',
  'downHeadBytesPerUpdate',
  'upPayloadBytesPerUpdate',
  'upFramingBytesPerUpdate',
  'upHeadBytesPerUpdate',
  'bytesPerUpdate',
  'wireDownBytesPerUpdate',
  'wireUpBytesPerUpdate',
  'wirePacketsPerUpdate',
  'setupBytes',
  'requestsPerUpdate',
  'uselessPollShare',
  'downPayloadShare',
  'duplicateShare',
  'resumeP50Us',
  'resumeMaxUs',
  'resumedShare',
  'streamsBegunPerSubscriber',
  'streamsOpenPerSubscriber',
  'proxyConnectionsPerSubscriber',
  'serverCpuUsPerUpdate',
  'serverUserUsPerUpdate',
  'serverSystemUsPerUpdate',
  'serverCpuShare',
  'generatorCpuUsPerUpdate',
  'generatorCpuShare',
  'serverSwitchesPerUpdate',
  'serverWaitShare',
  'generatorWaitShare',
  'serverRssBytes',
  'generatorRssBytes',
  'serverAnonymousBytes',
  'generatorAnonymousBytes',
  'kernelSocketBytes',
  'pageClockBoundUs',
  'firstUpdateUs',
  'pageTaskUsPerUpdate',
  'pageScriptUsPerUpdate',
  'pageLongTaskShare',
  'pageHeapBytes',
  'devtoolsDownBytesPerUpdate',
  'wireStreamDownBytesPerUpdate',
  'driverCpuUsPerUpdate',
  'browserCpuUsPerUpdate',
  'rendererCpuUsPerUpdate',
  'networkCpuUsPerUpdate',
  'rendererAnonymousBytes',
  'openMs',
  'openedPerS',
  'spreadUs',
  'idleServerCpuShare',
  'idleGeneratorCpuShare',
  'idleServerAnonymousBytes',
  'idleGeneratorAnonymousBytes',
  'idleKernelSocketBytes',
] as const;
export type MetricId = (typeof metricIds)[number];

/** Latencies and ages come from the measuring clock; CPU time, which is also in µs, from the kernel. */
export function timedByClock(metric: MetricId): boolean {
  return /latency|staleness|slip|handover|responseTime/i.test(metric);
}

/** How far a figure of an arm in a browser may be off for its pages' clocks alone, in µs; 0 for every other. */
export function clockBoundUs(arm: { readonly metrics: Arm['metrics'] }, metric: MetricId): number {
  return timedByClock(metric) ? (arm.metrics.pageClockBoundUs?.high ?? 0) : 0;
}

/** The step in which a figure with such a bound is shown: never finer than the bound, in the same unit. */
export function stepOf(bound: number): number {
  const magnitude = 10 ** Math.floor(Math.log10(bound));
  return magnitude * ([1, 2, 5, 10].find((step) => step * magnitude >= bound * (1 - 1e-9)) ?? 10);
}

/** The figures by which arms of one workload are set against each other. */
export const metricsWithContrast = [
  'latencyP50Us',
  'latencyP99Us',
  'serviceLatencyP50Us',
  'stalenessMeanUs',
  'bytesPerUpdate',
  'wireDownBytesPerUpdate',
  'wireUpBytesPerUpdate',
  'uselessPollShare',
  'serverCpuUsPerUpdate',
  'serverAnonymousBytes',
] as const satisfies readonly MetricId[];

/** A value with its interval from the spread between trials. */
export const estimateSchema = z.strictObject({
  median: z.number(),
  low: z.number(),
  high: z.number(),
  values: z.array(z.number()).describe('one per trial that measured it, in order of repetition'),
});
export type Estimate = z.infer<typeof estimateSchema>;

export const armSchema = z.strictObject({
  key: z.string().describe('workload/transport/client/subject'),
  workloadId: z.string(),
  transport: z.enum(transportIds),
  client: z.enum(clientKinds),
  subject: z.string(),
  loop: z
    .enum(['open', 'closed'])
    .describe('closed: each poll waits for the response to the last, so a slow server is asked less often'),
  trials: count.describe('trials the figures come from'),
  repetitions: z.array(count).describe('of those trials, in the order of every metric’s values'),
  metrics: z.partialRecord(z.enum(metricIds), estimateSchema).describe('a metric that is absent was not measured'),
  latencyQuantiles: z.array(z.tuple([z.number(), z.number()])).describe('[quantile 0–1, µs], all trials merged'),
  serviceLatencyQuantiles: z.array(z.tuple([z.number(), z.number()])),
  stalenessQuantiles: z.array(z.tuple([z.number(), z.number()])),
  deliveriesPerS: z.array(z.tuple([z.number(), z.number()])).describe('[seconds into the window, median over trials]'),
  counts: z.strictObject({
    expected: count,
    delivered: count,
    lost: count,
    superseded: count,
    duplicate: count,
    outOfOrder: count,
    reconnects: count,
    errors: count,
    droppedSlow: count,
    noticed: count.describe('losses of the server that subscribers noticed'),
    resumed: count,
  }),
});
export type Arm = z.infer<typeof armSchema>;

/** Another interval around another median, without the values it came from. */
const rangeSchema = z.strictObject({ median: z.number(), low: z.number(), high: z.number() });

/** Two arms of one workload, repetition by repetition: by how much b lies above a. */
export const contrastSchema = z.strictObject({
  workloadId: z.string(),
  metric: z.enum(metricIds),
  a: z.string().describe('arm key'),
  b: z.string().describe('arm key'),
  pairs: count.describe('repetitions that both arms have'),
  difference: rangeSchema.describe('b − a per repetition, in the metric’s unit'),
  ratio: rangeSchema.nullable().describe('b ÷ a per repetition; null where a value is not above zero'),
  effect: z.number().min(-1).max(1).describe('Cliff’s delta: 1 when every value of b lies above every one of a'),
  confidence: z.number().describe('of the two intervals, 0–1'),
  verdict: z.enum(['lower', 'higher', 'tied', 'too few']).describe('b against a; tied when the interval holds 0'),
});
export type Contrast = z.infer<typeof contrastSchema>;

/** What one more connection costs, from arms that differ in their number of subscribers only. */
export const slopeSchema = z.strictObject({
  metric: z.enum(metricIds),
  transport: z.enum(transportIds),
  client: z.enum(clientKinds),
  subject: z.string(),
  subscribers: z.array(count).describe('the counts it was fitted over'),
  perSubscriber: estimateSchema.describe('slope of the least-squares line of each repetition'),
});
export type Slope = z.infer<typeof slopeSchema>;

const quantilesSchema = z.strictObject({ count, p50Us: z.number(), p90Us: z.number(), p99Us: z.number() });

/** floor.json: what this instrument itself needs and can resolve, measured before the first trial. */
export const floorSchema = z.strictObject({
  methodVersion: methodVersionField,
  clockReadNs: z.number().describe('one read of the measuring clock, median of batches'),
  clockStepNs: z.number().describe('smallest step seen between two reads'),
  timerLateness: quantilesSchema.describe('of setTimeout in an idle process, µs'),
  hop: quantilesSchema.nullable().describe('bare TCP, server core to generator core, one way, µs; null: not measured'),
  nullTransport: quantilesSchema.describe('source to recorder in one process, published → received, µs'),
  nullSlip: quantilesSchema.describe('published − intended of the same updates, µs'),
  recordNs: z.number().describe('remembering one received update, median of batches'),
  elapsedMs: z.number().describe('what measuring all this took'),
});
export type Floor = z.infer<typeof floorSchema>;

/** summary.json */
export const summarySchema = z.strictObject({
  methodVersion: methodVersionField,
  runId: z.string(),
  confidence: z.number().describe('of every interval, 0–1'),
  intervalMethod: z.string(),
  planned: count,
  arms: z.array(armSchema),
  pages: z
    .strictObject({
      versions: z.array(z.string()).describe('of the browsers, as they say it'),
      features: z.record(z.enum(pageFeatures), z.boolean()).describe('found by every trial with pages'),
    })
    .nullable()
    .describe('null: no trial had pages'),
  contrasts: z.array(contrastSchema),
  slopes: z.array(slopeSchema),
  floor: floorSchema.nullable().describe('null: not measured'),
  resolutionUs: z
    .number()
    .nullable()
    .describe('smallest latency, and difference of two, that the instrument can tell from its own workings'),
  metering: z.strictObject({
    perTrialUs: z.number().nullable().describe('readings of one trial, median'),
    share: z.number().nullable().describe('of the run’s time that went into floor and readings, 0–1'),
  }),
  excluded: z.array(z.strictObject({ trialId: z.string(), reason: z.string() })),
  notRun: z
    .array(z.strictObject({ trialId: z.string(), reason: z.string() }))
    .describe('planned trials without a record'),
  probes: z
    .array(
      z.strictObject({
        id: z.enum(probeIds),
        title: z.string(),
        notMeasured: z.string().nullable().describe('why not; null: it was, into a file of its own'),
      }),
    )
    .describe('what was to be measured beside the trials'),
  warnings: z.array(z.strictObject({ trialId: z.string(), warning: warningSchema })),
});
export type Summary = z.infer<typeof summarySchema>;

export const outcomes = [
  'reproduced',
  'holds under stated conditions',
  'contradicted',
  'refuted by arithmetic',
  'undefined',
  'inconclusive',
  'not testable here',
  'not tested',
] as const;
export type Outcome = (typeof outcomes)[number];

/** A shape for each, since words alone are slow to scan and colours do not reach everybody. In most fonts there are. */
export const outcomeMarks: Readonly<Record<Outcome, string>> = {
  reproduced: '●',
  'holds under stated conditions': '◐',
  contradicted: '✕',
  'refuted by arithmetic': '≠',
  undefined: '∅',
  inconclusive: '~',
  'not testable here': '–',
  'not tested': '○',
};

export const verdictSchema = z.strictObject({
  id: z.string(),
  title: z.string(),
  says: z.string().describe('the claim in our own words'),
  source: z.strictObject({ title: z.string(), url: z.string().nullable() }),
  outcome: z.enum(outcomes),
  value: z.string().nullable().describe('ours in words, with interval and unit'),
  interval: z
    .strictObject({ median: z.number(), low: z.number(), high: z.number(), unit: z.string() })
    .nullable()
    .describe('the one figure of ours that answers theirs; null: there is none, or more than one'),
  claimed: z.string(),
  theirMethod: z.string().describe('how they came by their figure, as far as they say'),
  ourTest: z.string().describe('what is measured here instead or again'),
  prediction: z.string().describe('what theory or arithmetic lets one expect'),
  wouldChange: z.string().describe('what would turn the verdict'),
  threshold: z.string().describe('from where on which verdict is given, and why there; written before the first run'),
  because: z.string(),
  lacks: z
    .array(z.string())
    .describe(
      'experiments of the claim that the run does not hold, or not whole, or of which an arm has too few trials that count: it was judged on part of its evidence',
    ),
  conditions: z.array(z.string()),
  evidence: z.array(z.string()).describe('arm keys the verdict rests on'),
  probes: z.array(z.enum(probeIds)).describe('measured beside the trials, that the verdict rests on'),
  sampleCount: count.describe('trials; of a probe what it repeats: rounds, blocks'),
});
export type Verdict = z.infer<typeof verdictSchema>;

/** verdicts.json */
export const verdictsSchema = z.strictObject({
  methodVersion: methodVersionField,
  runId: z.string(),
  verdicts: z.array(verdictSchema),
  broken: z
    .array(z.strictObject({ id: z.string(), title: z.string(), error: z.string() }))
    .describe('claims whose judge failed: a fault of ours, and no verdict'),
});

export type Verdicts = z.infer<typeof verdictsSchema>;

/** One figure of one arm in two runs. */
export const comparisonRowSchema = z.strictObject({
  arm: z.string(),
  metric: z.enum(metricIds),
  verdict: z.enum(['better', 'worse', 'tied', 'not comparable']),
  why: z.string().nullable().describe('why not, when it is not comparable'),
  a: z.number().nullable(),
  b: z.number().nullable(),
  difference: z
    .number()
    .nullable()
    .describe('b − a, in the metric’s unit: median of the pairs’ differences, or Hodges–Lehmann shift without pairs'),
  interval: z.tuple([z.number(), z.number()]).nullable(),
  confidence: z.number().nullable().describe('of the interval, 0–1; few repeats allow less than 95 %'),
  effect: z.number().nullable().describe('Cliff’s delta: 1 when every value of B lies above every value of A'),
  relative: z.number().nullable().describe('difference ÷ a; null when a is 0'),
  worseByAtLeast: z
    .number()
    .nullable()
    .describe('the end of the interval that is kinder to B, ÷ a; null unless worse, or when a is 0'),
  paired: z.boolean().describe('repetition by repetition: both runs were sent the same updates'),
});
export type ComparisonRow = z.infer<typeof comparisonRowSchema>;

/** What `pushlab compare --json` prints. */
export const comparisonSchema = z.strictObject({
  methodVersion: methodVersionField,
  a: z.string().describe('run id'),
  b: z.string().describe('run id'),
  environment: z.array(z.string()).describe('what differs between the two; empty when nothing that matters does'),
  expectedByChance: z
    .number()
    .describe('how many figures would differ between two runs of the very same thing, by the intervals’ confidence'),
  rows: z.array(comparisonRowSchema),
});
export type Comparison = z.infer<typeof comparisonSchema>;

/** One load that was tried in a search for capacity, with the figures of its trial. */
export const capacityStepSchema = z.strictObject({
  value: z.number().positive().describe('updates per second, or subscribers'),
  phase: z.enum(['up', 'down', 'bisect', 'confirm']),
  trialId: z.string(),
  met: z.boolean(),
  missed: z.array(z.string()).describe('what was not met, with its figure; or why there is none'),
  generatorBound: z.boolean().describe('the load generator was saturated: the trial says nothing of the server'),
  noisy: z.boolean().describe('others had the machine while the server itself had room left'),
  offeredPerS: z.number().nullable().describe('deliveries asked for'),
  achievedPerS: z.number().nullable(),
  p99Us: z.number().nullable(),
  serverCpuShare: z.number().nullable(),
  generatorCpuShare: z.number().nullable(),
  lost: count.nullable(),
  droppedSlow: count.nullable().describe('subscribers dropped because their unsent bytes passed the cap'),
});
export type CapacityStep = z.infer<typeof capacityStepSchema>;

export const capacitySearchSchema = z.strictObject({
  transport: z.enum(transportIds),
  capacity: z
    .number()
    .positive()
    .nullable()
    .describe('highest load that was met more often than missed; null: none was'),
  failsAt: z.number().positive().nullable().describe('lowest load that was missed; the true limit lies between'),
  limitedBy: z.enum(['objective', 'load generator', 'machine noise', 'end of the search', 'interruption']),
  steps: z.array(capacityStepSchema).describe('in the order they were measured'),
});
export type CapacitySearch = z.infer<typeof capacitySearchSchema>;

/** capacity.json: what `pushlab capacity` found; optional. */
export const capacitySchema = z.strictObject({
  methodVersion: methodVersionField,
  runId: z.string(),
  axis: z.enum(['rate', 'subscribers']),
  slo: z.string(),
  resolution: z.number().positive(),
  searches: z.array(capacitySearchSchema),
});
export type Capacity = z.infer<typeof capacitySchema>;

/** churn.json: rounds of `pushlab churn`, or of the probe of that name, in order. */
export const churnRoundSchema = z.strictObject({
  transport: z.enum(transportIds),
  cycle: count,
  how: z.enum(vanishWays),
  open: count.describe('descriptors the server had more than before the first round, all of them receiving'),
  left: count.describe('of those, still open when patience ended'),
  goneAfterMs: z.number().nullable().describe('from the last goodbye to the last descriptor closed; null: never'),
  serverAnonymousBytes: count.nullable(),
});
export type ChurnRound = z.infer<typeof churnRoundSchema>;
export const churnSchema = z.strictObject({
  methodVersion: methodVersionField,
  runId: z.string(),
  connections: count.describe('of each round'),
  rounds: z.array(churnRoundSchema),
  kept: z
    .array(
      z.strictObject({
        transport: z.enum(transportIds),
        bytesPerConnection: z.number().nullable().describe('null: not measured'),
        interval: z.tuple([z.number(), z.number()]).nullable().describe('of that slope, 95 %'),
      }),
    )
    .describe('by how much the server’s memory grew for each connection that came and went'),
});
export type Churn = z.infer<typeof churnSchema>;

/** codec.json: what `npm run bench:codec` found; optional. */
export const codecBenchSchema = z.strictObject({
  createdAt: z.iso.datetime(),
  node: z.string(),
  rows: z.array(
    z.strictObject({
      codec: z.string(),
      operation: z.enum(['encode', 'parse']),
      implementation: z.string(),
      nsPerUpdate: z.number(),
      marginPercent: z.number(),
    }),
  ),
});
export type CodecBench = z.infer<typeof codecBenchSchema>;

/** Suites: workloads as data. A suite of one's own is a JSON or TypeScript file given by path. */
export const suiteSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9.-]*$/),
  title: z.string().min(1),
  question: z.string().min(1),
  repeats: z.number().int().min(1).max(1000),
  quick: z.array(z.string()).optional().describe('workloads that --quick keeps; absent: all'),
  arms: z
    .array(
      z.strictObject({
        workload: workloadSchema,
        transports: z.array(z.enum(transportIds)).min(1),
        subjects: z.array(z.string()).min(1).default(['uws']),
        clients: z.array(z.enum(clientKinds)).min(1).default(['raw']),
        repeats: z.number().int().min(1).max(1000).optional().describe('of these arms; absent: the suite’s'),
      }),
    )
    .min(1),
});
export type Suite = z.infer<typeof suiteSchema>;
export type SuiteInput = z.input<typeof suiteSchema>;

/** Of an arm, of pairs, of slopes: two values hold the median between them with 50 % confidence only; three with 75 %. */
export const fewestTrials = 3;

/** What a claim may look at. */
export interface Evidence {
  readonly plan: Plan;
  readonly summary: Summary;
  /** What was measured beside the trials; what is absent or null was not. */
  readonly probes?: { readonly [Id in ProbeId]?: ProbeData[Id] | null };
}

/** What a judge finds. */
export type Judged = Pick<Verdict, 'outcome' | 'value' | 'because' | 'conditions' | 'evidence'> &
  Partial<Pick<Verdict, 'interval'>> & {
    /** What the verdict counts as its samples where its evidence is no arm; else the arms' trials are counted. */
    readonly samples?: number;
    /** Probes that the verdict rests on. */
    readonly probes?: readonly ProbeId[];
  };

/** One published claim: what it says, where, and how this lab judges it. */
export interface Claim {
  readonly id: string;
  readonly title: string;
  /** In our own words. */
  readonly says: string;
  readonly source: Verdict['source'];
  /** Their figure, in words. */
  readonly claimed: string;
  /** How they came by it, as far as they say. */
  readonly theirMethod: string;
  /** What is measured here instead or again. */
  readonly ourTest: string;
  /** What theory or arithmetic lets one expect. */
  readonly prediction: string;
  /** From where on which verdict is given, and why there; written before the first run. */
  readonly threshold: string;
  /** What would turn the verdict. */
  readonly wouldChange: string;
  /** What must be in the run, in words; said when it is missing. */
  readonly needs: string;
  /** Suites whose arms are its evidence; what a run for this claim consists of. */
  readonly experiments: readonly string[];
  /** What has to be measured beside the trials. */
  readonly probes?: readonly ProbeId[];
  /**
   * What part of its evidence can settle: of a universal statement one case that is otherwise contradicts it, of an
   * existential one a case that is so reproduces it. Absent: neither, as other cases may turn it either way.
   */
  readonly statement?: 'universal' | 'existential';
  /** It turns on times or small differences of CPU time, which noise of the machine changes: noise in most trials leaves no verdict. */
  readonly timed?: boolean;
  /** Why neither trials nor probes are what it takes, where none is named. */
  readonly otherEvidence?: string;
  /** Pure: the same evidence gives the same verdict. Null when the evidence is not in the run. */
  judge(evidence: Evidence): Judged | null;
}
