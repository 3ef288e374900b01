import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { claims } from '../../claims/index.js';
import { archiveRun } from '../../harness/archive.js';
import { judgeRun, summarizeRun } from '../../harness/commands/stages.js';
import {
  appendTrial,
  readPlan,
  readSummary,
  readTrials,
  readVerdicts,
  writePlan,
  writeSamples,
} from '../../harness/files.js';
import { methodVersion } from '../../harness/model.js';
import { fakePlan, fakeTrial } from '../fixtures/run.js';
import { writeFakeRun } from '../fixtures/run-folder.js';

const root = mkdtempSync(join(tmpdir(), 'pushlab-archive-'));
after(() => rmSync(root, { recursive: true }));

/** A run with all its stages done. */
function runFolder(name: string, stalenessUs: number): string {
  const plan = fakePlan({ transports: ['polling', 'sse'], repeats: 3 });
  const records = plan.trials.map((trial) => fakeTrial(trial, { client: { stalenessMeanUs: stalenessUs } }));
  const folder = writeFakeRun(join(root, name), plan, records);
  for (const { id } of plan.trials) writeSamples(folder, { methodVersion, trialId: id, every: 1, rows: [] });
  summarizeRun(folder);
  judgeRun(folder, claims);
  return folder;
}

describe('an archived run', () => {
  it('is read as the run itself is, and judged again to the same verdicts', () => {
    const run = runFolder('one', 50_000);
    const kept = join(root, 'kept');
    archiveRun(run, kept);
    assert.deepEqual(readTrials(kept), readTrials(run));
    assert.deepEqual(readSummary(kept), readSummary(run));
    const before = readVerdicts(kept);
    rmSync(join(kept, 'summary.json.gz'));
    summarizeRun(kept);
    assert.deepEqual(judgeRun(kept, claims), before);
  });

  it('has no samples, and says how large it is', () => {
    const kept = join(root, 'sized');
    const bytes = archiveRun(runFolder('two', 1), kept);
    assert.equal(existsSync(join(kept, 'samples')), false);
    assert.ok(bytes > 1000 && readdirSync(kept).length >= 4);
  });

  it('replaces the one before it, and leaves a README alone', () => {
    const kept = join(root, 'again');
    archiveRun(runFolder('three', 1_000), kept);
    writeFileSync(join(kept, 'README.md'), 'why');
    writeFileSync(join(kept, 'churn.json'), '{}');
    const later = runFolder('four', 2_000);
    archiveRun(later, kept);
    assert.deepEqual(readTrials(kept), readTrials(later));
    assert.equal(existsSync(join(kept, 'churn.json')), false);
    assert.ok(existsSync(join(kept, 'README.md')));
    assert.equal(readPlan(kept).runId, readPlan(later).runId);
  });

  it('does not say whose home it was made in', () => {
    const run = runFolder('seven', 1);
    const browser = { state: 'found', source: 'path', version: '1', environment: {} } as const;
    writePlan(run, { ...readPlan(run), browser: { ...browser, executable: `${homedir()}/a/chrome` } });
    const kept = join(root, 'anonymous');
    archiveRun(run, kept);
    const found = readPlan(kept).browser;
    assert.equal(found.state === 'found' && found.executable, '~/a/chrome');
  });

  it('takes no more trials', () => {
    const run = runFolder('six', 1);
    const kept = join(root, 'closed');
    archiveRun(run, kept);
    const [record] = readTrials(run);
    assert.ok(record);
    assert.throws(() => appendTrial(kept, record), /is an archived run/);
  });

  it('is not written over what is no run', () => {
    const folder = join(root, 'mine');
    mkdirSync(folder);
    writeFileSync(join(folder, 'thesis.md'), 'years of work');
    assert.throws(() => archiveRun(runFolder('five', 1), folder), /holds something that is no run/);
  });
});
