/**
 * `pushlab run`: plan → trials, probes → summary → verdicts → report.
 *
 * Ctrl-C once ends the trial under way and reports on the finished ones; twice leaves at once. Trials are
 * on disk as soon as they end, so either way nothing measured is lost.
 */
import type { z } from 'zod';
import { displayPath, readPlan, readProbeRecords, readTrials } from '../files.js';
import { knownClaims } from '../known-claims.js';
import { chooseCores, readMachine, readVersions } from '../meters/environment.js';
import type { Plan, TrialRecord } from '../model.js';
import { flagOf, parseOptions, planOptionsSchema, runOptionsSchema } from '../options.js';
import { describeSize, expectedDurationMs } from '../plan.js';
import { missingProbes } from '../probes/run.js';
import { formatDuration } from '../progress.js';
import { whyNotResume } from '../resume.js';
import { runResult } from '../run-result.js';
import type { Surroundings } from '../surroundings.js';
import { formatSummary, formatVerdicts } from '../table.js';
import { UsageError, UserError } from '../user-error.js';
import { interruptedExitCode, listenForInterrupts } from './interrupts.js';
import { choosePlanWire, makePlan } from './make-plan.js';
import { measure, refuseWithoutServer } from './measure.js';
import { stdoutTerminal, tell } from './output.js';
import { judgeRun, reportRun, summarizeRun } from './stages.js';

type Options = z.infer<typeof runOptionsSchema>;

export default async function run([suite = '']: string[], given: Record<string, unknown>): Promise<number> {
  const options = parseOptions(runOptionsSchema, given);
  const interruption = listenForInterrupts();
  if (options.resume) refusePlanOptions(given);
  const { plan, directory } = options.resume ? resume(suite, options) : await start(suite, options);

  const interrupted = await measure(plan, directory, interruption.signal, options);
  return conclude(plan, directory, options, interrupted);
}

async function start(suite: string, options: Options) {
  refuseWithoutServer(options.subject);
  const made = await makePlan(suite, options);
  if (options.quiet) return made;
  if (made.cores.whyNot !== null) tell(`not pinned: ${made.cores.whyNot}, so server and generator share cores`);
  if (made.plan.wire.method === 'estimate') tell(`TCP/IP bytes estimated, not counted: ${made.plan.wire.why}`);
  for (const line of made.arranged) tell(line);
  announce(made.plan, made.directory, expectedDurationMs(made.plan));
  return made;
}

/** The plan has been made: an option that it would not follow is not to be passed over. */
function refusePlanOptions(given: Record<string, unknown>): void {
  const names = Object.keys(planOptionsSchema.shape).filter((name) => name !== 'claimsFrom');
  // What a flag with `no-` switches off is on by default.
  const name = names.find((one) => given[one] !== undefined && given[one] !== true) ?? (given.quick ? 'quick' : null);
  if (name === null) return;
  const flag = given[name] === false ? `--no-${flagOf(name)}` : `--${flagOf(name)}`;
  throw new UsageError(`${flag}: --resume runs a plan as it was made; leave it out, or make a new run`);
}

function resume(directory: string, { quiet }: Options) {
  const plan = readPlan(directory);
  const records = readTrials(directory);
  const reasons = whyNotResume(plan, [...records, ...readProbeRecords(directory)], surroundingsNow(plan));
  if (reasons.length > 0)
    throw new UserError(
      `${displayPath(directory)} cannot be resumed, since its parts would not belong together: ${reasons.join('; ')}. Start again with: ${plan.command}`,
    );
  refuseWithoutServer(plan.trials.map(({ subject }) => subject));
  const done = new Set(records.map(({ trial }) => trial.id));
  const rest = plan.trials.filter(({ id }) => !done.has(id));
  if (!quiet)
    announce(plan, directory, expectedDurationMs({ ...plan, trials: rest, probes: missingProbes(plan, directory) }));
  return { plan, directory };
}

/** Machine and program at this moment, as a new plan would record them. */
function surroundingsNow({ wire }: Plan): Surroundings {
  const cores = chooseCores();
  return {
    machine: readMachine(cores),
    versions: readVersions(),
    // A run that only estimates can do so anywhere.
    wire: wire.method === 'namespace' ? choosePlanWire(true) : wire,
    serverCores: cores.server,
    generatorCores: cores.generator,
  };
}

function announce(plan: Plan, directory: string, durationMs: number): void {
  tell(
    `${plan.suite.title}: ${describeSize(plan)}; about ${formatDuration(durationMs)}, into ${displayPath(directory)}`,
  );
}

async function conclude(plan: Plan, directory: string, options: Options, interrupted: boolean): Promise<number> {
  const records = readTrials(directory);
  const missing = missingProbes(plan, directory);
  if (interrupted) tellInterrupted(plan, directory, records.length, missing);
  const measured = records.some(({ status }) => status === 'ok') || missing.length < plan.probes.length;
  if (!measured && !interrupted) throw new UserError(whyNothing(directory, records));
  const { summary, verdicts, report } = measured && options.report ? await evaluate(plan, directory, options) : nothing;
  if (options.json) {
    const ended = { plan, directory: displayPath(directory), interrupted, summary, verdicts, report };
    console.log(JSON.stringify(runResult({ ...ended, recorded: records.length }), null, 2));
  } else console.log(report === null ? `trials: ${displayPath(directory)}` : `report: ${report}`);
  if (interrupted) return interruptedExitCode;
  // A trial, a probe or a judge that failed is in the report; whoever only looks at the exit code must hear of it too.
  const judgesBroke = (verdicts?.broken.length ?? 0) > 0;
  return judgesBroke || missing.length > 0 || records.some(({ status }) => status === 'failed') ? 1 : 0;
}

const nothing = { summary: null, verdicts: null, report: null };

/** The stages after the trials, each told as soon as it has something to tell. */
async function evaluate(plan: Plan, directory: string, { claimsFrom, quiet, json }: Options) {
  const terminal = stdoutTerminal();
  const show = (text: string) => quiet || json || process.stdout.write(text);
  const { claims } = await knownClaims(claimsFrom);
  const summary = summarizeRun(directory);
  show(`\n${formatSummary(plan, summary, terminal)}\n`);
  const verdicts = judgeRun(directory, claims);
  show(`${formatVerdicts(verdicts, terminal)}\n`);
  return { summary, verdicts, report: displayPath(await reportRun(directory)) };
}

function tellInterrupted(plan: Plan, directory: string, recorded: number, missing: readonly string[]): void {
  tell(`interrupted: ${recorded} of ${plan.trials.length} trials are kept`);
  if (missing.length > 0) tell(`not measured beside them: ${missing.join(', ')}`);
  // A command stays whole, whatever the width: it is there to be copied.
  process.stderr.write(`run the rest with: npx pushlab run ${displayPath(directory)} --resume\n`);
}

function whyNothing(directory: string, [first]: readonly TrialRecord[]): string {
  const path = displayPath(directory);
  if (first?.status === 'failed')
    return `no trial succeeded: ${first.failure.message}; see ${path}/stderr/ and: npx pushlab doctor`;
  const [probe] = readProbeRecords(directory);
  if (probe !== undefined) return `${probe.id} was not measured: ${probe.failure}; see: npx pushlab doctor`;
  return `no trial succeeded; see ${path}/stderr/ and: npx pushlab doctor`;
}
