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
import { parseOptions, runOptionsSchema } from '../options.js';
import { describeSize, expectedDurationMs } from '../plan.js';
import { missingProbes } from '../probes/run.js';
import { formatDuration } from '../progress.js';
import { whyNotResume } from '../resume.js';
import { runResult } from '../run-result.js';
import type { Surroundings } from '../surroundings.js';
import { formatSummary, formatVerdicts } from '../table.js';
import { terminalOf } from '../terminal.js';
import { UserError } from '../user-error.js';
import { choosePlanWire, makePlan } from './make-plan.js';
import { interruptedExitCode, listenForInterrupts, measure, refuseWithoutServer } from './measure.js';
import { judgeRun, reportRun, summarizeRun } from './stages.js';

type Options = z.infer<typeof runOptionsSchema>;

export default async function run([suite = '']: string[], given: Record<string, unknown>): Promise<number> {
  const options = parseOptions(runOptionsSchema, given);
  const interruption = listenForInterrupts();
  const { plan, directory } = options.resume ? resume(suite, options) : await start(suite, options);

  const interrupted = await measure(plan, directory, interruption.signal, options);
  return conclude(plan, directory, options, interrupted);
}

async function start(suite: string, options: Options) {
  refuseWithoutServer(options.subject);
  const made = await makePlan(suite, options);
  if (options.quiet) return made;
  if (made.cores.whyNot !== null)
    process.stderr.write(`not pinned: ${made.cores.whyNot}, so server and generator share cores\n`);
  if (made.plan.wire.method === 'estimate')
    process.stderr.write(`TCP/IP bytes estimated, not counted: ${made.plan.wire.why}\n`);
  for (const line of made.arranged) process.stderr.write(`${line}\n`);
  announce(made.plan, made.directory, expectedDurationMs(made.plan));
  return made;
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
  process.stderr.write(
    `${plan.suite.title}: ${describeSize(plan)}; about ${formatDuration(durationMs)}, into ${displayPath(directory)}\n`,
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
  const terminal = terminalOf(process.stdout, process.env);
  const tell = (text: string) => quiet || json || process.stdout.write(text);
  const { claims } = await knownClaims(claimsFrom);
  const summary = summarizeRun(directory);
  tell(`\n${formatSummary(plan, summary, terminal)}\n`);
  const verdicts = judgeRun(directory, claims);
  tell(`${formatVerdicts(verdicts, terminal)}\n`);
  return { summary, verdicts, report: displayPath(await reportRun(directory)) };
}

function tellInterrupted(plan: Plan, directory: string, recorded: number, missing: readonly string[]): void {
  process.stderr.write(`interrupted: ${recorded} of ${plan.trials.length} trials are kept\n`);
  if (missing.length > 0) process.stderr.write(`not measured beside them: ${missing.join(', ')}\n`);
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
