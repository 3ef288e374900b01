/**
 * Running the trials of a plan before somebody's eyes: progress while it lasts, and the way out with Ctrl-C. Shared by
 * the commands that measure.
 */
import { nowUs } from '../../contract/clock.js';
import { probeUws } from '../meters/uws-probe.js';
import type { Floor, Plan } from '../model.js';
import { type ProbeRecord, probeFiles } from '../probes/model.js';
import { formatDuration, Progress } from '../progress.js';
import { runPlan } from '../run.js';
import { UserError } from '../user-error.js';

/** 128 + SIGINT, as shells have it. */
export const interruptedExitCode = 130;

/**
 * Before the first of many trials, not after the last.
 *
 * @param subjects of the trials; absent: some of them need uWebSockets.js
 * @throws UserError with the reason and the ways out when its binary is needed and does not load
 */
export function refuseWithoutServer(subjects?: readonly string[]): void {
  if (subjects?.every((subject) => subject === 'node')) return;
  const { reason } = probeUws();
  if (reason !== null)
    throw new UserError(`uWebSockets.js does not load here: ${reason}; or measure the other server: --subject node`);
}

/** Aborted by the first Ctrl-C; the second leaves at once. */
export function listenForInterrupts(): AbortController {
  const interruption = new AbortController();
  const interrupt = () => {
    // Workers leave by themselves when this process and its channels are gone.
    if (interruption.signal.aborted) process.exit(interruptedExitCode);
    process.stderr.write('\nending what is under way; once more to leave at once\n');
    interruption.abort(new Error('interrupted'));
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  return interruption;
}

/** Runs what has no record yet. True when it was interrupted; what was finished before is on disk. */
export async function measure(
  plan: Plan,
  directory: string,
  signal: AbortSignal,
  { quiet = false } = {},
): Promise<boolean> {
  const output = quiet ? { write: () => true } : process.stderr;
  const progress = new Progress(plan, output, () => nowUs() / 1000);
  try {
    await runPlan(plan, directory, {
      signal,
      onFloor: (floor) => output.write(`${describeFloor(floor)}\n`),
      onTrialStart: (trial, position) => progress.started(trial, position),
      onTrialEnd: (record, position) => progress.ended(record, position),
      onProbeStart: (id, expectedMs) =>
        output.write(`${id}: ${probeFiles[id].title}, about ${formatDuration(expectedMs)} …\n`),
      onProbeNote: (id, line) => output.write(`  ${id}  ${line}\n`),
      onProbeEnd: (record) => output.write(`${describeProbe(record)}\n`),
    });
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    progress.close();
  }
  return signal.aborted;
}

function describeFloor(floor: Floor | string): string {
  if (typeof floor === 'string') return `the instrument’s own floor was not measured: ${floor}`;
  const { hop, nullTransport, timerLateness, recordNs } = floor;
  const bare = hop === null ? '' : `bare TCP hop p50 ${Math.round(hop.p50Us)} µs, `;
  return `the instrument’s own floor: ${bare}null transport p50 ${Math.round(nullTransport.p50Us)} µs, timers ${Math.round(timerLateness.p50Us)} µs late, ${Math.round(recordNs)} ns to record an update`;
}

function describeProbe({ id, failure, elapsedMs }: ProbeRecord): string {
  const took = `after ${formatDuration(elapsedMs)}`;
  return failure === null ? `${id}: measured ${took}` : `${id}: not measured, ${took}: ${failure}`;
}
