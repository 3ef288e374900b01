/** `pushlab selftest aa`: how often this lab calls two equal arms different, on this machine. */
import { formatTable } from '../columns.js';
import { createRunDirectory, displayPath, readFloor, readTrials, writePlan } from '../files.js';
import { chooseCores } from '../meters/environment.js';
import { parseOptions, selftestOptionsSchema } from '../options.js';
import { createPlan, expectedDurationMs } from '../plan.js';
import { formatDuration } from '../progress.js';
import { newRunId } from '../run-id.js';
import { type AaResult, aaResult, aaSuite, withEqualSeeds } from '../selftest-aa.js';
import { summarize } from '../summarize.js';
import { wrapped } from '../terminal.js';
import { UsageError } from '../user-error.js';
import { interruptedExitCode, listenForInterrupts } from './interrupts.js';
import { choosePlanWire } from './make-plan.js';
import { measure, refuseWithoutServer } from './measure.js';
import { proseTerminal, tell } from './output.js';

export default async function selftest([what]: string[], given: Record<string, unknown>): Promise<number> {
  if (what !== 'aa') throw new UsageError(`no self-test '${what}'; there is: aa`);
  const options = parseOptions(selftestOptionsSchema, given);
  const shape = { transport: options.transport, experiments: options.experiments, repeats: options.repeats };
  const interruption = listenForInterrupts();
  refuseWithoutServer();
  const suite = aaSuite(shape);
  const planned = withEqualSeeds(
    createPlan(suite, {
      cores: chooseCores(),
      wire: choosePlanWire(true),
      floor: true,
      command: `npx pushlab selftest aa --transport ${shape.transport} --experiments ${shape.experiments} --repeats ${shape.repeats}`,
      runId: newRunId(suite.id, new Date()),
    }),
  );
  const { runId, directory } = createRunDirectory(options.out, planned.runId, { latest: false });
  const plan = { ...planned, runId };
  writePlan(directory, plan);
  tell(
    `${shape.experiments} experiments of ${shape.repeats} repeats: ${plan.trials.length} trials, about ${formatDuration(expectedDurationMs(plan))}, into ${displayPath(directory)}`,
  );
  const interrupted = await measure(plan, directory, interruption.signal);
  const result = aaResult(summarize(plan, readTrials(directory)), shape.repeats, readFloor(directory));
  console.log(options.json ? JSON.stringify(result, null, 2) : describe(result));
  if (interrupted) return interruptedExitCode;
  // Even the lower end is above what was promised: something is wrong, with the machine or with the lab.
  return result.interval.low > result.expectedShare ? 1 : 0;
}

function describe({ rows, comparisons, calledDifferent, interval, expectedShare }: AaResult): string {
  if (comparisons === 0) return 'No experiment was finished.';
  const terminal = proseTerminal();
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
  const table = formatTable(
    [
      ['metric', 'experiments', 'called different'],
      ...rows.map((row) => [row.metric, String(row.experiments), String(row.calledDifferent)]),
    ],
    { terminal },
  );
  const prose = [
    `${calledDifferent} of ${comparisons} comparisons of equal arms were called different: ${percent(calledDifferent / comparisons)} (${percent(interval.low)} to ${percent(interval.high)}); the intervals promise ${percent(expectedShare)}.`,
    'Figures of one experiment move together, so the true uncertainty is wider than that.',
  ];
  return `${table}\n\n${prose.map((line) => wrapped(line, terminal)).join('\n')}`;
}
