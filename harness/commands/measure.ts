/** Running the trials of a plan before somebody's eyes. Shared by the commands that measure. */
import { nowUs } from '../../contract/clock.js';
import { probeUws } from '../meters/uws-probe.js';
import type { Floor, Plan } from '../model.js';
import { type ProbeRecord, probeFiles } from '../probes/model.js';
import { formatDuration, Progress, type ProgressOutput } from '../progress.js';
import { runPlan } from '../run.js';
import { UserError } from '../user-error.js';
import { tell } from './output.js';

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

/** Runs what has no record yet. True when it was interrupted; what was finished before is on disk. */
export async function measure(
  plan: Plan,
  directory: string,
  signal: AbortSignal,
  { quiet = false } = {},
): Promise<boolean> {
  const note = quiet ? () => {} : tell;
  const progress = new Progress(plan, quiet ? { write: () => true } : watched(), () => nowUs() / 1000);
  try {
    await runPlan(plan, directory, {
      signal,
      onFloor: (floor) => note(describeFloor(floor)),
      onTrialStart: (trial, position) => progress.started(trial, position),
      onTrialEnd: (record, position) => progress.ended(record, position),
      onProbeStart: (id, expectedMs) => note(`${id}: ${probeFiles[id].title}, about ${formatDuration(expectedMs)} …`),
      onProbeNote: (id, line) => note(`  ${id}  ${line}`, 4),
      onProbeEnd: (record) => note(describeProbe(record)),
    });
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    progress.close();
  }
  return signal.aborted;
}

/** A line cannot be rewritten on a terminal that knows no cursor. */
function watched(): ProgressOutput {
  const { stderr } = process;
  return {
    isTTY: stderr.isTTY === true && process.env.TERM !== 'dumb',
    get columns() {
      return stderr.columns;
    },
    write: (text) => stderr.write(text),
  };
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
