/** capacity.json: what `pushlab capacity` found; optional. */
import { z } from 'zod';
import { transportIds } from '../../contract/transports.js';
import { count, methodVersionField } from './common.js';

/** One load that was tried in a search for capacity, with the figures of its trial. */
const capacityStepSchema = z.strictObject({
  value: z.number().positive().describe('updates per second, or subscribers'),
  phase: z.enum(['up', 'down', 'bisect', 'confirm']),
  trialId: z.string(),
  met: z.boolean(),
  missed: z.array(z.string()).describe('what was not met, with its figure; or why there is none'),
  generatorBound: z.boolean().describe('the load generator was saturated: the trial says nothing of the server'),
  noisy: z.boolean().describe('others had the machine while the server itself had room left'),
  offeredPerS: z.number().nullable().describe('deliveries asked for'),
  achievedPerS: z.number().nullable(),
  p99Us: z.number().nullable(),
  serverCpuShare: z.number().nullable(),
  generatorCpuShare: z.number().nullable(),
  lost: count.nullable(),
  droppedSlow: count.nullable().describe('subscribers dropped because their unsent bytes passed the cap'),
});
export type CapacityStep = z.infer<typeof capacityStepSchema>;

const capacitySearchSchema = z.strictObject({
  transport: z.enum(transportIds),
  capacity: z
    .number()
    .positive()
    .nullable()
    .describe('highest load that was met more often than missed; null: none was'),
  failsAt: z.number().positive().nullable().describe('lowest load that was missed; the true limit lies between'),
  limitedBy: z.enum(['objective', 'load generator', 'machine noise', 'end of the search', 'interruption']),
  steps: z.array(capacityStepSchema).describe('in the order they were measured'),
});
export type CapacitySearch = z.infer<typeof capacitySearchSchema>;

export const capacitySchema = z.strictObject({
  methodVersion: methodVersionField,
  runId: z.string(),
  axis: z.enum(['rate', 'subscribers']),
  slo: z.string(),
  resolution: z.number().positive(),
  searches: z.array(capacitySearchSchema),
});
export type Capacity = z.infer<typeof capacitySchema>;
