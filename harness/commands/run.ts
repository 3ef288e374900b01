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
import type { Surroundings } from '../surroundings.js';
import { formatSummary, formatVerdicts } from '../table.js';
import { UserError } from '../user-error.js';
import { choosePlanWire, makePlan } from './make-plan.js';
import { interruptedExitCode, listenForInterrupts, measure, refuseWithoutServer } from './measure.js';
import { judgeRun, reportRun, summarizeRun } from './stages.js';

export default async function run([suite = '']: string[], given: Record<string, unknown>): Promise<number> {
  const options = parseOptions(runOptionsSchema, given);
  const interruption = listenForInterrupts();
  const { plan, directory } = options.resume ? resume(suite) : await start(suite, options);

  const interrupted = await measure(plan, directory, interruption.signal);
  return conclude(plan, directory, options, interrupted);
}

async function start(suite: string, options: Parameters<typeof makePlan>[1]) {
  refuseWithoutServer(options.subject);
  const made = await makePlan(suite, options);
  if (made.cores.whyNot !== null)
    process.stderr.write(`not pinned: ${made.cores.whyNot}, so server and generator share cores\n`);
  if (made.plan.wire.method === 'estimate')
    process.stderr.write(`TCP/IP bytes estimated, not counted: ${made.plan.wire.why}\n`);
  for (const line of made.arranged) process.stderr.write(`${line}\n`);
  announce(made.plan, made.directory, expectedDurationMs(made.plan));
  return made;
}

function resume(directory: string) {
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

async function conclude(
  plan: Plan,
  directory: string,
  { report: wantsReport, claimsFrom }: z.infer<typeof runOptionsSchema>,
  interrupted: boolean,
): Promise<number> {
  const path = displayPath(directory);
  let judgesBroke = false;
  const records = readTrials(directory);
  const missing = missingProbes(plan, directory);
  if (interrupted) {
    process.stderr.write(`interrupted: ${records.length} of ${plan.trials.length} trials are kept\n`);
    if (missing.length > 0) process.stderr.write(`not measured beside them: ${missing.join(', ')}\n`);
    process.stderr.write(`run the rest with: npx pushlab run ${path} --resume\n`);
  }
  const measured = records.some(({ status }) => status === 'ok') || missing.length < plan.probes.length;
  if (!measured && !interrupted) throw new UserError(whyNothing(directory, records));
  if (measured && wantsReport) {
    const { claims } = await knownClaims(claimsFrom);
    process.stdout.write(`\n${formatSummary(plan, summarizeRun(directory))}\n`);
    const verdicts = judgeRun(directory, claims);
    judgesBroke = verdicts.broken.length > 0;
    process.stdout.write(`${formatVerdicts(verdicts)}\n`);
    console.log(`report: ${displayPath(await reportRun(directory))}`);
  } else console.log(`trials: ${path}`);
  if (interrupted) return interruptedExitCode;
  // A trial, a probe or a judge that failed is in the report; whoever only looks at the exit code must hear of it too.
  return judgesBroke || missing.length > 0 || records.some(({ status }) => status === 'failed') ? 1 : 0;
}

function whyNothing(directory: string, [first]: readonly TrialRecord[]): string {
  const path = displayPath(directory);
  if (first?.status === 'failed')
    return `no trial succeeded: ${first.failure.message}; see ${path}/stderr/ and: npx pushlab doctor`;
  const [probe] = readProbeRecords(directory);
  if (probe !== undefined) return `${probe.id} was not measured: ${probe.failure}; see: npx pushlab doctor`;
  return `no trial succeeded; see ${path}/stderr/ and: npx pushlab doctor`;
}
