/**
 * Whether the rest of a run may be measured now: half a run from one machine or by one program and half from another
 * would be compared as if they were one.
 */
import { createHash } from 'node:crypto';
import { type Plan, planSchema } from './model.js';
import { type Surroundings, surroundingDifferences } from './surroundings.js';

/** Stands for everything that was decided before the first trial; every record carries it. */
export function planFingerprint(plan: Plan): string {
  // Parsed: the schema puts the fields of a plan just made into the order they have when read back.
  return createHash('sha256')
    .update(JSON.stringify(planSchema.parse(plan)))
    .digest('hex')
    .slice(0, 16);
}

/**
 * Why not, one reason an entry; none when it may.
 *
 * @param records of its trials and probes
 * @param now the machine and program as they are at this moment
 */
export function whyNotResume(
  plan: Plan,
  records: readonly { readonly planSha256: string }[],
  now: Surroundings,
): string[] {
  const fingerprint = planFingerprint(plan);
  const others = records.filter((record) => record.planSha256 !== fingerprint).length;
  const planChanged =
    others === 0 ? [] : [`plan.json was changed after ${others} of ${records.length} trials and probes had run by it`];
  const commits = [plan.versions.commit, now.versions.commit];
  const commitChanged =
    commits[0] === commits[1]
      ? []
      : [`pushlab ${commits.map((commit) => commit ?? 'of no known commit').join(' against ')}`];
  const lockChanged = plan.versions.lockfileSha256 === now.versions.lockfileSha256 ? [] : ['package-lock.json differs'];
  return [...planChanged, ...surroundingDifferences(plan, now), ...commitChanged, ...lockChanged];
}
