/** What a user meets at the command line: help, one clear line for each mistake, and the way out with Ctrl-C. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { commandTable } from '../../harness/cli.mjs';
import { readPlan, readTrials } from '../../harness/files.js';
import { nearest } from '../../harness/nearest.js';
import { runResultSchema } from '../../harness/run-result.js';
import { pushlabEntry as entry, pushlab as runPushlab } from '../fixtures/pushlab.js';
import { fakeWorkload } from '../fixtures/run.js';

const root = mkdtempSync(join(tmpdir(), 'pushlab-cli-'));
after(() => rmSync(root, { recursive: true }));

const pushlab = (
  args: readonly string[],
  cwd = root,
  env: Readonly<Record<string, string | undefined>> = process.env,
) => runPushlab(args, cwd, env);

function suiteFile(name: string, value: unknown): string {
  const path = join(root, name);
  writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value));
  return path;
}

const tiny = {
  id: 'tiny',
  title: 'Tiny',
  question: 'Does it run?',
  repeats: 1,
  // An id of this process: its workers can be told from those of other tests.
  arms: [{ workload: { ...fakeWorkload, id: `cli-${process.pid}`, windowMs: 300 }, transports: ['sse'] }],
};

/** Of runs that are about something else: the floor is measured once, in the run with all that a run has by default. */
const withoutFloor = '--no-floor';

test('every command has a file, and every file a command', () => {
  const folder = fileURLToPath(new URL('../../harness/commands/', import.meta.url));
  const files = readdirSync(folder).filter((name) =>
    /export default async function/.test(readFileSync(folder + name, 'utf8')),
  );
  assert.deepEqual(files.sort(), commandTable.map(({ name }) => `${name}.ts`).sort());
});

test('--help of every command shows its options and examples', async () => {
  const overview = await pushlab(['--help']);
  assert.equal(overview.code, 0);
  for (const { name, examples, options = [] } of commandTable) {
    assert.match(overview.out, new RegExp(`^  ${name} `, 'm'));
    const help = await pushlab([name, '--help']);
    assert.equal(help.code, 0);
    for (const example of examples) assert.ok(help.out.includes(`$ ${example}`), `${name}: ${example}`);
    for (const line of help.out.split('\n')) assert.ok(line.length <= 80, `${name}: ${line}`);
    for (const { flags } of options) assert.ok(help.out.includes(flags), `${name}: ${flags}`);
  }
});

