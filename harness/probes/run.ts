/**
 * Measures the probes of a plan that have no file yet, one after the other, and writes each as it ends.
 *
 * One that fails is named with its reason and leaves the others, and the trials, as they are; a resumed run tries it
 * again.
 */
import { hasProbe, readProbeRecords, writeProbe, writeProbeRecord } from '../files.js';
import type { Plan, ProbeId, Summary } from '../model.js';
import { planFingerprint } from '../resume.js';
import { probes as known } from './index.js';
import { type ProbeRecord, probeFiles } from './model.js';
import type { Probe, Probes } from './probe.js';

export interface ProbeEvents {
  onProbeStart?(id: ProbeId, expectedMs: number): void;
  onProbeNote?(id: ProbeId, line: string): void;
  onProbeEnd?(record: ProbeRecord): void;
}

/**
 * @param abort rejects when the run is to end
 * @throws the signal's reason when aborted; Error when a file cannot be written
 */
export async function runProbes(
  plan: Plan,
  directory: string,
  { signal, ...events }: ProbeEvents & { readonly signal: AbortSignal },
  abort: Promise<never>,
  probes: Probes = known,
): Promise<void> {
  const planSha256 = planFingerprint(plan);
  for (const id of missingProbes(plan, directory)) {
    signal.throwIfAborted();
    const probe: Probe<ProbeId> = probes[id];
    events.onProbeStart?.(id, probe.expectedMs(plan.thinned) ?? 0);
    const startedAt = new Date();
    const say = (line: string) => events.onProbeNote?.(id, line);
    const outcome = await attempt(() => probe.measure({ plan, signal, abort, say }));
    // Whatever it says for itself: it was ended, and did not fail.
    signal.throwIfAborted();
    if (outcome.failure === null) writeProbe(directory, id, outcome.data);
    const record = {
      id,
      planSha256,
      startedAt: startedAt.toISOString(),
      elapsedMs: Math.max(0, Date.now() - startedAt.getTime()),
      failure: outcome.failure,
    };
    writeProbeRecord(directory, record);
    events.onProbeEnd?.(record);
  }
}

/** Those of the plan that nothing was written of yet. */
export function missingProbes(plan: Plan, directory: string): ProbeId[] {
  return plan.probes.filter((id) => !hasProbe(directory, id));
}

/** What became of each: those of the plan, and any that was measured beside it since. */
export function probeStates(plan: Plan, directory: string): Summary['probes'] {
  const records = readProbeRecords(directory);
  return (Object.keys(probeFiles) as ProbeId[])
    .filter((id) => plan.probes.includes(id) || hasProbe(directory, id))
    .map((id) => {
      const failure = records.find((record) => record.id === id)?.failure ?? 'the run ended before it';
      return { id, title: probeFiles[id].title, notMeasured: hasProbe(directory, id) ? null : failure };
    });
}

type Outcome<T> = { readonly failure: null; readonly data: T } | { readonly failure: string };

async function attempt<T>(measure: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { failure: null, data: await measure() };
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) };
  }
}
