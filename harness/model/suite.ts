/** Suites: workloads as data. A suite of one's own is a JSON or TypeScript file given by path. */
import { z } from 'zod';
import { transportIds } from '../../contract/transports.js';
import { clientKinds, workloadSchema } from '../../contract/trial.js';

export const suiteSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9.-]*$/),
  title: z.string().min(1),
  question: z.string().min(1),
  repeats: z.number().int().min(1).max(1000),
  quick: z.array(z.string()).optional().describe('workloads that --quick keeps; absent: all'),
  arms: z
    .array(
      z.strictObject({
        workload: workloadSchema,
        transports: z.array(z.enum(transportIds)).min(1),
        subjects: z.array(z.string()).min(1).default(['uws']),
        clients: z.array(z.enum(clientKinds)).min(1).default(['raw']),
        repeats: z.number().int().min(1).max(1000).optional().describe('of these arms; absent: the suite’s'),
      }),
    )
    .min(1),
});
export type Suite = z.infer<typeof suiteSchema>;
export type SuiteInput = z.input<typeof suiteSchema>;
