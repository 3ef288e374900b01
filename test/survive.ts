/**
 * Kills a process of a run at a random moment with SIGKILL, again and again, and counts what that breaks:
 * `node --import ./register.mjs test/survive.ts [rounds] [seed]` prints a tally; npm test does a few rounds.
 *
 * After every kill: no worker stays, no finished trial is lost, no file is half-written, no namespace stays once
 * the next run has started, and --resume completes the run.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Random, seededRandom } from '../contract/random.js';
import { readPlan, readTrials } from '../harness/files.js';
import { fakeWorkload } from './fixtures/run.js';

const pushlab = fileURLToPath(new URL('../harness/pushlab.mjs', import.meta.url));
const victims = ['harness', 'server', 'client'] as const;
type Victim = (typeof victims)[number];

export interface Round {
  readonly victim: Victim;
  readonly afterMs: number;
  /** What went wrong; empty when nothing did. */
  readonly broken: readonly string[];
}

/** One kill, at a moment drawn from `random`. */
export async function killOnce(random: Random): Promise<Round> {
  const victim = victims[Math.floor(random() * victims.length)] as Victim;
  const afterMs = Math.round(300 + random() * 5_000);
  const folder = mkdtempSync(join(tmpdir(), 'pushlab-survive-'));
  const workloadId = `survive-${process.pid}-${Math.floor(random() * 1e9)}`;
  try {
    writeFileSync(join(folder, 'suite.json'), JSON.stringify(suite(workloadId)));
    const broken = await round(folder, workloadId, victim, afterMs);
    return { victim, afterMs, broken };
  } finally {
    for (const pid of workers(workloadId)) process.kill(pid, 'SIGKILL');
    rmSync(folder, { recursive: true });
  }
}

async function round(folder: string, workloadId: string, victim: Victim, afterMs: number): Promise<string[]> {
  const broken: string[] = [];
  const expect = (holds: boolean, what: string) => {
    if (!holds) broken.push(what);
  };
  const run = start(folder, ['run', 'suite.json', '--no-report']);
  await Promise.race([delay(afterMs), run.ended]);
  kill(victim, run.pid, workloadId);
  await run.ended;
  await until(() => workers(workloadId).length === 0);
  expect(workers(workloadId).length === 0, 'a worker stayed');

  const latest = join(folder, 'out/latest');
  if (!existsSync(join(latest, 'plan.json'))) {
    // Killed before there was a plan: right for the harness, as long as it had not said where the run goes.
    expect(victim === 'harness' && !/ trials, about /.test(run.stderr()), `no plan was written: ${run.stderr()}`);
    return broken;
  }
  const finished = run.finishedTrials();
  let kept = 0;
  try {
    readPlan(latest);
    kept = readTrials(latest).length;
  } catch (error) {
    broken.push(`unreadable after the kill: ${(error as Error).message}`);
  }
  expect(kept >= finished, `${finished} trials had finished, ${kept} are there`);

  const rest = start(folder, ['run', 'out/latest', '--resume', '--no-report']);
  const code = await rest.ended;
  const records = readTrials(latest);
  const failed = records.filter(({ status }) => status === 'failed').length;
  expect(records.length === readPlan(latest).trials.length, `resume left ${records.length} trials recorded`);
  // The trial whose server or client was killed stays a failed one; resume does the missing ones.
  expect(failed <= (victim === 'harness' ? 0 : 1), `${failed} trials failed`);
  expect(code === (failed === 0 ? 0 : 1), `resume ended with ${code}`);
  expect(
    !namespaces().some((name) => name.startsWith(`pushlab-${run.pid}-`)),
    'a namespace stayed after the next start',
  );
  return broken;
}

function suite(workloadId: string) {
  const workload = { ...fakeWorkload, id: workloadId, windowMs: 300 };
  return {
    id: 'survive',
    title: 'S',
    question: 'Alive?',
    repeats: 2,
    arms: [{ workload, transports: ['sse', 'polling'] }],
  };
}

function start(cwd: string, args: readonly string[]) {
  const child = spawn(process.execPath, [pushlab, ...args], { cwd, stdio: ['ignore', 'ignore', 'pipe'] });
  let progress = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    progress += text;
  });
  return {
    pid: child.pid as number,
    ended: new Promise<number | null>((resolve) => child.once('close', resolve)),
    stderr: () => progress.trim(),
    finishedTrials: () => progress.match(/^ *\d+\/\d+ {2}/gm)?.length ?? 0,
  };
}

/** Nothing when the victim does not run at this moment: between two trials there is no server to kill. */
function kill(victim: Victim, harnessPid: number, workloadId: string): void {
  const pids = victim === 'harness' ? [harnessPid] : workers(workloadId, victim === 'server' ? 'servers/' : 'clients/');
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself in the meantime.
    }
  }
}

function workers(workloadId: string, entry = 'main.ts'): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        return command.includes(workloadId) && command.includes(entry) && command.includes('main.ts');
      } catch {
        return false;
      }
    });
}

function namespaces(): string[] {
  return existsSync('/run/netns') ? readdirSync('/run/netns') : [];
}

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 400 && !condition(); i++) await delay(25);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [rounds, seed] = [Number(process.argv[2] ?? 50), Number(process.argv[3] ?? 1)];
  const random = seededRandom(seed);
  const tally: Round[] = [];
  for (let i = 1; i <= rounds; i++) {
    const done = await killOnce(random);
    tally.push(done);
    console.log(
      `${i}/${rounds}  ${done.victim} after ${done.afterMs} ms: ${done.broken.join('; ') || 'nothing broken'}`,
    );
  }
  const broken = tally.filter((round) => round.broken.length > 0).length;
  console.log(
    `${rounds} kills: ${victims.map((v) => `${tally.filter((r) => r.victim === v).length} ${v}`).join(', ')}; ${broken} broke something`,
  );
  process.exitCode = broken === 0 ? 0 : 1;
}
