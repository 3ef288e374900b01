/**
 * What probes write: one file each, beside the trials.
 *
 * A probe is for evidence that is no trial: it has no arm, no repetitions that others share, often no subscribers. Its
 * file holds everything that a judge goes by, so that a run can be judged again without it.
 */
import { z } from 'zod';
import { count, methodVersionField } from '../model/common.js';
import { type Churn, churnSchema, type ProbeId, probeIds } from '../model.js';
import { blockSchema, measuredSchema, rowSchema, settingsSchema } from '../qps/model.js';
import {
  type ArticleLoop,
  articleLoopSchema,
  type Code,
  codeSchema,
  type Upstream,
  upstreamSchema,
} from './article-model.js';

/** requests.json: requests per second of several servers, by several generators, block by block. */
export const requestsSchema = z.strictObject({
  methodVersion: methodVersionField,
  runId: z.string(),
  settings: settingsSchema,
  tools: z
    .array(z.strictObject({ id: z.string(), path: z.string().nullable(), version: z.string().nullable() }))
    .describe('beside our own; path null: it is not here, and has no blocks'),
  targets: z.array(
    z.strictObject({
      subject: z.string(),
      status: count.nullable().describe('of the first response; null: it could not be read'),
      blocks: z
        .array(blockSchema)
        .describe('in the order they were measured; one that failed twice running is dropped'),
      rows: z.array(rowSchema),
    }),
  ),
});
export type Requests = z.infer<typeof requestsSchema>;

/** streams-beside-requests.json: what a server answers while it also holds event streams, and while it does not. */
export const streamsBesideRequestsSchema = z.strictObject({
  methodVersion: methodVersionField,
  runId: z.string(),
  subject: z.string(),
  streams: count.describe('of the half that has them'),
  updatesPerS: z.number().positive().describe('to each stream'),
  payloadBytes: count,
  settings: settingsSchema.describe('of every block; its rate is of those that have one'),
  blocks: z.array(
    z.strictObject({
      repetition: count,
      streams: count,
      rateHz: z.number().positive().nullable().describe('null: closed model, as much as it takes'),
      startedAt: z.iso.datetime(),
      measured: measuredSchema,
      p95Us: z.number().nullable(),
      holderShare: z.number().nullable().describe('of a core, that receiving the streams took of the generator’s'),
    }),
  ),
  alone: z
    .array(
      z.strictObject({
        repetition: count,
        elapsedS: z.number().positive(),
        updates: count.describe('due to all streams in that time'),
        serverCpuUs: z.number().nullable(),
      }),
    )
    .describe('streams held and updated, and no request'),
});
export type StreamsBesideRequests = z.infer<typeof streamsBesideRequestsSchema>;

/** What each probe's file holds. */
export interface ProbeData {
  readonly churn: Churn;
  readonly 'article-loop': ArticleLoop;
  readonly code: Code;
  readonly upstream: Upstream;
  readonly requests: Requests;
  readonly 'streams-beside-requests': StreamsBesideRequests;
}

/** How a probe is called in a report, and what its file is checked against when read. */
export const probeFiles: {
  readonly [Id in ProbeId]: { readonly title: string; readonly schema: z.ZodType<ProbeData[Id]> };
} = {
  churn: { title: 'Connections that come, receive and vanish', schema: churnSchema },
  'article-loop': { title: 'The article’s own event streams', schema: articleLoopSchema },
  code: { title: 'Code that each transport needs', schema: codeSchema },
  upstream: { title: 'Messages to the server', schema: upstreamSchema },
  requests: { title: 'Requests per second, generators against each other', schema: requestsSchema },
  'streams-beside-requests': { title: 'Requests beside event streams', schema: streamsBesideRequestsSchema },
};

/** probes.json: how each probe of a run went. Its data are in its own file. */
export const probeRecordsSchema = z.strictObject({
  methodVersion: methodVersionField,
  records: z
    .array(
      z.strictObject({
        id: z.enum(probeIds),
        planSha256: z.string().describe('first 16 digits, of the plan that it was measured by'),
        startedAt: z.iso.datetime(),
        elapsedMs: count,
        failure: z.string().nullable().describe('why nothing was measured; null: it was'),
      }),
    )
    .describe('one per probe, of its last attempt'),
});
export type ProbeRecord = z.infer<typeof probeRecordsSchema>['records'][number];
