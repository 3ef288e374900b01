import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import Ajv2020 from 'ajv/dist/2020.js';
import { claims } from '../claims/index.js';
import { judge } from '../harness/judge.js';
import { methodVersion } from '../harness/model.js';
import { jsonSchemas, schemasFolder } from '../harness/schemas.js';
import { summarize } from '../harness/summarize.js';
import { suites } from '../suites/index.js';
import { failedTrial, fakePlan, fakeTrial } from './fixtures/run.js';

test('the published JSON Schemas are those of this code', () => {
  assert.deepEqual(readdirSync(schemasFolder).sort(), [...jsonSchemas().keys()].sort());
  for (const [name, text] of jsonSchemas())
    assert.equal(readFileSync(schemasFolder + name, 'utf8'), text, `schemas/${name} is stale: npm run schemas`);
});

test('an independent validator accepts what the stages write, and refuses a broken one', () => {
  const plan = fakePlan();
  const records = plan.trials.map((trial, i) => (i === 0 ? failedTrial(trial) : fakeTrial(trial)));
  const summary = summarize(plan, records);
  const check = validator();
  check('plan', plan);
  for (const record of records) check('trial', record);
  check('summary', summary);
  check('verdicts', judge({ plan, summary }, claims));
  check('samples', { methodVersion, trialId: 't', every: 1, rows: [[0, 1, 2.5, 3, 4]] });
  for (const suite of suites) check('suite', suite);
  assert.throws(() => check('plan', { ...plan, seed: -1 }), /seed/);
  assert.throws(() => check('trial', { ...records[1], extra: 1 }), /additional/);
});

function validator(): (name: string, value: unknown) => void {
  const ajv = new Ajv2020.default({ strict: false, discriminator: false, formats: { 'date-time': true } });
  return (name, value) => {
    const validate = ajv.compile(JSON.parse(jsonSchemas().get(`${name}.schema.json`) ?? ''));
    // What was written is JSON, without the undefined of objects in memory.
    const valid = validate(JSON.parse(JSON.stringify(value)));
    assert.ok(valid, ajv.errorsText(validate.errors));
  };
}
