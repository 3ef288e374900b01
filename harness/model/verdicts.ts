/** verdicts.json: what a run says of each claim. */
import { z } from 'zod';
import { probeIds } from './beside.js';
import { count, methodVersionField } from './common.js';

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
  inShort: z
    .string()
    .optional()
    .describe('the same for a line of a board, where neither its first figure nor its interval sums it up'),
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

export const verdictsSchema = z.strictObject({
  methodVersion: methodVersionField,
  runId: z.string(),
  verdicts: z.array(verdictSchema),
  broken: z
    .array(z.strictObject({ id: z.string(), title: z.string(), error: z.string() }))
    .describe('claims whose judge failed: a fault of ours, and no verdict'),
});

export type Verdicts = z.infer<typeof verdictsSchema>;
