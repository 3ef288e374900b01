/** plan.json: every trial in the order it will run, and everything that was decided before the first. */
import { z } from 'zod';
import { trialPlanSchema, workloadSchema } from '../../contract/trial.js';
import { probeIds } from './beside.js';
import { count, methodVersionField } from './common.js';

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
const wirePlanSchema = z.discriminatedUnion('method', [
  z.strictObject({ method: z.literal('namespace'), mtuBytes: z.number().int().positive() }),
  z.strictObject({ method: z.literal('estimate'), why: z.string().describe('why they cannot be counted') }),
]);

/** The browser of a plan's browser trials, found before the first. */
const browserPlanSchema = z.discriminatedUnion('state', [
  z.strictObject({
    state: z.literal('found'),
    source: z.enum(['embedded', 'managed', 'system', 'path']),
    executable: z.string(),
    version: z.string().describe('as it says itself'),
    environment: z.record(z.string(), z.string()).describe('what it needs beside ours'),
  }),
  z.strictObject({ state: z.literal('none'), why: z.string() }),
]);

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