const mistakes: [string, string[], number, RegExp][] = [
  ['an unknown command', ['rum'], 2, /^pushlab: unknown command 'rum'\n\(Did you mean run\?\)\n$/],
  [
    'an unknown option',
    ['run', 'quick', '--repeat', '2'],
    2,
    /^pushlab: unknown option '--repeat'\n\(Did you mean --repeats\?\)\n$/,
  ],
  ['an unknown suite', ['run', 'quik'], 2, /^pushlab: no suite 'quik'; did you mean quick\?.*\n$/],
  [
    'a suite file that is not there',
    ['run', 'no/such.json'],
    1,
    /^pushlab: no\/such\.json: there is no such suite file\n$/,
  ],
  ['no suite', ['run'], 2, /^pushlab: missing required argument 'suite'\n$/],
  [
    'negative repeats',
    ['run', 'quick', '--repeats', '-2'],
    2,
    /^pushlab: --repeats -2: must be a whole number from 1 to 1000\n$/,
  ],
  ['a seed that is no number', ['plan', 'quick', '--seed', 'abc'], 2, /^pushlab: --seed abc: must be a whole number/],
  [
    'an unknown transport',
    ['run', 'quick', '--transport', 'websockets'],
    2,
    /^pushlab: --transport websockets: did you mean websocket\?\n$/,
  ],
  ['a negative rate', ['serve', '--rate', '-1'], 2, /^pushlab: --rate -1: must be a number above 0/],
  [
    'a payload too small for its header',
    ['serve', '--payload', '8'],
    2,
    /^pushlab: --payload 8: must be a whole number from 16/,
  ],
  ['a run that is not there', ['summarize', 'no/run'], 1, /^pushlab: no\/run\/plan\.json: there is no such file\n$/],
  ['no run yet', ['report'], 1, /^pushlab: no run in out\/ yet; make one with: pushlab run quick\n$/],
  ['an unknown claim', ['claims', 'A66'], 2, /^pushlab: no claim 'A66'; did you mean A6\?\n$/],
  [
    'claims of a suite that has none',
    ['plan', 'quick', '--claims', 'A6'],
    2,
    /^pushlab: --claims chooses from the suite article: pushlab run article --claims A6\n$/,
  ],
  [
    'an option of a plan beside --resume',
    ['run', 'out/latest', '--resume', '--repeats', '3'],
    2,
    /^pushlab: --repeats: --resume runs a plan as it was made; leave it out, or make a new run\n$/,
  ],
  ['a switch of a plan beside --resume', ['run', 'out/latest', '--resume', '--no-wire'], 2, /^pushlab: --no-wire: /],
  [
    'a run to view that is elsewhere',
    ['view', fileURLToPath(new URL('../../reports/reference', import.meta.url)), '--out', '.'],
    1,
    /^pushlab: \S+ is not in \.; say where it is: --out \S+\n$/,
  ],
  ['an unknown list', ['list', 'suits'], 2, /^pushlab: no list of 'suits'; did you mean suites\?\n$/],
];
// Each is a process that starts, says its line and ends; what it says does not depend on another beside it.
describe('a mistake', { concurrency: 2 }, () => {
  for (const [what, args, code, line] of mistakes)
    test(`${what} is one clear line and exit code ${code}`, async () => {
      const outcome = await pushlab(args);
      assert.match(outcome.err, line);
      assert.equal(outcome.code, code);
      assert.equal(outcome.out, '');
    });
});

test('a malformed suite names file and field', async () => {
  const workload = { ...fakeWorkload, payloadBytes: 8 };
  const cases: [string, unknown, RegExp][] = [
    [
      'small.json',
      { ...tiny, arms: [{ workload, transports: ['sse'] }] },
      /small\.json at arms\.0\.workload\.payloadBytes: .*at least 16 bytes/,
    ],
    [
      'rate.json',
      {
        ...tiny,
        arms: [{ workload: { ...fakeWorkload, updates: { rateHz: -1, arrival: 'poisson' } }, transports: ['sse'] }],
      },
      /rate\.json at arms\.0\.workload\.updates\.rateHz: /,
    ],
    [
      'drain.json',
      { ...tiny, arms: [{ workload: { ...fakeWorkload, drainMs: 50 }, transports: ['sse'] }] },
      /drain\.json at arms\.0\.workload\.drainMs: must be longer than poll\.intervalMs/,
    ],
    ['extra.json', { ...tiny, repeat: 3 }, /extra\.json: .*repeat/],
    ['text.json', '{', /text\.json: not JSON/],
  ];
  await Promise.all(
    cases.map(async ([name, value, line]) => {
      const { err, code } = await pushlab(['run', suiteFile(name, value)]);
      assert.match(err, line);
      assert.equal(err.trim().split('\n').length, 1, err);
      assert.equal(code, 1);
    }),
  );
});

test('a suite of one’s own runs to its table, verdicts and report', async () => {
  const cwd = mkdtempSync(join(root, 'own-'));
  const { code, out, err } = await pushlab(['run', suiteFile('tiny.json', tiny)], cwd);
  assert.equal(code, 0, err);
  assert.match(err, /1\/1 {2}cli-\d+ {2}sse .* p50 .* ms/);
  assert.match(out, /^sse +\d+\.\d+/m);
  assert.match(out, /^not tested, this run lacks the evidence: .*A7/m);
  const report = /^report: (.+)$/m.exec(out)?.[1] ?? '';
  assert.match(readFileSync(join(cwd, report), 'utf8'), /^<!doctype html>/i);
  for (const name of ['plan.json', 'trials.ndjson', 'summary.json', 'verdicts.json', 'samples'])
    assert.ok(existsSync(join(cwd, 'out/latest', name)), name);
  // Each stage again by itself, from the files alone.
  for (const verb of ['summarize', 'judge', 'report']) assert.equal((await pushlab([verb], cwd)).code, 0, verb);
});

