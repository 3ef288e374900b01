/**
 * Runs the trials of a plan that have no record yet, one at a time, and appends each as it ends; then its probes.
 *
 * Fresh processes for every trial: no arm inherits another's heap, compiled code, open sockets or browser.
 * A trial that fails is a record like any other, and the next one starts.
 */
import { clients } from '../contract/clients.js';
import type { TrialPlan } from '../contract/trial.js';
import { compilePage, pageFolder } from './browser/compile-page.js';
import { whyNotRunnable } from './browser/plan-check.js';
import { removeLeftoverProfiles } from './browser/profile.js';
import { appendTrial, readFloor, readTrials, writeFloor } from './files.js';
import { measureFloor } from './floor/measure.js';
import { NetNamespace, removeLeftoverNamespaces } from './meters/wire.js';
import type { Floor, Plan, TrialRecord } from './model.js';
import { placesOf } from './places.js';
import { type ProbeEvents, runProbes } from './probes/run.js';
import { planFingerprint } from './resume.js';
import { runTrial } from './trial/run.js';
import { WorkerFailure } from './worker.js';

interface RunOptions extends ProbeEvents {
  /** Aborting ends the trial under way, unrecorded, and leaves the finished ones. */
  readonly signal: AbortSignal;
  /** Before the first trial, when the plan asks for it; a string says why it could not be measured. */
  onFloor?(floor: Floor | string): void;
  onTrialStart?(trial: TrialPlan, position: number, total: number): void;
  onTrialEnd?(record: TrialRecord, position: number, total: number): void;
}

/**
 * @throws Error when a record cannot be written; everything written before stays readable
 * @throws the signal's reason when aborted
 */
export async function runPlan(plan: Plan, directory: string, options: RunOptions): Promise<void> {
  if (plan.trials.some((trial) => clients[trial.client].inBrowser && whyNotRunnable(plan, trial) === null)) {
    removeLeftoverProfiles();
    compilePage(pageFolder(directory));
  }
  const network = plan.wire.method === 'namespace' ? openNetwork() : null;
  const remove = () => network?.remove();
  // Also when this process has to leave at once.
  process.once('exit', remove);
  const over = new AbortController();
  try {
    const abort = aborted(options.signal, over.signal);
    await runTrials(plan, directory, options, network, abort);
    await runProbes(plan, directory, options, abort);
  } finally {
    remove();
    // A search runs one plan after the other: whoever listens for each would be many in the end.
    process.off('exit', remove);
    over.abort();
  }
}

function openNetwork(): NetNamespace {
  removeLeftoverNamespaces();
  return NetNamespace.create();
}

async function runTrials(
  plan: Plan,
  directory: string,
  options: RunOptions,
  network: NetNamespace | null,
  abort: Promise<never>,
): Promise<void> {
  const planSha256 = planFingerprint(plan);
  const done = new Set(readTrials(directory).map((record) => record.trial.id));
  const total = plan.trials.length;
  if (plan.floor && done.size < total && readFloor(directory) === null) {
    const floor = await Promise.race([floorOf(plan, directory, network), abort]);
    options.onFloor?.(floor);
  }
  for (const [index, trial] of plan.trials.entries()) {
    if (done.has(trial.id) || whyNotRunnable(plan, trial) !== null) continue;
    options.signal.throwIfAborted();
    options.onTrialStart?.(trial, index + 1, total);
    const record = await runTrial({ plan, planSha256, trial, directory, network }, abort);
    appendTrial(directory, record);
    options.onTrialEnd?.(record, index + 1, total);
  }
}

/** Written before it is told; a floor that cannot be measured is no reason to measure nothing. */
async function floorOf(plan: Plan, directory: string, network: NetNamespace | null): Promise<Floor | string> {
  try {
    const floor = await measureFloor(placesOf(plan, network));
    writeFloor(directory, floor);
    return floor;
  } catch (error) {
    if (!(error instanceof WorkerFailure)) throw error;
    return error.message;
  }
}

/** Rejects when `signal` is aborted; listens for that no longer once it is `over`. */
function aborted(signal: AbortSignal, over: AbortSignal): Promise<never> {
  const abort = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true, signal: over });
  });
  // Between two trials nobody waits for it, and an abort then is not an unhandled error.
  abort.catch(() => {});
  return abort;
}
