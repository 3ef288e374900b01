/**
 * The files of a run, as schemas: `plan.json → trials.ndjson → summary.json → verdicts.json`.
 *
 * Claims, suites and reports may import this file and nothing else of the harness. `npm run schemas` publishes them as
 * JSON Schema in schemas/.
 */
export * from './model/beside.js';
export * from './model/capacity.js';
export * from './model/claim.js';
export { methodVersion } from './model/common.js';
export * from './model/comparison.js';
export * from './model/figures.js';
export * from './model/floor.js';
export * from './model/metrics.js';
export * from './model/plan.js';
export * from './model/suite.js';
export * from './model/summary.js';
export * from './model/trial.js';
export * from './model/verdicts.js';
export type { Qps } from './qps/model.js';
