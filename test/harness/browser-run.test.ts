/** Browser trials that go wrong: each is a failed trial in the browser's own words, the run goes on, and nothing of it stays. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { ClientKind } from '../../contract/clients.js';
import { compilePage } from '../../harness/browser/compile-page.js';
import { findBrowser } from '../../harness/browser/find.js';
import { leftoverProfiles } from '../../harness/browser/profile.js';
import { readTrials } from '../../harness/files.js';
import { readTree } from '../../harness/meters/process-tree.js';
import { type OkTrial, type Plan, type ProcessPart, suiteSchema, type TrialRecord } from '../../harness/model.js';
import { createPlan } from '../../harness/plan.js';
import { runPlan } from '../../harness/run.js';
import { summarize } from '../../harness/summarize.js';
import { fakeWorkload } from '../fixtures/run.js';
import { until } from '../fixtures/until.js';

const root = mkdtempSync(join(tmpdir(), 'pushlab-browser-run-'));
after(() => rmSync(root, { recursive: true, maxRetries: 5 }));
const found = findBrowser(null);
const options = { skip: found.state === 'found' ? false : found.why };

const workload = {
  ...fakeWorkload,
  subscribers: 2,
  updates: { rateHz: 30, arrival: 'poisson' as const, burstSize: 1 },
  warmupMs: 600,
  windowMs: 1500,
  drainMs: 5000,
};

function suiteOf(clients: readonly ClientKind[], over: object = {}) {
  return {
    id: 'browser-run',
    title: 'Browser run',
    question: 'What if a browser fails?',
    repeats: 1,
    arms: [{ workload: { ...workload, ...over }, transports: ['sse'], clients }],
  };
}

function planOf(clients: readonly ClientKind[], browser: Plan['browser'] = found, over: object = {}): Plan {
  return createPlan(suiteSchema.parse(suiteOf(clients, over)), {
    cores: { server: null, generator: null, whyNot: 'a test' },
    wire: { method: 'estimate', why: 'a test' },
    findBrowser: () => browser,
    floor: false,
    command: 'npx pushlab run browser-run.json',
    runId: 'browser-run',
  });
}

async function runIn(
  name: string,
  plan: Plan,
  onTrialStart: (position: number) => void = () => {},
): Promise<TrialRecord[]> {
  const directory = join(root, name);
  mkdirSync(directory, { recursive: true });
  await runPlan(plan, directory, {
    signal: new AbortController().signal,
    onTrialStart: (_trial, position) => onTrialStart(position),
  });
  return readTrials(directory);
}

/** The client workers with a browser that a harness has, told by the profile in their argument. */
function workersOf(harness: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        return line.includes('clients/browser/main.ts') && line.includes(`pushlab-profile-${harness}-`);
      } catch {
        return false;
      }
    });
}

/** Everything that browser trials have started while this file looked. */
const seen = new Set<number>();

/** Processes of a harness's browser trials that are for this. */
function ofRole(harness: number, role: ProcessPart['role']): number[] {
  return workersOf(harness).flatMap((worker) => {
    const tree = [...readTree(worker)];
    for (const [pid] of tree) seen.add(pid);
    return tree.filter(([, its]) => its === role).map(([pid]) => pid);
  });
}

/** Those seen that still run; a zombie has only not been waited for. */
function running(): number[] {
  return [...seen].filter((pid) => {
    try {
      return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
    } catch {
      return false;
    }
  });
}

/** A browser starts a renderer in reserve and ends it again: one may be gone since it was found. */
function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function profiles(harness: number): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith(`pushlab-profile-${harness}-`));
}

async function assertNothingStays(): Promise<void> {
  assert.deepEqual([workersOf(process.pid), profiles(process.pid)], [[], []]);
  // The kernel takes a moment to bury what a browser leaves behind.
  await until(() => running().length === 0, `processes ${running().join(', ')} to be gone`);
}

/** Kills processes as soon as there are any, `afterMs` later. */
function killOnceUp(find: () => number[], afterMs: number): void {
  const timer = setInterval(() => {
    if (find().length === 0) return;
    clearInterval(timer);
    setTimeout(() => {
      for (const pid of find()) killIfThere(pid);
    }, afterMs);
  }, 20);
  // A test in which nothing comes up fails; it does not hang.
  timer.unref();
}

function failureOf(record: TrialRecord | undefined): string {
  assert.equal(record?.status, 'failed');
  return record?.status === 'failed' ? record.failure.message : '';
}

