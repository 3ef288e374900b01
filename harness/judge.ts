/**
 * Each claim against the evidence of one run. Pure, and in the order of the claims.
 *
 * A judge may come from anybody's folder: what it throws, and what it returns that is no verdict, is its own failure and
 * leaves the others alone. It is never turned into a verdict, least of all into "not tested".
 */
import {
  type Arm,
  type Claim,
  type Evidence,
  type Judged,
  methodVersion,
  type Verdict,
  type Verdicts,
  verdictSchema,
} from './model.js';
import { armKey } from './summarize.js';

/** Two trials hold the median between them with 50 % confidence only; three with 75 %. */
export const fewestTrials = 3;

export function judge(evidence: Evidence, claims: readonly Claim[]): Verdicts {
  const verdicts: Verdict[] = [];
  const broken: Verdicts['broken'] = [];
  for (const claim of claims) {
    try {
      verdicts.push(checked(verdictOn(claim, evidence), evidence));
    } catch (error) {
      const { id, title } = claim;
      broken.push({ id, title, error: error instanceof Error ? error.message : String(error) });
    }
  }
  return { methodVersion, runId: evidence.plan.runId, verdicts, broken };
}

function verdictOn(claim: Claim, evidence: Evidence): Verdict {
  const { id, title, says, source, claimed, theirMethod, ourTest, prediction, wouldChange, threshold } = claim;
  const { own, lacks } = ownEvidence(claim, evidence);
  const methods = { theirMethod, ourTest, prediction, wouldChange, threshold };
  const about = { id, title, says, source, claimed, ...methods, lacks };
  const found = claim.judge(own);
  if (found === null)
    return {
      ...about,
      outcome: 'not tested',
      value: null,
      interval: null,
      because: `this run lacks what it takes: ${claim.needs}${whyNone(claim, evidence)}`,
      conditions: [],
      evidence: [],
      probes: [],
      sampleCount: 0,
    };
  const { samples, ...judged } = withReserve(found, claim, lacks);
  const arms = evidence.summary.arms.filter(({ key }) => judged.evidence.includes(key));
  // Arithmetic needs no trials; what was measured needs enough of them.
  const fewest = Math.min(...arms.map(({ trials }) => trials));
  const reservation =
    fewest < fewestTrials
      ? `${fewest} ${fewest === 1 ? 'trial' : 'trials'} of an arm are too few for a verdict (${fewestTrials} at least)`
      : claim.timed === true
        ? noiseIn(arms, evidence)
        : null;
  return {
    ...about,
    interval: null,
    ...judged,
    probes: [...(judged.probes ?? [])],
    ...(reservation === null
      ? {}
      : { outcome: 'inconclusive' as const, because: `${judged.because}; but ${reservation}` }),
    sampleCount: samples ?? arms.reduce((sum, arm) => sum + arm.trials, 0),
  };
}

/**
 * What is the claim's own of a run: the arms of its experiments, so that what others were made for does not turn it. All
 * arms where the run has none of them: then they may still say something.
 */
function ownEvidence({ experiments }: Claim, evidence: Evidence): { own: Evidence; lacks: string[] } {
  const { plan, summary } = evidence;
  const parts = plan.experiments.filter(({ id }) => experiments.includes(id));
  const lacks = experiments.filter((id) => !parts.some((part) => part.id === id && part.whole));
  if (parts.length === 0) return { own: evidence, lacks };
  const workloads = new Set(parts.flatMap((part) => part.workloads));
  const arms = summary.arms.filter(({ workloadId }) => workloads.has(workloadId));
  const counts = new Set(plan.workloads.filter(({ id }) => workloads.has(id)).map(({ subscribers }) => subscribers));
  const slopes = summary.slopes.filter(({ subscribers }) => subscribers.every((count) => counts.has(count)));
  return { own: { ...evidence, summary: { ...summary, arms, slopes } }, lacks };
}

/** On part of its evidence a claim gets what that part can settle, and says so. */
function withReserve(found: Judged, { statement }: Claim, lacks: readonly string[]): Judged {
  if (lacks.length === 0) return found;
  const part = `judged on part of its evidence; this run lacks, wholly or in part: ${lacks.join(', ')}`;
  const conditions = [...found.conditions, part];
  if (found.outcome === 'contradicted' && statement !== 'universal')
    return {
      ...found,
      outcome: 'inconclusive',
      because: `${found.because}; but what may agree with it is not in this run`,
      conditions,
    };
  if (found.outcome === 'reproduced' && statement !== 'existential')
    return { ...found, outcome: 'holds under stated conditions', conditions };
  return { ...found, conditions };
}

/** Why its trials are none, where they were planned. */
function whyNone({ experiments }: Claim, { plan, summary }: Evidence): string {
  const own = new Set(plan.experiments.filter(({ id }) => experiments.includes(id)).flatMap((part) => part.workloads));
  const trials = new Set(plan.trials.filter(({ workloadId }) => own.has(workloadId)).map(({ id }) => id));
  const reasons = [...summary.notRun, ...summary.excluded]
    .filter(({ trialId }) => trials.has(trialId))
    .map(({ reason }) => reason);
  return reasons.length === 0
    ? ''
    : `; of its trials ${reasons.length} have no figures: ${[...new Set(reasons)].join('; ')}`;
}

/** Why times of these arms say little: something else was running in more than half of their trials. Null: they were alone. */
function noiseIn(arms: readonly Arm[], { plan, summary }: Evidence): string | null {
  const keys = new Set(arms.map(({ key }) => key));
  const own = new Set(plan.trials.filter((trial) => keys.has(armKey(trial))).map(({ id }) => id));
  const noisy = new Set(
    summary.warnings
      .filter(({ trialId, warning }) => warning.kind === 'machine-noise' && own.has(trialId))
      .map(({ trialId }) => trialId),
  );
  return noisy.size * 2 > own.size
    ? `something else used the machine in ${noisy.size} of ${own.size} trials, which changes what this is judged by`
    : null;
}

/** @throws Error when it is no verdict, or rests on arms that the run does not have */
function checked(verdict: Verdict, { summary }: Evidence): Verdict {
  const result = verdictSchema.safeParse(verdict);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw new Error(`its judge returned no verdict (${issue?.path.join('.')}: ${issue?.message})`);
  }
  const stranger = verdict.evidence.find((key) => !summary.arms.some((arm) => arm.key === key));
  if (stranger !== undefined) throw new Error(`its judge names an arm that this run does not have: ${stranger}`);
  return verdict;
}
