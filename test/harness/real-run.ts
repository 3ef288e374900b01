/** Plans of a few short trials on real processes, run in a folder that goes with the test file. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { findBrowser } from '../../harness/browser/find.js';
import { readTrials } from '../../harness/files.js';
import { type OkTrial, type Plan, type SuiteInput, suiteSchema, type TrialRecord } from '../../harness/model.js';
import { createPlan } from '../../harness/plan.js';
import { runPlan } from '../../harness/run.js';

const root = mkdtempSync(join(tmpdir(), 'pushlab-real-'));
after(() => rmSync(root, { recursive: true }));

export function planOf(arms: SuiteInput['arms'], repeats = 1): Plan {
  const suite = suiteSchema.parse({ id: 'real', title: 'Real', question: 'Does it measure?', repeats, arms });
  return createPlan(suite, {
    cores: { server: null, generator: null, whyNot: 'a test' },
    wire: { method: 'estimate', why: 'a test' },
    floor: false,
    findBrowser: () => findBrowser(null),
    command: 'npx pushlab run real.json',
    runId: 'real',
  });
}

/** @throws Error for a trial that failed, with its reason */
export async function trialsOf(plan: Plan): Promise<OkTrial[]> {
  const directory = mkdtempSync(join(root, 'run-'));
  await runPlan(plan, directory, { signal: new AbortController().signal });
  return readTrials(directory).map(okOf);
}

/** The trials of several plans side by side: for counts, which do not depend on who else is running. */
export async function trialsOfAll(plans: readonly Plan[]): Promise<OkTrial[]> {
  return (await Promise.all(plans.map(trialsOf))).flat();
}

function okOf(record: TrialRecord): OkTrial {
  if (record.status === 'ok') return record;
  throw new Error(`${record.trial.id} failed (${record.failure.kind}): ${record.failure.message}`);
}
