/** Each claim against the evidence of one run. Pure, and in the order of the claims. */
import { type Claim, type Evidence, methodVersion, type Verdict, type Verdicts } from './model.js';

/** Two trials hold the median between them with 50 % confidence only; three with 75 %. */
const fewestTrials = 3;

export function judge(evidence: Evidence, claims: readonly Claim[]): Verdicts {
  return {
    methodVersion,
    runId: evidence.plan.runId,
    verdicts: claims.map((claim) => verdictOn(claim, evidence)),
  };
}

function verdictOn(claim: Claim, evidence: Evidence): Verdict {
  const { id, title, says, source, claimed } = claim;
  const found = claim.judge(evidence);
  if (found === null)
    return {
      id,
      title,
      says,
      source,
      claimed,
      outcome: 'not tested',
      value: null,
      because: `this run lacks what it takes: ${claim.needs}`,
      conditions: [],
      evidence: [],
      sampleCount: 0,
    };
  const { samples, ...judged } = found;
  const arms = evidence.summary.arms.filter(({ key }) => judged.evidence.includes(key));
  const fewest = Math.min(...arms.map(({ trials }) => trials));
  const tooFew: Partial<Verdict> =
    fewest >= fewestTrials
      ? {}
      : {
          outcome: 'inconclusive',
          because: `${judged.because}; but ${fewest} ${fewest === 1 ? 'trial' : 'trials'} of an arm are too few for a verdict (${fewestTrials} at least)`,
        };
  return {
    id,
    title,
    says,
    source,
    claimed,
    ...judged,
    ...tooFew,
    sampleCount: samples ?? arms.reduce((sum, arm) => sum + arm.trials, 0),
  };
}
