/** What is measured beside the trials: which of it a run plans, what a resumed one still does, and what failed. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { claims } from '../../claims/index.js';
import { readProbeRecords, readProbes, writePlan } from '../../harness/files.js';
import { chooseClaims, evidenceFor, probesFor } from '../../harness/known-claims.js';
import { type Churn, type Claim, churnSchema, methodVersion, type ProbeId } from '../../harness/model.js';
import { createPlan, describeSize, expectedDurationMs, type PlanOptions } from '../../harness/plan.js';
import { probes } from '../../harness/probes/index.js';
import type { Probe, ProbeContext, Probes } from '../../harness/probes/probe.js';
import { missingProbes, probeStates, runProbes } from '../../harness/probes/run.js';
import { whyNotResume } from '../../harness/resume.js';
import { fakePlan } from '../fixtures/run.js';

const root = mkdtempSync(join(tmpdir(), 'pushlab-probes-'));
after(() => rmSync(root, { recursive: true }));
const folder = () => mkdtempSync(join(root, 'run-'));

const options: PlanOptions = {
  cores: { server: '0', generator: '1', whyNot: null },
  wire: { method: 'estimate', why: 'a test' },
  floor: false,
  command: 'npx pushlab run x',
  runId: 'x',
};
const a17 = chooseClaims(claims, ['A17']);
const churned: Churn = churnSchema.parse({ methodVersion, runId: 'x', connections: 1, rounds: [], kept: [] });
const forever = new Promise<never>(() => {});
const untouched = new AbortController().signal;

/** Every probe does this. */
function all(measure: (context: ProbeContext, id: ProbeId) => Promise<unknown>): Probes {
  const made = Object.values(probes).map(({ id }) => [
    id,
    { id, expectedMs: () => 1, measure: (context: ProbeContext) => measure(context, id) } as Probe<ProbeId>,
  ]);
  return Object.fromEntries(made) as Probes;
}

test('a plan holds the probes that its claims need, each once, and reckons with them', () => {
  assert.deepEqual(probesFor([...a17, ...a17]), ['churn']);
  const suite = evidenceFor(a17, []);
  const plan = createPlan(suite, { ...options, claims: ['A17'], probes: probesFor(a17) });
  assert.deepEqual([plan.trials.length, plan.probes], [0, ['churn']]);
  assert.equal(describeSize(plan), '0 trials; beside them: churn');
  assert.equal(expectedDurationMs(plan), probes.churn.expectedMs(false));
  assert.equal(expectedDurationMs({ ...plan, probes: [] }), 0);
});

test('a thinned run leaves out what takes too long, and is refused when nothing is left', () => {
  const suite = evidenceFor(a17, []);
  assert.throws(
    () => createPlan(suite, { ...options, probes: ['churn'], quick: true }),
    /nothing to run in its thinned version; leave out --quick/,
  );
});

test('every probe that a claim needs is there, and says how long it takes', () => {
  for (const { id, probes: needed = [] } of claims as readonly Claim[])
    for (const probe of needed) {
      assert.equal(probes[probe].id, probe, id);
      assert.ok((probes[probe].expectedMs(false) ?? 0) > 0, probe);
    }
});

test('what a probe measured is in its file, and a resumed run does not measure it again', async () => {
  const directory = folder();
  const plan = fakePlan({ probes: ['churn'] });
  let measured = 0;
  const counting = all(async () => {
    measured++;
    return churned;
  });
  assert.deepEqual(missingProbes(plan, directory), ['churn']);
  const ended: string[] = [];
  const onProbeEnd = ({ id }: { id: string }) => ended.push(id);
  await runProbes(plan, directory, { signal: untouched, onProbeEnd }, forever, counting);
  await runProbes(plan, directory, { signal: untouched, onProbeEnd }, forever, counting);
  assert.deepEqual([measured, ended], [1, ['churn']]);
  assert.deepEqual(readProbes(directory).churn, churned);
  assert.deepEqual(
    probeStates(plan, directory).map(({ id, notMeasured }) => [id, notMeasured]),
    [['churn', null]],
  );
});

test('a probe that fails is named with its reason, and is tried again when the run is resumed', async () => {
  const directory = folder();
  const plan = fakePlan({ probes: ['churn'] });
  const failing = all(async () => {
    throw new Error('no room at the inn');
  });
  await runProbes(plan, directory, { signal: untouched }, forever, failing);
  assert.equal(readProbes(directory).churn, null);
  assert.match(probeStates(plan, directory)[0]?.notMeasured ?? '', /no room at the inn/);
  await runProbes(
    plan,
    directory,
    { signal: untouched },
    forever,
    all(async () => churned),
  );
  assert.equal(probeStates(plan, directory)[0]?.notMeasured, null);
  assert.deepEqual(
    readProbeRecords(directory).map(({ failure }) => failure),
    [null],
  );
});

test('Ctrl-C leaves nothing of the probe under way, and no failure either', async () => {
  const directory = folder();
  const plan = fakePlan({ probes: ['churn'] });
  const interruption = new AbortController();
  const interrupted = all(async ({ signal }) => {
    interruption.abort(new Error('interrupted'));
    signal.throwIfAborted();
  });
  await assert.rejects(
    runProbes(plan, directory, { signal: interruption.signal }, forever, interrupted),
    /interrupted/,
  );
  assert.ok(!existsSync(join(directory, 'churn.json')));
  assert.deepEqual(readProbeRecords(directory), []);
  assert.match(probeStates(plan, directory)[0]?.notMeasured ?? '', /the run ended before it/);
});

test('a probe measured by another plan stands in the way of resuming, as a trial would', async () => {
  const directory = folder();
  const plan = fakePlan({ probes: ['churn'] });
  writePlan(directory, plan);
  await runProbes(
    plan,
    directory,
    { signal: untouched },
    forever,
    all(async () => churned),
  );
  const now = { ...plan };
  assert.deepEqual(whyNotResume(plan, readProbeRecords(directory), now), []);
  assert.match(
    whyNotResume({ ...plan, seed: 2 }, readProbeRecords(directory), now).join(),
    /plan\.json was changed after 1 of 1/,
  );
});
