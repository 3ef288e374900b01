/** What `pushlab compare --json` prints: two runs, figure by figure. */
import { z } from 'zod';
import { methodVersionField } from './common.js';
import { metricIds } from './metrics.js';

/** One figure of one arm in two runs. */
const comparisonRowSchema = z.strictObject({
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
