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
  fewestTrials,
  type Judged,
  methodVersion,
  type ProbeId,
  type Verdict,
  type Verdicts,
  verdictSchema,
} from './model.js';
import { ownEvidence, tooFewIn, whyNone } from './own-evidence.js';
import { isDisturbed, measuredOf } from './qps/disturbed.js';
import { armKey } from './summarize.js';

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
  const { own, lacks, thin } = ownEvidence(claim, evidence);
  const methods = { theirMethod, ourTest, prediction, wouldChange, threshold };
  const about = { id, title, says, source, claimed, ...methods, lacks };
  const found = claim.judge(own);
  if (found === null)
    return {
      ...about,
      outcome: 'not tested',
      value: null,
      interval: null,
      because: `this run lacks what it takes: ${claim.needs}${whyNone(claim, evidence, own)}`,
      conditions: [],
      evidence: [],
      probes: [],
      sampleCount: 0,
    };
  const { samples, ...judged } = withReserve(found, claim, lacks, thin);
  const arms = evidence.summary.arms.filter(({ key }) => judged.evidence.includes(key));
  // Neither arithmetic nor a figure without a denominator turns on how often something was measured.
  const measured = judged.outcome !== 'refuted by arithmetic' && judged.outcome !== 'undefined';
  const reservation = measured ? whyNotSure(claim, arms, judged.probes ?? [], evidence) : null;
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

/** On part of its evidence a claim gets what that part can settle, and says so. */
function withReserve(found: Judged, { statement }: Claim, lacks: readonly string[], thin: readonly Arm[]): Judged {
  if (lacks.length === 0) return found;
  const part = `judged on part of its evidence; this run lacks, wholly or in part: ${lacks.join(', ')}`;
  const conditions = [...found.conditions, part, ...(thin.length === 0 ? [] : [tooFewIn(thin)])];
  if (found.outcome === 'contradicted' && statement !== 'universal')
    return {
      ...found,
      outcome: 'inconclusive',
      because: `${found.because}; but what may agree with it is not in this run`,
      conditions,
    };
  // The whole may find where it holds, and be called so: the two must not read as if they disagreed (decision 22).
  if (found.outcome === 'contradicted')
    return {
      ...found,
      because: `${found.because}; one case that is otherwise contradicts it as it stands, and where it may hold is not in this run`,
      conditions,
    };
  if (found.outcome === 'reproduced' && statement !== 'existential')
    return { ...found, outcome: 'holds under stated conditions', conditions };
  return { ...found, conditions };
}

/** Why what was measured of these arms leaves no verdict; null: nothing. */
function whyNotSure(
  { timed }: Claim,
  arms: readonly Arm[],
  probes: readonly ProbeId[],
  evidence: Evidence,
): string | null {
  const fewest = Math.min(...arms.map(({ trials }) => trials));
  if (fewest < fewestTrials)
    return `${fewest} ${fewest === 1 ? 'trial' : 'trials'} of an arm are too few for a verdict (${fewestTrials} at least)`;
  return timed === true ? (noiseIn(arms, evidence) ?? noiseBesideTrials(probes, evidence)) : null;
}

/** Why times of these arms say little: something else was running in more than half of their trials. Null: they were alone. */
function noiseIn(arms: readonly Arm[], { plan, summary }: Evidence): string | null {
  const keys = new Set(arms.map(({ key }) => key));
  // Of those that the figures come from: what was left out is no sign of a quiet machine.
  const out = new Set([...summary.notRun, ...summary.excluded].map(({ trialId }) => trialId));
  const own = new Set(plan.trials.filter((trial) => keys.has(armKey(trial)) && !out.has(trial.id)).map(({ id }) => id));
  const noisy = new Set(
    summary.warnings
      .filter(({ trialId, warning }) => warning.kind === 'machine-noise' && own.has(trialId))
      .map(({ trialId }) => trialId),
  );
  return noisy.size * 2 > own.size
    ? `something else used the machine in ${noisy.size} of ${own.size} trials, which changes what this is judged by`
    : null;
}

/** The same of blocks of requests. Null also where no probe that it rests on has any. */
function noiseBesideTrials(ids: readonly ProbeId[], { probes }: Evidence): string | null {
  const blocks = ids.flatMap((id) => {
    if (id === 'requests') return measuredOf(probes?.requests?.targets.flatMap((target) => target.blocks) ?? []);
    if (id === 'streams-beside-requests') return probes?.[id]?.blocks.map(({ measured }) => measured) ?? [];
    return [];
  });
  const noisy = blocks.filter(isDisturbed).length;
  return noisy * 2 > blocks.length
    ? `something else used the machine in ${noisy} of ${blocks.length} blocks of requests, which changes what this is judged by`
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
