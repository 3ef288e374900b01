/**
 * `npm run schemas`: writes the JSON Schema of every file of a run, and of a suite, into schemas/.
 *
 * They are made from the same zod schemas that validate on reading, so they cannot drift; a test says when
 * they were not written anew.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import {
  capacitySchema,
  churnSchema,
  codecBenchSchema,
  comparisonSchema,
  floorSchema,
  planSchema,
  samplesFileSchema,
  suiteSchema,
  summarySchema,
  trialRecordSchema,
  verdictsSchema,
} from './model.js';
import { articleLoopSchema, codeSchema, upstreamSchema } from './probes/article-model.js';
import { probeRecordsSchema, requestsSchema, streamsBesideRequestsSchema } from './probes/model.js';
import { qpsSchema } from './qps/model.js';
import { runResultSchema } from './run-result.js';

const published = {
  plan: planSchema,
  floor: floorSchema,
  trial: trialRecordSchema,
  samples: samplesFileSchema,
  summary: summarySchema,
  verdicts: verdictsSchema,
  comparison: comparisonSchema,
  codec: codecBenchSchema,
  capacity: capacitySchema,
  probes: probeRecordsSchema,
  'article-loop': articleLoopSchema,
  code: codeSchema,
  upstream: upstreamSchema,
  churn: churnSchema,
  requests: requestsSchema,
  'streams-beside-requests': streamsBesideRequestsSchema,
  suite: suiteSchema,
  qps: qpsSchema,
  'run-result': runResultSchema,
} as const;

/** File name in schemas/ → its text. */
export function jsonSchemas(): Map<string, string> {
  return new Map(
    Object.entries(published).map(([name, schema]) => [
      `${name}.schema.json`,
      // What a file may hold when it is read: defaults need not be there.
      `${JSON.stringify({ title: `pushlab ${name}`, ...z.toJSONSchema(schema, { io: 'input' }) }, null, 2)}\n`,
    ]),
  );
}

export const schemasFolder = fileURLToPath(new URL('../schemas/', import.meta.url));

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [name, text] of jsonSchemas()) writeFileSync(schemasFolder + name, text);
  console.log(`wrote ${jsonSchemas().size} schemas into schemas/`);
}
