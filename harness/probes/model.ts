/**
 * What probes write: one file each, beside the trials.
 *
 * A probe is for evidence that is no trial: it has no arm, no repetitions that others share, often no subscribers. Its
 * file holds everything that a judge goes by, so that a run can be judged again without it.
 */
import { z } from 'zod';
import { type Churn, churnSchema, methodVersion, type ProbeId, probeIds } from '../model.js';
import {
  type ArticleLoop,
  articleLoopSchema,
  type Code,
  codeSchema,
  type Upstream,
  upstreamSchema,
} from './article-model.js';

/** What each probe's file holds. */
export interface ProbeData {
  readonly churn: Churn;
  readonly 'article-loop': ArticleLoop;
  readonly code: Code;
  readonly upstream: Upstream;
}

/** How a probe is called in a report, and what its file is checked against when read. */
export const probeFiles: {
  readonly [Id in ProbeId]: { readonly title: string; readonly schema: z.ZodType<ProbeData[Id]> };
} = {
  churn: { title: 'Connections that come, receive and vanish', schema: churnSchema },
  'article-loop': { title: 'The article’s own event streams', schema: articleLoopSchema },
  code: { title: 'Code that each transport needs', schema: codeSchema },
  upstream: { title: 'Messages to the server', schema: upstreamSchema },
};

const count = z.number().int().nonnegative();

/** probes.json: how each probe of a run went. Its data are in its own file. */
export const probeRecordsSchema = z.strictObject({
  methodVersion: z.literal(methodVersion),
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