test('--quiet says the path of the report alone, --json the result and nothing else on stdout', async () => {
  const cwd = mkdtempSync(join(root, 'told-'));
  const quiet = await pushlab(['run', suiteFile('tiny.json', tiny), withoutFloor, '--quiet'], cwd);
  assert.equal(quiet.err, '');
  assert.match(quiet.out, /^report: .+\n$/);
  const { code, out, err } = await pushlab(['run', suiteFile('tiny.json', tiny), withoutFloor, '--json'], cwd);
  assert.equal(code, 0, err);
  assert.match(err, /1\/1 /, 'progress goes on');
  const result = runResultSchema.parse(JSON.parse(out));
  assert.ok(existsSync(join(cwd, result.report ?? '')));
  assert.deepEqual(result.trials, { planned: 1, counted: 1, leftOut: 0, notRun: 0 });
});

test('without taskset a run is not pinned, and says so', async () => {
  const cwd = mkdtempSync(join(root, 'unpinned-'));
  const env = { ...process.env, PATH: join(root, 'no-programs') };
  const { code, err } = await pushlab(['run', suiteFile('tiny.json', tiny), withoutFloor, '--no-report'], cwd, env);
  assert.equal(code, 0, err);
  assert.match(err, /^not pinned: taskset \(util-linux\) is not installed, so server and generator share cores$/m);
  const { machine, serverCores } = readPlan(join(cwd, 'out/latest'));
  assert.deepEqual([machine.pinning, serverCores], [false, null]);
  const doctor = await pushlab(['doctor'], cwd, env);
  assert.equal(doctor.code, 0);
  assert.match(doctor.out, /^ +pinning +missing +taskset/m);
  assert.match(doctor.out, /^ +sockets +(ok +of an io_uring|look +libuv’s everywhere: )/m);
});

test('where the server’s binary does not load, run and doctor name the reason and the ways out', async () => {
  // What an older glibc does under Node 22, at the place where Node would load the package.
  const broken = join(root, 'broken.cjs');
  writeFileSync(
    broken,
    `const Module = require('node:module');
     const load = Module._load;
     Module._load = (name, ...rest) => {
       if (name === 'uWebSockets.js') throw new Error("libc.so.6: version \`GLIBC_2.38' not found (required by uws.node)");
       return load(name, ...rest);
     };`,
  );
  const env = { ...process.env, NODE_OPTIONS: `--require ${broken}` };
  const run = await pushlab(['run', 'quick'], root, env);
  assert.equal(run.code, 1);
  assert.match(
    run.err,
    /^pushlab: uWebSockets\.js does not load here: Error: .*GLIBC_2\.38.*use Node 20, or a system with a newer glibc.*\n$/,
  );
  const doctor = await pushlab(['doctor'], root, env);
  assert.equal(doctor.code, 1);
  assert.match(doctor.out, /^ +uWebSockets\.js +fails +Error: .*GLIBC_2\.38/m);
  assert.match(doctor.out, /A run does not work here: uWebSockets\.js\.$/m);
  // The other subject does not need it.
  const options = ['--subject', 'node', '--transport', 'sse', '--repeats', '1', '--no-wire', '--no-floor'];
  const other = await pushlab(
    ['run', suiteFile('without-uws.json', tiny), ...options, '--no-report', '--out', join(root, 'without-uws')],
    root,
    env,
  );
  assert.equal(other.code, 0, other.err);
  assert.match(other.err, /^1\/1 {2}cli-\d+ {2}sse +#1 {2}p50 /m);
});

test('plan writes what run --resume then runs', async () => {
  const cwd = mkdtempSync(join(root, 'plan-'));
  const planned = await pushlab(['plan', suiteFile('tiny.json', tiny), withoutFloor, '--seed', '7'], cwd);
  assert.equal(planned.code, 0, planned.err);
  assert.equal(readPlan(join(cwd, 'out/latest')).seed, 7);
  const { code } = await pushlab(['run', 'out/latest', '--resume', '--no-report'], cwd);
  assert.equal(code, 0);
  assert.equal(readTrials(join(cwd, 'out/latest')).length, 1);
});

test('Ctrl-C keeps the finished trials, reports on them, says how to go on, and leaves no process', async () => {
  const cwd = mkdtempSync(join(root, 'interrupt-'));
  const suite = suiteFile('long.json', { ...tiny, repeats: 20 });
  const child = spawn(process.execPath, [entry, 'run', suite, withoutFloor], { cwd });
  let err = '';
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
    if (/ 1\/20 /.test(err) && !child.killed) child.kill('SIGINT');
  });
  assert.equal(await exitCode(child), 130);
  assert.match(err, /interrupted: \d+ of 20 trials are kept\nrun the rest with: npx pushlab run .* --resume/);
  assert.match(out, /^report: /m);
  assert.ok(readTrials(join(cwd, 'out/latest')).length >= 1);
  assert.deepEqual(workers(), []);
});

