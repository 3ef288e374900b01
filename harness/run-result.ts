/** What `pushlab run --json` prints when a run has ended: where it is, the main figures of its arms, and the verdicts. */
import { z } from 'zod';
import { count, methodVersionField } from './model/common.js';
import { type MetricId, methodVersion, outcomes, type Plan, type Summary, type Verdicts } from './model.js';

/** Those of the table at the end of a run, in their own units; all others are in summary.json. */
const mainMetrics = [
  'latencyP50Us',
  'latencyP99Us',
  'stalenessMeanUs',
  'bytesPerUpdate',
  'uselessPollShare',
  'serverCpuUsPerUpdate',
] as const satisfies readonly MetricId[];

export const runResultSchema = z.strictObject({
  methodVersion: methodVersionField,
  runId: z.string(),
  directory: z.string(),
  report: z.string().nullable().describe('path of the HTML report; null: none was written'),
  interrupted: z.boolean(),
  trials: z.strictObject({ planned: count, counted: count, leftOut: count, notRun: count }),
  arms: z.array(
    z.strictObject({
      key: z.string().describe('workload/transport/client/subject'),
      trials: count,
      metrics: z
        .partialRecord(z.enum(mainMetrics), z.strictObject({ median: z.number(), low: z.number(), high: z.number() }))
        .describe('a metric that is absent was not measured'),
      delivered: count,
      superseded: count,
      lost: count,
    }),
  ),
  verdicts: z.array(z.strictObject({ id: z.string(), outcome: z.enum(outcomes), value: z.string().nullable() })),
  broken: z.array(z.string()).describe('ids of claims whose judge failed'),
});
type RunResult = z.infer<typeof runResultSchema>;

interface Ended {
  readonly plan: Plan;
  readonly directory: string;
  readonly interrupted: boolean;
  /** Null where the run stopped after its trials. */
  readonly summary: Summary | null;
  readonly verdicts: Verdicts | null;
  readonly report: string | null;
  /** Trials that have a record. */
  readonly recorded: number;
}

export function runResult({ plan, directory, interrupted, summary, verdicts, report, recorded }: Ended): RunResult {
  const leftOut = summary?.excluded.length ?? 0;
  return {
    methodVersion,
    runId: plan.runId,
    directory,
    report,
    interrupted,
    trials: {
      planned: plan.trials.length,
      counted: recorded - leftOut,
      leftOut,
      notRun: plan.trials.length - recorded,
    },
    arms: (summary?.arms ?? []).map(({ key, trials, metrics, counts: { delivered, superseded, lost } }) => ({
      key,
      trials,
      metrics: Object.fromEntries(
        mainMetrics.flatMap((metric) => {
          const estimate = metrics[metric];
          if (estimate === undefined) return [];
          const { median, low, high } = estimate;
          return [[metric, { median, low, high }]];
        }),
      ),
      delivered,
      superseded,
      lost,
    })),
    verdicts: (verdicts?.verdicts ?? []).map(({ id, outcome, value }) => ({ id, outcome, value })),
    broken: (verdicts?.broken ?? []).map(({ id }) => id),
  };
}
