/**
 * qps.json: what `pushlab qps` found. One record per block; rows are summed up from them.
 *
 * A block is one generator, in one mode, once: the unit of replication, as a trial is elsewhere. A null is "not
 * measured", never zero.
 */
import { z } from 'zod';
import { connectionModes, requestErrorKinds, socketCalls } from '../../contract/qps.js';
import { count, methodVersionField } from '../model/common.js';
import { estimateSchema, machineSchema, versionsSchema } from '../model.js';

/** `other`: what a tool reports and does not tell apart. */
export const blockErrorKinds = [...requestErrorKinds, 'other'] as const;

export const quantilesSchema = z.strictObject({
  meanUs: z.number().nullable(),
  p50Us: z.number().nullable(),
  p90Us: z.number().nullable(),
  p99Us: z.number().nullable(),
  p999Us: z.number().nullable(),
  maxUs: z.number().nullable(),
});
export type LatencyFigures = z.infer<typeof quantilesSchema>;

/** What our own generator gets its sockets from; `auto`: an io_uring where one works, else libuv. */
export const engines = ['auto', 'io_uring', 'libuv'] as const;
export type Engine = (typeof engines)[number];

export const limits = ['generator', 'server', 'both', 'neither', 'unknown'] as const;
export type Limit = (typeof limits)[number];

/** What one block came to. */
export const measuredSchema = z.strictObject({
  requests: count.describe('whole responses'),
  elapsedS: z.number().positive(),
  requestsPerS: z.number().nonnegative(),
  bytesPerResponse: z.number().nullable().describe('heads and bodies, as the sockets carried them'),
  bytesPerRequest: z.number().nullable(),
  latency: quantilesSchema.describe(
    'request begun (closed) or due (open) → response whole, as the generator counts it',
  ),
  histogram: z
    .strictObject({ unit: z.literal('us'), count, encoded: z.string() })
    .nullable()
    .describe('HdrHistogram, V2 compressed base64; our own generator only'),
  errors: z.partialRecord(z.enum(blockErrorKinds), count).describe('kinds that did not occur are absent'),
  errorExamples: z.partialRecord(z.enum(blockErrorKinds), z.string()),
  connectionsOpened: count.nullable().describe('fewer than asked for when a limit was in the way'),
  offeredPerS: z.number().nullable().describe('open model only'),
  slipMeanUs: z.number().nullable().describe('open model only: how late requests left after they were due'),
  unanswered: count.nullable().describe('begun or due, and without a response when the block ended'),
  generatorCpuUs: z.number().nullable().describe('of all its threads; for other tools their whole life'),
  serverCpuUs: z.number().nullable(),
  generatorShare: z.number().nullable().describe('of the cores it could use, 0–1'),
  serverShare: z.number().nullable().describe('of one core: its busiest thread, 0–1'),
  limit: z.enum(limits).describe('who was at 90 % of a core or more'),
  strangersShare: z
    .number()
    .nullable()
    .optional()
    .describe('of both ends’ cores, that the hypervisor and other processes took, 0–1; absent in older files'),
  littlesLaw: z.number().nullable().describe('requests/s × mean latency ÷ connections × pipeline; 1 in a closed model'),
  sockets: z.enum(socketCalls).nullable().describe('our own generator only: which socket calls it used'),
});
export type Measured = z.infer<typeof measuredSchema>;

export const blockSchema = z.strictObject({
  generator: z.string(),
  mode: z.enum(connectionModes),
  connections: count,
  repetition: count,
  startedAt: z.iso.datetime(),
  command: z.string().nullable().describe('null: our own, driven over its channel'),
  failure: z.string().nullable().describe('why it came to nothing, or why its figures are not to be trusted'),
  measured: measuredSchema.nullable(),
});
export type Block = z.infer<typeof blockSchema>;

/** One generator in one mode at one number of connections, over its repeats. */
export const rowSchema = z.strictObject({
  generator: z.string(),
  mode: z.enum(connectionModes),
  connections: count,
  model: z.enum(['closed', 'open']),
  blocks: count.describe('that the figures come from'),
  failures: z.array(z.string()).describe('of blocks that are left out, each reason once'),
  requestsPerS: estimateSchema.nullable(),
  requestsPerGeneratorCpuS: estimateSchema.nullable(),
  requestsPerServerCpuS: estimateSchema.nullable(),
  toOwn: estimateSchema
    .nullable()
    .describe('our requests per generator-CPU-second ÷ this generator’s, repeat by repeat'),
  bytesPerResponse: z.number().nullable().describe('median'),
  bytesPerRequest: z.number().nullable().describe('median'),
  latency: quantilesSchema.describe('each the median over blocks'),
  errors: z.partialRecord(z.enum(blockErrorKinds), count),
  errorExamples: z.partialRecord(z.enum(blockErrorKinds), z.string()),
  generatorShare: z.number().nullable().describe('median'),
  serverShare: z.number().nullable().describe('median'),
  limit: z.enum(limits),
  littlesLaw: z.number().nullable().describe('median'),
});
export type Row = z.infer<typeof rowSchema>;

export const settingsSchema = z.strictObject({
  connections: count.min(1),
  modes: z.array(z.enum(connectionModes)).min(1),
  durationS: z.number().positive(),
  warmupS: z.number().nonnegative().describe('of our own generator, outside of its window'),
  repeats: count.min(1),
  pipeline: count.min(1),
  rateHz: z.number().positive().nullable().describe('null: closed model'),
  threads: count.min(1).describe('worker processes of our own, threads of other tools'),
  timeoutMs: count.min(1),
  preset: z
    .enum(['article', 'article-short'])
    .nullable()
    .describe('how the article calls wrk and ab; short: for the duration above instead of theirs'),
  engine: z
    .enum(engines)
    .default('libuv')
    .describe('of our own; a file that says nothing is from before there were two'),
  documentedSockets: z.boolean(),
});
export type Settings = z.infer<typeof settingsSchema>;

export const qpsSchema = z.strictObject({
  methodVersion: methodVersionField,
  runId: z.string(),
  createdAt: z.iso.datetime(),
  command: z.string().describe('repeats this'),
  interrupted: z.boolean(),
  machine: machineSchema,
  versions: versionsSchema,
  serverCores: z.string().nullable(),
  generatorCores: z.string().nullable(),
  target: z.strictObject({
    url: z.string(),
    subject: z.string().nullable().describe('a server of ours, started for this; null: somebody else’s'),
    serverPids: count.describe('local processes whose CPU time was read'),
    status: count.nullable().describe('of the first response; null: it could not be read'),
  }),
  settings: settingsSchema,
  tools: z.array(z.strictObject({ id: z.string(), path: z.string().nullable(), version: z.string().nullable() })),
  blocks: z.array(blockSchema),
  rows: z.array(rowSchema),
});
export type Qps = z.infer<typeof qpsSchema>;
