/** What a probe is to those who run it. */
import type { Plan, ProbeId } from '../model.js';
import { subjectIds } from '../processes.js';
import type { ProbeData } from './model.js';

export interface ProbeContext {
  readonly plan: Plan;
  readonly signal: AbortSignal;
  /** Rejects when the run is to end. A probe takes its processes with it when that happens. */
  readonly abort: Promise<never>;
  /** For whoever watches: a line of progress, or what is missing here. */
  say(line: string): void;
}

export interface Probe<Id extends ProbeId> {
  readonly id: Id;
  /** How long it takes, in ms; null: too long for a thinned run, and left out of it. */
  expectedMs(thinned: boolean): number | null;
  /**
   * @returns what goes into its file
   * @throws Error with the reason when it cannot be measured; the signal's reason when aborted
   */
  measure(context: ProbeContext): Promise<ProbeData[Id]>;
}

export type Probes = { readonly [Id in ProbeId]: Probe<Id> };

/** Of a probe that looks at every server; a thinned run has the first only. */
export function subjectsOf(thinned: boolean): readonly string[] {
  return thinned ? subjectIds.slice(0, 1) : subjectIds;
}
