import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planSchema } from '../../harness/model.js';
import { planFingerprint, whyNotResume } from '../../harness/resume.js';
import { fakePlan, fakeTrial } from '../fixtures/run.js';

const plan = fakePlan();
const records = plan.trials.slice(0, 2).map((trial) => ({ ...fakeTrial(trial), planSha256: planFingerprint(plan) }));

test('the same plan on the same machine may be resumed', () => {
  assert.deepEqual(whyNotResume(plan, records, plan), []);
  // Written and read back, whatever order its fields are in.
  const readBack = planSchema.parse(JSON.parse(JSON.stringify(reversed(plan))));
  assert.equal(planFingerprint(readBack), planFingerprint(plan));
});

test('a plan that was changed after trials and probes had run by it may not', () => {
  const changed = { ...plan, workloads: plan.workloads.map((workload) => ({ ...workload, windowMs: 9999 })) };
  assert.deepEqual(whyNotResume(changed, records, plan), [
    'plan.json was changed after 2 of 2 trials and probes had run by it',
  ]);
});

test('nor may it go on elsewhere, or by another program: each difference is named', () => {
  const now = {
    ...plan,
    machine: { ...plan.machine, kernel: 'Linux 9' },
    versions: { ...plan.versions, node: '99.0.0', commit: 'abc', lockfileSha256: 'x' },
    wire: { method: 'estimate', why: 'not root' } as const,
  };
  const reasons = whyNotResume(plan, records, now);
  assert.equal(reasons.length, 5);
  for (const part of [
    /^kernel .* against Linux 9/,
    /^Node .* against 99/,
    /^network namespace against estimate/,
    /^pushlab /,
    /package-lock/,
  ])
    assert.ok(
      reasons.some((reason) => part.test(reason)),
      `${part} in ${reasons.join('; ')}`,
    );
});

test('other load is no other machine', () => {
  assert.deepEqual(whyNotResume(plan, records, { ...plan, machine: { ...plan.machine, load1: 7 } }), []);
});

function reversed(fields: object): object {
  return Object.fromEntries(Object.entries(fields).reverse());
}
