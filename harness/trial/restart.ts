/**
 * A server that is killed and replaced on the same port, while clients are at it.
 *
 * Killed, not stopped: a crash says no goodbye. The replacement was loaded before the trial began, so that every
 * transport is left alone for the same time and not for as long as a process takes to start. It is told the trial's own
 * epoch and publishes what is due from then on, under the numbers of the schedule; its log begins there. What was due
 * while nobody was up, or was only in the dead one's memory, is nobody's to give.
 */
import { nowUs } from '../../contract/clock.js';
import type { Disturbance, FromServer, Timeline, ToServer } from '../../contract/control.js';
import type { ScheduledFault } from '../../contract/faults.js';
import type { Workload } from '../../contract/trial.js';
import { startTimeoutMs, type Worker } from '../worker.js';

type ServerWorker = Worker<ToServer, FromServer>;

/** In the order in which they are due. */
export function restartsOf({ faults = [] }: Pick<Workload, 'faults'>): ScheduledFault[] {
  return faults.filter(({ kind }) => kind === 'restart-server').sort((a, b) => a.atMs - b.atMs);
}

/**
 * @param replacement on standby for the same port
 * @param forMs how long nobody listens, but for the milliseconds that the replacement needs
 * @throws WorkerFailure when the replacement does not come up
 */
export async function replaceServer(
  old: ServerWorker,
  replacement: ServerWorker,
  timeline: Timeline,
  forMs: number,
): Promise<Disturbance> {
  const sinceWindowMs = () => (nowUs() - timeline.windowStartUs) / 1000;
  old.kill();
  const fromMs = sinceWindowMs();
  await Promise.all([old.exited, new Promise((resolve) => setTimeout(resolve, forMs))]);
  replacement.send({ type: 'listen' });
  await replacement.next('ready', startTimeoutMs);
  replacement.send({ type: 'start', ...timeline, publishFromUs: nowUs() });
  return { kind: 'restart-server', fromMs, toMs: sinceWindowMs() };
}
