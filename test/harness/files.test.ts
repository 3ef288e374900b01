import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import {
  appendTrial,
  createRunDirectory,
  latestRun,
  listRuns,
  readPlan,
  readTrials,
  writePlan,
} from '../../harness/files.js';
import { newRunId } from '../../harness/run-id.js';
import { fakePlan, fakeTrial } from '../fixtures/run.js';

const root = mkdtempSync(join(tmpdir(), 'pushlab-files-'));
after(() => rmSync(root, { recursive: true }));

const plan = fakePlan({ repeats: 1 });
const records = plan.trials.map((trial) => fakeTrial(trial));

function run(name: string): string {
  const { directory } = createRunDirectory(root, name);
  writePlan(directory, plan);
  return directory;
}

test('what is written is what is read', () => {
  const directory = run('a');
  for (const record of records) appendTrial(directory, record);
  assert.deepEqual(readPlan(directory), plan);
  assert.deepEqual(readTrials(directory), records);
});

test('latest points at the newest run, relative to its folder', () => {
  run('b');
  run('c');
  assert.equal(readlinkSync(join(root, 'latest')), 'c');
  assert.deepEqual(readPlan(latestRun(root)), plan);
  assert.ok(listRuns(root).some((path) => path.endsWith('/b')));
});

test('a record torn by a crash is left out, and the next one takes its place', () => {
  const directory = run('d');
  appendTrial(directory, records[0] as (typeof records)[number]);
  appendFileSync(join(directory, 'trials.ndjson'), JSON.stringify(records[1]).slice(0, 100));
  assert.equal(readTrials(directory).length, 1);
  appendTrial(directory, records[2] as (typeof records)[number]);
  assert.deepEqual(readTrials(directory), [records[0], records[2]]);
});

test('a record that is wrong says in which file, line and field', () => {
  const directory = run('e');
  const path = join(directory, 'trials.ndjson');
  appendTrial(directory, records[0] as (typeof records)[number]);
  appendFileSync(path, `${JSON.stringify({ ...records[1], elapsedMs: 'long' })}\n`);
  assert.throws(() => readTrials(directory), /trials\.ndjson, line 2 at elapsedMs: /);
  writeFileSync(path, 'not json\n');
  assert.throws(() => readTrials(directory), /line 1: not JSON; remove the line/);
});

test('a file of another method version is refused by that name', () => {
  const directory = run('f');
  writeFileSync(join(directory, 'plan.json'), JSON.stringify({ ...plan, methodVersion: 99 }));
  assert.throws(() => readPlan(directory), /plan\.json at methodVersion: .*another methodVersion: make a new run/);
});

test('a missing file and a missing run are one clear line', () => {
  assert.throws(() => readPlan(join(root, 'nowhere')), /nowhere\/plan\.json: there is no such file/);
  assert.throws(() => latestRun(join(root, 'empty')), /no run in .*pushlab run quick/);
});

test('a full disk is said as such, and what was written before is kept', { skip: !existsSync('/dev/full') }, () => {
  const directory = run('g');
  // Linux has a device that refuses every write as a full disk does.
  symlinkSync('/dev/full', join(directory, 'trials.ndjson'));
  assert.throws(
    () => appendTrial(directory, records[0] as (typeof records)[number]),
    /cannot write .*trials\.ndjson: the disk is full; what was written before is kept/,
  );
});

test('run ids sort by time, and folders of one second never meet', () => {
  const id = newRunId('quick', new Date('2026-01-31T09:05:00Z'));
  assert.equal(id, '2026-01-31T09-05-00-quick');
  assert.equal(createRunDirectory(root, id).runId, id);
  assert.deepEqual(createRunDirectory(root, id), { runId: `${id}-2`, directory: join(root, `${id}-2`) });
});

test('processes that begin a run at one instant each have a folder of their own', async () => {
  const out = join(root, 'together');
  const files = new URL('../../harness/files.ts', import.meta.url).href;
  const at = Date.now() + 2_500;
  const code = `import { createRunDirectory } from ${JSON.stringify(files)};
    while (Date.now() < ${at});
    for (let i = 0; i < 50; i++) console.log(createRunDirectory(${JSON.stringify(out)}, 'run', { latest: false }).runId);`;
  const ids = await Promise.all(
    [1, 2, 3].map(
      () =>
        new Promise<string[]>((resolve, reject) => {
          execFile(
            process.execPath,
            ['--import', './register.mjs', '--input-type=module', '--eval', code],
            (error, stdout) => (error === null ? resolve(stdout.trim().split('\n')) : reject(error)),
          );
        }),
    ),
  );
  assert.equal(new Set(ids.flat()).size, 150);
});
