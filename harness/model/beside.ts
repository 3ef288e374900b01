/** What can be measured beside the trials: the probes, and the files of churn and of the codec bench; probes/model.ts has the others. */
import { z } from 'zod';
import { vanishWays } from '../../contract/control.js';
import { transportIds } from '../../contract/transports.js';
import { count, methodVersionField } from './common.js';

/** Each writes a file of its own into the run's folder. */
export const probeIds = ['churn', 'article-loop', 'code', 'upstream', 'requests', 'streams-beside-requests'] as const;
export type ProbeId = (typeof probeIds)[number];

/** churn.json: rounds of `pushlab churn`, or of the probe of that name, in order. */
const churnRoundSchema = z.strictObject({
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
