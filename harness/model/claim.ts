/** What a claim is: what somebody published, and how a run is judged by it. */
import type { ProbeData } from '../probes/model.js';
import type { ProbeId } from './beside.js';
import type { Plan } from './plan.js';
import type { Summary } from './summary.js';
import type { Verdict } from './verdicts.js';

/** Of an arm, of pairs, of slopes: two values hold the median between them with 50 % confidence only; three with 75 %. */
export const fewestTrials = 3;

/** What a claim may look at. */
export interface Evidence {
  readonly plan: Plan;
  readonly summary: Summary;
  /** What was measured beside the trials; what is absent or null was not. */
  readonly probes?: { readonly [Id in ProbeId]?: ProbeData[Id] | null };
}

/** What a judge finds. */
export type Judged = Pick<Verdict, 'outcome' | 'value' | 'because' | 'conditions' | 'evidence'> &
  Partial<Pick<Verdict, 'interval' | 'inShort'>> & {
    /** What the verdict counts as its samples where its evidence is no arm; else the arms' trials are counted. */
    readonly samples?: number;
    /** Probes that the verdict rests on. */
    readonly probes?: readonly ProbeId[];
  };

/** One published claim: what it says, where, and how this lab judges it. */
export interface Claim {
  readonly id: string;
  readonly title: string;
  /** In our own words. */
  readonly says: string;
  readonly source: Verdict['source'];
  /** Their figure, in words. */
  readonly claimed: string;
  /** How they came by it, as far as they say. */
  readonly theirMethod: string;
  /** What is measured here instead or again. */
  readonly ourTest: string;
  /** What theory or arithmetic lets one expect. */
  readonly prediction: string;
  /** From where on which verdict is given, and why there; written before the first run. */
  readonly threshold: string;
  /** What would turn the verdict. */
  readonly wouldChange: string;
  /** What must be in the run, in words; said when it is missing. */
  readonly needs: string;
  /** Suites whose arms are its evidence; what a run for this claim consists of. */
  readonly experiments: readonly string[];
  /** What has to be measured beside the trials. */
  readonly probes?: readonly ProbeId[];
  /**
   * What part of its evidence can settle: of a universal statement one case that is otherwise contradicts it, of an
   * existential one a case that is so reproduces it. Absent: neither, as other cases may turn it either way.
   */
  readonly statement?: 'universal' | 'existential';
  /**
   * It turns on times or small differences of CPU time, which noise of the machine changes: noise in most trials, or in most
   * blocks of requests, leaves no verdict.
   */
  readonly timed?: boolean;
  /** Why neither trials nor probes are what it takes, where none is named. */
  readonly otherEvidence?: string;
  /** Pure: the same evidence gives the same verdict. Null when the evidence is not in the run. */
  judge(evidence: Evidence): Judged | null;
}