test('Ctrl-C twice leaves at once, and no process stays behind', async () => {
  const cwd = mkdtempSync(join(root, 'twice-'));
  const suite = suiteFile('twice.json', { ...tiny, repeats: 20 });
  const child = spawn(process.execPath, [entry, 'run', suite, withoutFloor], {
    cwd,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let err = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    err += text;
    if (/ 1\/20 /.test(err) && !child.killed) {
      child.kill('SIGINT');
      child.kill('SIGTERM');
    }
  });
  assert.equal(await exitCode(child), 130);
  // Workers notice the closed channel by themselves.
  for (let i = 0; i < 200 && workers().length > 0; i++) await new Promise((resolve) => setTimeout(resolve, 25));
  assert.deepEqual(workers(), []);
});

test('serve on a busy port says so in one line', async () => {
  const busy = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => busy.once('listening', resolve));
  const { port } = busy.address() as { port: number };
  const { code, err } = await pushlab(['serve', '--port', String(port)]);
  busy.close();
  assert.equal(code, 1);
  assert.match(err, new RegExp(`^pushlab: cannot listen on 127\\.0\\.0\\.1:${port}: the port is in use; .*\\n$`));
});

test('serve serves its page and every transport, and Ctrl-C ends it cleanly', async () => {
  const child = spawn(process.execPath, [entry, 'serve', '--port', '0', '--rate', '50'], { cwd: root });
  let out = '';
  const origin = await new Promise<string>((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
      const found = /^(http:\/\/\S+)\/ /m.exec(out)?.[1];
      if (found !== undefined) resolve(found);
    });
  });
  assert.match(await (await fetch(`${origin}/`)).text(), /<!doctype html>/i);
  const updates = (await (await fetch(`${origin}/long-polling?since=0`)).json()) as string[];
  assert.equal(updates[0]?.length, 128);
  child.kill('SIGINT');
  assert.equal(await exitCode(child), 0);
});

test('the nearest name is near', () => {
  assert.equal(nearest('quik', ['quick', 'rate']), 'quick');
  assert.equal(nearest('sse2', ['sse', 'websocket']), 'sse');
  assert.equal(nearest('completely-else', ['quick', 'rate']), null);
});

function exitCode(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once('close', (code) => resolve(code)));
}

/** Worker processes that run this file's workload. */
function workers(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        return command.includes(`"cli-${process.pid}"`) && command.includes('main.ts');
      } catch {
        return false;
      }
    });
}
