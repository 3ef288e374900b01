/** floor.json: what this instrument itself needs and can resolve, measured before the first trial. */
import { z } from 'zod';
import { count, methodVersionField } from './common.js';

const quantilesSchema = z.strictObject({ count, p50Us: z.number(), p90Us: z.number(), p99Us: z.number() });

export const floorSchema = z.strictObject({
  methodVersion: methodVersionField,
  clockReadNs: z.number().describe('one read of the measuring clock, median of batches'),
  clockStepNs: z.number().describe('smallest step seen between two reads'),
  timerLateness: quantilesSchema.describe('of setTimeout in an idle process, µs'),
  hop: quantilesSchema.nullable().describe('bare TCP, server core to generator core, one way, µs; null: not measured'),
  nullTransport: quantilesSchema.describe('source to recorder in one process, published → received, µs'),
  nullSlip: quantilesSchema.describe('published − intended of the same updates, µs'),
  recordNs: z.number().describe('remembering one received update, median of batches'),
  elapsedMs: z.number().describe('what measuring all this took'),
});
export type Floor = z.infer<typeof floorSchema>;
