/** `pushlab judge` and `pushlab claims` with claims of somebody's own, as they are typed. */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readVerdicts, writeSummary } from '../../harness/files.js';
import { summarize } from '../../harness/summarize.js';
import { pushlab as runPushlab } from '../fixtures/pushlab.js';
import { fakePlan, fakeTrial } from '../fixtures/run.js';
import { writeFakeRun } from '../fixtures/run-folder.js';

const root = mkdtempSync(join(tmpdir(), 'pushlab-judge-'));
after(() => rmSync(root, { recursive: true }));
const example = fileURLToPath(new URL('../../docs/example-claims', import.meta.url));

const pushlab = (...args: string[]) => runPushlab(args, root);

/** A run's folder up to its summary, made for a claim of the example's. */
function runFolder(name: string): string {
  const plan = fakePlan({ transports: ['sse'], claims: ['E1'] });
  const records = plan.trials.map((trial) => fakeTrial(trial));
  const folder = writeFakeRun(join(root, name), plan, records);
  writeSummary(folder, summarize(plan, records));
  return folder;
}

test('a judge that throws makes the exit code 1, and the others are judged and written', async () => {
  const pack = join(root, 'pack');
  cpSync(example, pack, { recursive: true });
  writeFileSync(join(pack, 'package.json'), '{"type": "module"}');
  const text = readFileSync(join(pack, 'claims', 'e1-idle-polls.ts'), 'utf8');
  const broken = text
    .replace("id: 'E1'", "id: 'E2'")
    .replace('judge({ summary }) {', "judge({ summary }) {\n    throw new Error('no such arm');");
  writeFileSync(join(pack, 'claims', 'e2-broken.ts'), broken);
  const folder = runFolder('broken');
  const { code, out } = await pushlab('judge', folder, '--claims-from', pack);
  assert.equal(code, 1);
  assert.match(out, /^E2 +broken, its judge failed: no such arm$/m);
  const { verdicts, broken: failed } = readVerdicts(folder);
  assert.deepEqual(
    failed.map(({ id }) => id),
    ['E2'],
  );
  assert.equal(verdicts.find(({ id }) => id === 'A6')?.outcome, 'contradicted');
  assert.equal(verdicts.find(({ id }) => id === 'E1')?.outcome, 'not tested');
  assert.match(readFileSync(join(folder, 'verdicts.md'), 'utf8'), /Not judged, the judge failed: E2/);
});

test('a run made for a claim that is not known here says so, and is judged by what is', async () => {
  const { code, err } = await pushlab('judge', runFolder('unknown'));
  assert.equal(code, 0);
  assert.match(err, /a claim 'E1' that is not known here; name its folder: --claims-from/);
});

test('TypeScript that Node takes for CommonJS is one line with the way out', async () => {
  const pack = join(root, 'no-package');
  cpSync(example, pack, { recursive: true });
  const { code, err } = await pushlab('claims', '--claims-from', pack);
  assert.equal(code, 1);
  assert.match(
    err,
    /^pushlab: .*e1-idle-polls\.ts: cannot be loaded .*; put \{"type": "module"\} into a package\.json beside it\n$/,
  );
});

test('a claim is explained from its source to what would change the verdict', async () => {
  const { code, out } = await pushlab('claims', 'E1', '--claims-from', example);
  assert.equal(code, 0);
  for (const part of [
    'by whom',
    'how they got it',
    'how it is tested here',
    'threshold, written beforehand',
    'what would change the verdict',
  ])
    assert.ok(out.includes(`\n${part}\n  `), part);
});
