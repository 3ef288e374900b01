/** `pushlab connections`: many connections opened, held and sent one update each, at three counts. */
import { claims } from '../../claims/index.js';
import { connectionsSuite, formatConnections } from '../connections.js';
import { displayPath, readTrials } from '../files.js';
import { connectionsOptionsSchema, parseOptions } from '../options.js';
import { expectedDurationMs } from '../plan.js';
import { formatDuration } from '../progress.js';
import { formatVerdicts } from '../table.js';
import { UserError } from '../user-error.js';
import { interruptedExitCode, listenForInterrupts } from './interrupts.js';
import { planSuite } from './make-plan.js';
import { measure, refuseWithoutServer } from './measure.js';
import { stdoutTerminal, tell } from './output.js';
import { judgeRun, reportRun, summarizeRun } from './stages.js';

export default async function connections(_args: string[], given: Record<string, unknown>): Promise<number> {
  const { count, idle, hold, report, ...options } = parseOptions(connectionsOptionsSchema, given);
  const interruption = listenForInterrupts();
  refuseWithoutServer();
  const { transport: transports = ['sse', 'websocket'], repeats = 1 } = options;
  const suite = connectionsSuite({ count, transports, idleMs: idle * 1000, holdMs: hold * 1000, repeats });
  const command = `npx pushlab connections --count ${count} --idle ${idle} --hold ${hold} --transport ${transports.join(' ')}${repeats === 1 ? '' : ` --repeats ${repeats}`}`;
  const { plan, directory, arranged } = planSuite(suite, options, command, null, [suite], count);
  for (const line of arranged) tell(line);
  tell(
    `${plan.trials.length} trials, about ${formatDuration(expectedDurationMs(plan))}, into ${displayPath(directory)}`,
  );
  const interrupted = await measure(plan, directory, interruption.signal);

  const records = readTrials(directory);
  const failures = records.flatMap((record) => (record.status === 'failed' ? [record] : []));
  for (const { trial, failure } of failures) tell(`${trial.id}: ${failure.message}`);
  if (failures.length === records.length && !interrupted)
    throw new UserError(`no trial succeeded; see ${displayPath(directory)}/stderr/ and: npx pushlab doctor`);
  if (failures.length < records.length) {
    const terminal = stdoutTerminal();
    console.log(`\n${formatConnections(plan, summarizeRun(directory), terminal)}\n`);
    console.log(formatVerdicts(judgeRun(directory, claims), terminal));
    console.log(report ? `report: ${displayPath(await reportRun(directory))}` : `trials: ${displayPath(directory)}`);
  }
  if (interrupted) return interruptedExitCode;
  return failures.length > 0 ? 1 : 0;
}
