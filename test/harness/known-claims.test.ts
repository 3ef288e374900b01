/** Which claims and suites there are, and the run that a choice of claims needs. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { claims } from '../../claims/index.js';
import { loadClaimPack } from '../../harness/claim-pack.js';
import { judge } from '../../harness/judge.js';
import { chooseClaims, evidenceFor, knownClaims, probesFor } from '../../harness/known-claims.js';
import { type Claim, type Suite, suiteSchema } from '../../harness/model.js';
import { createPlan, expectedDurationMs, type PlanOptions } from '../../harness/plan.js';
import { summarize } from '../../harness/summarize.js';
import { experiments } from '../../suites/evidence/index.js';
import { suites } from '../../suites/index.js';
import { fakePlan, fakeTrial } from '../fixtures/run.js';

const root = mkdtempSync(join(tmpdir(), 'pushlab-claims-'));
after(() => rmSync(root, { recursive: true }));
const example = fileURLToPath(new URL('../../docs/example-claims', import.meta.url));

const options: PlanOptions = {
  cores: { server: '0', generator: '1', whyNot: null },
  wire: { method: 'estimate', why: 'a test' },
  floor: false,
  command: 'npx pushlab run x',
  runId: 'x',
};
const known = [...suites, ...experiments];
/** One that rests on trials alone. */
const someClaim = claims.find(({ id }) => id === 'A6') as Claim;
const armsOf = (suite: Suite) => new Set(createPlan(suite, { ...options, repeats: 1 }).trials.map(({ id }) => id));

test('every claim names experiments there are, or says what it needs instead', () => {
  for (const { id, experiments: needed, probes = [], otherEvidence } of claims) {
    for (const name of needed)
      assert.ok(
        known.some((suite) => suite.id === name),
        `${id}: ${name}`,
      );
    assert.equal(needed.length + probes.length === 0, otherEvidence !== undefined, id);
  }
});

test('every experiment is some claim’s, and has a name that no other suite has', () => {
  for (const { id } of experiments)
    assert.ok(
      claims.some(({ experiments: needed }) => needed.includes(id)),
      id,
    );
  const ids = known.map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
});

test('a choice of claims is the union of their experiments, what they share once', () => {
  const one = { ...someClaim, id: 'X1', experiments: ['update-rate', 'payload-size'] };
  const two = { ...someClaim, id: 'X2', experiments: ['payload-size', 'sparse-updates'] };
  const united = evidenceFor([one, two], known);
  const parts = ['update-rate', 'payload-size', 'sparse-updates'].map((id) =>
    suiteSchema.parse(known.find((suite) => suite.id === id)),
  );
  assert.deepEqual(armsOf(united), new Set(parts.flatMap((part) => [...armsOf(part)])));
  assert.match(united.question, /X1, X2/);
});

test('an arm that stands twice in a suite is run once', () => {
  const suite = suiteSchema.parse(known.find(({ id }) => id === 'sparse-updates'));
  const twice = { ...suite, arms: [...suite.arms, ...suite.arms] };
  assert.equal(createPlan(twice, { ...options, repeats: 2 }).trials.length, 2);
});

test('the thinned article takes six minutes at most, the whole one half an hour, and both can be judged', () => {
  const whole = evidenceFor(claims, known);
  const probes = probesFor(claims);
  const full = createPlan(whole, { ...options, probes });
  const quick = createPlan(whole, { ...options, probes, quick: true });
  assert.ok(expectedDurationMs({ ...full, browser: found }) <= 30 * 60_000, `${expectedDurationMs(full)} ms`);
  assert.ok(expectedDurationMs(quick) <= 6 * 60_000, `${expectedDurationMs(quick)} ms`);
  assert.deepEqual([full.thinned, quick.thinned, quick.repeats], [false, true, 3]);
  const article = suiteSchema.parse(suites.find(({ id }) => id === 'article'));
  assert.deepEqual(armsOf(whole), armsOf(article), 'the suite of that name is what all claims need');
});

const found = {
  state: 'found',
  source: 'path',
  executable: '/x',
  version: '1',
  environment: {},
} as const satisfies Parameters<typeof expectedDurationMs>[0]['browser'];

test('a plan says which claims it was made for', () => {
  const suite = evidenceFor([someClaim], known);
  assert.deepEqual(createPlan(suite, { ...options, claims: ['A6'] }).claims, ['A6']);
  assert.equal(createPlan(suite, options).claims, null);
});

test('an unknown claim, an unknown experiment and a claim without trials are one line each', () => {
  assert.throws(() => chooseClaims(claims, ['A66']), /no claim 'A66'; did you mean A6\?/);
  assert.deepEqual(
    chooseClaims(claims, ['a7', 'A6']).map(({ id }) => id),
    ['A7', 'A6'],
  );
  assert.throws(
    () => evidenceFor([{ ...someClaim, experiments: ['nothing'] }], known),
    /needs a suite 'nothing' that is not known/,
  );
  assert.throws(() => evidenceFor([{ ...someClaim, experiments: [] }], known), /not judged by anything measured/);
});

test('a pack adds its claims and suites to ours, and is what a run with it is for', async () => {
  const all = await knownClaims(example);
  assert.deepEqual(
    all.tested.map(({ id }) => id),
    ['E1'],
  );
  assert.equal(all.claims.length, claims.length + 1);
  const suite = evidenceFor(all.tested, all.suites);
  const workloads = suite.arms.map(({ workload }) => workload);
  const experiments = [
    { id: 'configuration', title: 'C', question: 'What?', workloads: workloads.map(({ id }) => id), whole: true },
  ];
  const plan = fakePlan({ transports: ['polling'], workloads, repeats: 3, experiments });
  const outcomeWith = (useless: number) => {
    const records = plan.trials.map((trial) =>
      fakeTrial(trial, { client: { windowRequests: 1000, windowUselessPolls: useless } }),
    );
    return judge({ plan, summary: summarize(plan, records) }, all.tested).verdicts[0]?.outcome;
  };
  assert.deepEqual([outcomeWith(900), outcomeWith(500)], ['reproduced', 'contradicted']);
});

test('a pack that is none, is broken or takes a name is refused with its file', async () => {
  const pack = (name: string, text: string) => {
    const folder = join(root, name);
    mkdirSync(join(folder, 'claims'), { recursive: true });
    writeFileSync(join(folder, 'claims', 'x.mjs'), text);
    return folder;
  };
  await assert.rejects(loadClaimPack(join(root, 'nowhere')), /no claim in it; expected .*nowhere\/claims/);
  await assert.rejects(loadClaimPack(pack('empty', 'export const y = 1;')), /x\.mjs: export the claim as default/);
  await assert.rejects(loadClaimPack(pack('half', "export default { id: 'X1' };")), /x\.mjs at title: /);
  const fields = [
    'title',
    'says',
    'claimed',
    'theirMethod',
    'ourTest',
    'prediction',
    'threshold',
    'wouldChange',
    'needs',
  ];
  const taken = `export default { ${fields.map((field) => `${field}: 'some words'`).join(', ')}, id: 'A6',
    source: { title: 'somebody', url: null }, experiments: [], judge: () => null };`;
  await assert.rejects(knownClaims(pack('taken', taken)), /there are two of claim 'A6'/);
});
