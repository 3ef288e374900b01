/**
 * What of a run is evidence for a claim, and what of that is missing.
 *
 * Planned is not measured: an arm that was refused, failed or left out may be the one that turns the verdict.
 */
import { type Arm, type Claim, type Evidence, fewestTrials } from './model.js';

interface OwnEvidence {
  readonly own: Evidence;
  readonly lacks: string[];
  /** Arms of its experiments that cannot be judged, or not against the others of their workload. */
  readonly thin: readonly Arm[];
}

/**
 * What is the claim's own of a run: the arms of its experiments, so that what others were made for does not turn it. All
 * arms where the run has none of them: then they may still say something.
 */
export function ownEvidence({ experiments }: Claim, evidence: Evidence): OwnEvidence {
  const { plan, summary } = evidence;
  const parts = plan.experiments.filter(({ id }) => experiments.includes(id));
  const armsOf = (workloads: readonly string[]) =>
    summary.arms.filter(({ workloadId }) => workloads.includes(workloadId));
  const workloads = [...new Set(parts.flatMap((part) => part.workloads))];
  const lacks = experiments.filter(
    (id) => !parts.some((part) => part.id === id && part.whole && thinOf(armsOf(part.workloads)).length === 0),
  );
  const arms = parts.length === 0 ? summary.arms : armsOf(workloads);
  const counts = new Set(arms.map((arm) => plan.workloads.find(({ id }) => id === arm.workloadId)?.subscribers));
  const slopes = summary.slopes.filter(
    ({ subscribers, perSubscriber }) =>
      perSubscriber.values.length >= fewestTrials && subscribers.every((count) => counts.has(count)),
  );
  return {
    own: { ...evidence, summary: { ...summary, arms, slopes } },
    lacks,
    thin: parts.length === 0 ? [] : thinOf(arms),
  };
}

/** Those with too few trials, or with enough, of which too few are repetitions of another arm of the workload too. */
function thinOf(arms: readonly Arm[]): Arm[] {
  const enough = arms.filter(({ trials }) => trials >= fewestTrials);
  const common = (a: Arm, b: Arm) => a.repetitions.filter((repetition) => b.repetitions.includes(repetition)).length;
  return arms.filter(
    (arm) =>
      arm.trials < fewestTrials ||
      enough.some((other) => other.workloadId === arm.workloadId && common(arm, other) < fewestTrials),
  );
}

/** Names a few of them. */
export function tooFewIn(thin: readonly Arm[]): string {
  const named = thin.slice(0, 4).map(({ key, trials }) => `${key} (${trials})`);
  const others = thin.length > named.length ? ` and ${thin.length - named.length} more` : '';
  return `arms with fewer than ${fewestTrials} trials that count, or fewer in common with another: ${named.join(', ')}${others}`;
}

/** Why its trials are none, or not enough, where they were planned. */
export function whyNone({ experiments }: Claim, { plan, summary }: Evidence, own: Evidence): string {
  const workloads = plan.experiments.filter(({ id }) => experiments.includes(id)).flatMap((part) => part.workloads);
  const trials = new Set(plan.trials.filter(({ workloadId }) => workloads.includes(workloadId)).map(({ id }) => id));
  const reasons = [...summary.notRun, ...summary.excluded]
    .filter(({ trialId }) => trials.has(trialId))
    .map(({ reason }) => reason);
  const thin = thinOf(own.summary.arms).filter((arm) => arm.trials > 0);
  return [
    '',
    ...(reasons.length === 0
      ? []
      : [`of its trials ${reasons.length} have no figures: ${[...new Set(reasons)].join('; ')}`]),
    ...(thin.length === 0 ? [] : [tooFewIn(thin)]),
  ].join('; ');
}
