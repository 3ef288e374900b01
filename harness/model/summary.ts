/** summary.json: what the trials of each arm come to, and how arms differ. */
import { z } from 'zod';
import { pageFeatures } from '../../contract/clients.js';
import { transportIds } from '../../contract/transports.js';
import { clientKinds } from '../../contract/trial.js';
import { probeIds } from './beside.js';
import { count, methodVersionField } from './common.js';
import { floorSchema } from './floor.js';
import { estimateSchema, metricIds } from './metrics.js';
import { warningSchema } from './trial.js';

const armSchema = z.strictObject({
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
  trialLatencyQuantiles: z
    .array(z.array(z.tuple([z.number(), z.number()])))
    .optional()
    .describe('a few [quantile 0–1, µs] of each trial, in the order of repetitions; none where nothing arrived'),
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
const contrastSchema = z.strictObject({
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
const slopeSchema = z.strictObject({
  metric: z.enum(metricIds),
  transport: z.enum(transportIds),
  client: z.enum(clientKinds),
  subject: z.string(),
  subscribers: z.array(count).describe('the counts it was fitted over'),
  perSubscriber: estimateSchema.describe('slope of the least-squares line of each repetition'),
});
export type Slope = z.infer<typeof slopeSchema>;

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
