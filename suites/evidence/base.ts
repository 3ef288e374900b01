import type { SuiteInput } from '../../harness/model.js';
import { baseWorkload } from '../base.js';

type Workload = SuiteInput['arms'][number]['workload'];

/** As many as `article` has; an experiment may also be run alone. */
export const evidenceRepeats = 4;

/** The fewest that allow a verdict: for bytes, which do not vary, for factors, and for what is mostly waiting. */
export const fewRepeats = 3;

/** Shorter than the sweeps: a dozen experiments have to fit into half an hour. */
export const evidenceWorkload = {
  ...baseWorkload,
  warmupMs: 400,
  windowMs: 2_000,
} as const satisfies Omit<Workload, 'id' | 'title'>;
