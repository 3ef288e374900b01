/**
 * Kills a process of a run at a random moment with SIGKILL, again and again, and counts what that breaks:
 * `node --import ./register.mjs test/survive.ts [rounds] [seed]` prints a tally; npm test does a round of each victim.
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
export const victims = ['harness', 'server', 'client'] as const;
export type Victim = (typeof victims)[number];

export interface Round {
  readonly victim: Victim;
  readonly afterMs: number;
  /** How many processes: a server may be several, and where the run has ended by then there is none. */
  readonly killed: number;
  /** What went wrong; empty when nothing did. */
  readonly broken: readonly string[];
}

/** One kill, at a moment drawn from `random`. */
export async function killOnce(victim: Victim, random: Random): Promise<Round> {
  const afterMs = Math.round(300 + random() * 5_000);
  const folder = mkdtempSync(join(tmpdir(), 'pushlab-survive-'));
  const workloadId = `survive-${process.pid}-${Math.floor(random() * 1e9)}`;
  try {
    writeFileSync(join(folder, 'suite.json'), JSON.stringify(suite(workloadId)));
    return { victim, afterMs, ...(await round(folder, workloadId, victim, afterMs)) };
  } finally {
    for (const pid of workers(workloadId)) process.kill(pid, 'SIGKILL');
    rmSync(folder, { recursive: true });
  }
}

async function round(
  folder: string,
  workloadId: string,
  victim: Victim,
  afterMs: number,
): Promise<Pick<Round, 'killed' | 'broken'>> {
  const broken: string[] = [];
  const expect = (holds: boolean, what: string) => {
    if (!holds) broken.push(what);
  };
  const run = start(folder, ['run', 'suite.json', '--no-report']);
  let hasEnded = false;
  void run.ended.then(() => {
    hasEnded = true;
  });
  await Promise.race([delay(afterMs), run.ended]);
  // Before the first trial and between two there is no server: then the next one, as soon as it is there.
  await until(() => hasEnded || pidsOf(victim, run.pid, workloadId).length > 0);
  const killed = hasEnded ? 0 : kill(pidsOf(victim, run.pid, workloadId));
  await run.ended;
  await until(() => workers(workloadId).length === 0);
  expect(workers(workloadId).length === 0, 'a worker stayed');

  const latest = join(folder, 'out/latest');
  if (!existsSync(join(latest, 'plan.json'))) {
    // Killed before there was a plan: right for the harness, as long as it had not said where the run goes.
    expect(victim === 'harness' && !/ trials, about /.test(run.stderr()), `no plan was written: ${run.stderr()}`);
    return { killed, broken };
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
  return { killed, broken };
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

function pidsOf(victim: Victim, harnessPid: number, workloadId: string): number[] {
  return victim === 'harness' ? [harnessPid] : workers(workloadId, victim === 'server' ? 'servers/' : 'clients/');
}

/** Returns how many were there to be killed. */
function kill(pids: readonly number[]): number {
  return pids.filter((pid) => {
    try {
      return process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself in the meantime.
      return false;
    }
  }).length;
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
    const victim = victims[Math.floor(random() * victims.length)] as Victim;
    const done = await killOnce(victim, random);
    tally.push(done);
    console.log(
      `${i}/${rounds}  ${done.victim} after ${done.afterMs} ms: ${done.broken.join('; ') || 'nothing broken'}`,
    );
  }
  const broken = tally.filter((round) => round.broken.length > 0).length;
  console.log(
    `${rounds} rounds, killed: ${victims.map((v) => `${tally.filter((r) => r.victim === v && r.killed > 0).length} ${v}`).join(', ')}; ${broken} broke something`,
  );
  process.exitCode = broken === 0 ? 0 : 1;
}
