/**
 * The files of a run, as schemas: `plan.json → trials.ndjson → summary.json → verdicts.json`.
 *
 * Claims, suites and reports may import this file and nothing else of the harness.
 * To be published as JSON Schema in `schemas/`.
 */
import { z } from 'zod';
import { transportIds } from '../contract/transports.js';
import {
  clientKinds,
  clientReportSchema,
  serverReportSchema,
  trialPlanSchema,
  workloadSchema,
} from '../contract/trial.js';

/** Raised whenever a change moves numbers; runs with different values are never compared silently. */
export const methodVersion = 2;

const count = z.number().int().nonnegative();
const methodVersionField = z.literal(methodVersion);

export const machineSchema = z.strictObject({
  os: z.string(),
  kernel: z.string(),
  cpuModel: z.string(),
  cores: count,
  memoryBytes: count,
  congestionControl: z.string().nullable(),
  pinning: z.boolean().describe('server and generator were pinned to different cores'),
});

export const versionsSchema = z.strictObject({
  pushlab: z.string(),
  commit: z.string().nullable().describe('null outside a git checkout'),
  node: z.string(),
  uWebSockets: z.string(),
  uWebSocketsSha256: z.string().nullable(),
});

/** How bytes on the wire are counted, decided before the first trial. */
export const wirePlanSchema = z.discriminatedUnion('method', [
  z.strictObject({ method: z.literal('namespace'), mtuBytes: z.number().int().positive() }),
  z.strictObject({ method: z.literal('none'), why: z.string() }),
]);

/** plan.json: every trial in the order it will run, and everything that was decided before the first. */
export const planSchema = z.strictObject({
  methodVersion: methodVersionField,
  runId: z.string(),
  suite: z.strictObject({ id: z.string(), title: z.string(), question: z.string() }),
  createdAt: z.iso.datetime(),
  command: z.string().describe('repeats this run'),
  seed: count,
  repeats: count,
  machine: machineSchema,
  versions: versionsSchema,
  serverCores: z.string().nullable().describe('taskset list, or null when not pinned'),
  generatorCores: z.string().nullable(),
  wire: wirePlanSchema,
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
  rssBytes: count.nullable().describe('resident memory at the end of the window'),
});
export type ProcessCost = z.infer<typeof processCostSchema>;

export const warningSchema = z.strictObject({
  kind: z.enum(['generator-bound', 'server-bound', 'schedule-slipped', 'loss', 'errors', 'few-samples']),
  message: z.string(),
  disqualifying: z.boolean().describe('left out of the summary, and listed with its reason'),
});
export type Warning = z.infer<typeof warningSchema>;

const packetCountSchema = z.strictObject({ packets: count, bytes: count });

/** Packets at the IP level, TCP and IP headers included. */
export const wireSchema = z.strictObject({
  window: packetCountSchema.describe('both ways, between the two snapshots; from the loopback’s own counters'),
  down: packetCountSchema.describe('from the server, over an interval that covers the window; from nftables'),
  up: packetCountSchema.describe('to the server, over the same interval'),
  retransmits: count.describe(
    'TCP segments sent again between the two snapshots, lost or only believed so; in the bytes above',
  ),
});

/** One line of trials.ndjson. */
export const trialRecordSchema = z.discriminatedUnion('status', [
  z.strictObject({
    status: z.literal('ok'),
    trial: trialPlanSchema,
    startedAt: z.iso.datetime(),
    elapsedMs: z.number(),
    client: clientReportSchema.omit({ samples: true }),
    server: serverReportSchema,
    serverCost: processCostSchema,
    generatorCost: processCostSchema,
    wire: wireSchema.nullable().describe('null: not measured'),
    samplesFile: z.string(),
    warnings: z.array(warningSchema),
  }),
  z.strictObject({
    status: z.literal('failed'),
    trial: trialPlanSchema,
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
  'serviceLatencyMeanUs',
  'slipP50Us',
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
  'requestsPerUpdate',
  'uselessPollShare',
  'downPayloadShare',
  'serverCpuUsPerUpdate',
  'serverUserUsPerUpdate',
  'serverSystemUsPerUpdate',
  'serverCpuShare',
  'generatorCpuUsPerUpdate',
  'generatorCpuShare',
  'serverRssBytes',
  'generatorRssBytes',
] as const;
export type MetricId = (typeof metricIds)[number];

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
  }),
});
export type Arm = z.infer<typeof armSchema>;

/** summary.json */
export const summarySchema = z.strictObject({
  methodVersion: methodVersionField,
  runId: z.string(),
  confidence: z.number().describe('of every interval, 0–1'),
  intervalMethod: z.string(),
  planned: count,
  arms: z.array(armSchema),
  excluded: z.array(z.strictObject({ trialId: z.string(), reason: z.string() })),
  notRun: z.array(z.string()).describe('planned trials without a record'),
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

export const verdictSchema = z.strictObject({
  id: z.string(),
  title: z.string(),
  says: z.string().describe('the claim in our own words'),
  source: z.strictObject({ title: z.string(), url: z.string().nullable() }),
  outcome: z.enum(outcomes),
  value: z.string().nullable().describe('ours, with interval and unit'),
  claimed: z.string(),
  because: z.string(),
  conditions: z.array(z.string()),
  evidence: z.array(z.string()).describe('arm keys the verdict rests on'),
  sampleCount: count.describe('trials'),
});
export type Verdict = z.infer<typeof verdictSchema>;

/** verdicts.json */
export const verdictsSchema = z.strictObject({
  methodVersion: methodVersionField,
  runId: z.string(),
  verdicts: z.array(verdictSchema),
});

export type Verdicts = z.infer<typeof verdictsSchema>;

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
  arms: z
    .array(
      z.strictObject({
        workload: workloadSchema,
        transports: z.array(z.enum(transportIds)).min(1),
        subjects: z.array(z.string()).min(1).default(['uws']),
        clients: z.array(z.enum(clientKinds)).min(1).default(['raw']),
      }),
    )
    .min(1),
});
export type Suite = z.infer<typeof suiteSchema>;
export type SuiteInput = z.input<typeof suiteSchema>;

/** What a claim may look at. */
export interface Evidence {
  readonly plan: Plan;
  readonly summary: Summary;
}

/** One published claim: what it says, where, and how this lab judges it. */
export interface Claim {
  readonly id: string;
  readonly title: string;
  readonly says: string;
  readonly source: Verdict['source'];
  /** Their figure, in words. */
  readonly claimed: string;
  /** What must be in the run, in words; said when it is missing. */
  readonly needs: string;
  /** Pure: the same evidence gives the same verdict. Null when the evidence is not in the run. */
  judge(evidence: Evidence): Pick<Verdict, 'outcome' | 'value' | 'because' | 'conditions' | 'evidence'> | null;
}