test('without a browser its trials are not run, and say why; the raw ones are', async () => {
  const plan = planOf(['browser', 'raw'], { state: 'none', why: 'no browser: none here' }, { windowMs: 300 });
  const records = await runIn('none', plan);
  assert.deepEqual(
    records.map(({ trial, status }) => [trial.client, status]),
    [['raw', 'ok']],
  );
  assert.deepEqual(summarize(plan, records).notRun, [
    { trialId: plan.trials.find(({ client }) => client === 'browser')?.id, reason: 'no browser: none here' },
  ]);
});

test('browser and raw clients are sent the same updates, and account for all of them', options, async () => {
  const records = (await runIn('both', planOf(['raw', 'browser'], found, { crowd: 3 }))) as OkTrial[];
  const [raw, browser] = records.map((record) => {
    assert.equal(record.status, 'ok', JSON.stringify(record));
    const { client, crowd } = record;
    assert.equal(client.delivered + client.superseded + client.lost, client.expected);
    assert.deepEqual([client.lost, client.duplicate, client.outOfOrder], [0, 0, 0]);
    assert.deepEqual([crowd?.subscribers, crowd?.lost], [3, 0]);
    assert.equal(crowd?.expected, (client.expected / workload.subscribers) * 3);
    return record;
  });
  assert.equal(browser?.client.expected, raw?.client.expected);
  assert.deepEqual(raw?.generatorParts, []);
  const roles = browser?.generatorParts.map(({ role }) => role) ?? [];
  for (const role of ['driver', 'browser', 'renderer', 'network'] as const) assert.ok(roles.includes(role), `${roles}`);
  assert.equal(browser?.wire, null, 'estimates come from sockets, which a page does not see');
  await assertNothingStays();
});

test('a browser that is not there is a failed trial, and the next one runs', options, async () => {
  const plan = planOf(['browser', 'raw'], {
    state: 'found',
    source: 'path',
    executable: '/no/such/browser',
    version: 'x',
    environment: {},
  });
  const [first, second] = await runIn('missing', plan);
  assert.match(failureOf(first), /^the browser \/no\/such\/browser does not start: /);
  assert.equal(second?.status, 'ok');
  await assertNothingStays();
});

test('a page that throws fails its trial in its own words, with a picture', options, async () => {
  const directory = join(root, 'throws');
  compilePage(join(directory, 'page'));
  appendFileSync(
    join(directory, 'page/clients/browser/page/main.js'),
    "\nsetTimeout(() => { document.body.textContent = 'broken'; throw new Error('out of ideas'); }, 1000);\n",
  );
  const [record] = await runIn('throws', planOf(['browser']));
  const [, picture] = /^the page failed: out of ideas \((.*\.png)\)$/.exec(failureOf(record)) ?? [];
  assert.ok(picture !== undefined && existsSync(picture), failureOf(record));
  await assertNothingStays();
});

test('a renderer that dies mid-trial is a page that crashed', options, async () => {
  const [record, next] = await runIn('crash', planOf(['browser', 'raw']), (position) => {
    if (position === 1) killOnceUp(() => ofRole(process.pid, 'renderer'), 1000);
  });
  assert.match(failureOf(record), /^the page crashed: |Target closed|Session closed|detached/);
  assert.equal(next?.status, 'ok');
  await assertNothingStays();
});

test('a browser that dies mid-trial says that it is gone', options, async () => {
  const [record] = await runIn('gone', planOf(['browser']), () => {
    killOnceUp(() => ofRole(process.pid, 'browser'), 1000);
  });
  assert.match(
    failureOf(record),
    /the browser is gone: DevTools disconnected|the page crashed|Target closed|Session closed/,
  );
  await assertNothingStays();
});

test('a killed worker takes its browser and its profile with it', options, async () => {
  const [record] = await runIn('worker', planOf(['browser']), () => {
    killOnceUp(() => (ofRole(process.pid, 'renderer').length === 0 ? [] : workersOf(process.pid)), 500);
  });
  assert.match(failureOf(record), /the client process was ended by SIGKILL/);
  await assertNothingStays();
});

test('a killed harness leaves no browser and no profile', options, async () => {
  const folder = join(root, 'harness');
  mkdirSync(folder);
  writeFileSync(join(folder, 'suite.json'), JSON.stringify(suiteOf(['browser'])));
  const pushlab = fileURLToPath(new URL('../../harness/pushlab.mjs', import.meta.url));
  const child = spawn(process.execPath, [pushlab, 'run', 'suite.json', '--no-floor', '--no-wire'], {
    cwd: folder,
    stdio: 'ignore',
  });
  const harness = child.pid as number;
  await until(() => ofRole(harness, 'renderer').length > 0, 'its browser');
  child.kill('SIGKILL');
  await until(() => running().length === 0, 'its browser to be gone');
  await until(() => profiles(harness).length === 0, 'its profile to be gone');
  assert.deepEqual(
    leftoverProfiles().filter((name) => name.includes(`-${harness}-`)),
    [],
  );
});
