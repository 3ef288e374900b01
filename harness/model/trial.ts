/** trials.ndjson and samples/: one record per trial, with what was read of its processes and of the machine. */
import { z } from 'zod';
import { faultKindIds } from '../../contract/faults.js';
import { clientReportSchema, serverReportSchema, trialPlanSchema } from '../../contract/trial.js';
import { count, methodVersionField } from './common.js';

const processCostSchema = z.strictObject({
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
const processPartSchema = z.strictObject({
  role: z.enum(['driver', 'browser', 'renderer', 'network', 'gpu', 'other']),
  processes: count,
  cpuUs: z.number().nullable(),
  rssBytes: count.nullable(),
  anonymousBytes: count.nullable(),
});
export type ProcessPart = z.infer<typeof processPartSchema>;

const warningKinds = [
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
const wireSchema = z.strictObject({
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
const noiseSchema = z.strictObject({
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
const idleSchema = z.strictObject({
  elapsedMs: z.number().positive(),
  serverCpuUs: z.number().nullable(),
  generatorCpuUs: z.number().nullable(),
  serverAnonymousBytes: count.nullable(),
  generatorAnonymousBytes: count.nullable(),
  kernelSocketBytes: count.nullable(),
});

/** Each process of a trial by itself: a sum hides the one that is saturated. */
const processesSchema = z.strictObject({
  serverCpuUs: z.array(z.number().nullable()).describe('of each server process, inside the window'),
  generatorCpuUs: z.array(z.number().nullable()).describe('of each client worker, inside the window'),
  serverCores: count.describe('cores the server processes share; 0: not pinned'),
  generatorCores: count,
});

/** What taking the readings of one trial cost the harness itself. */
const meteringSchema = z.strictObject({
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
