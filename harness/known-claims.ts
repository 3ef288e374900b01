/** The claims and suites there are: ours, and those of a pack; and the suite that a choice of claims needs. */
import { claims as ours } from '../claims/index.js';
import { experiments } from '../suites/evidence/index.js';
import { suites } from '../suites/index.js';
import { loadClaimPack } from './claim-pack.js';
import { check } from './files.js';
import { type Claim, type ProbeId, probeIds, type Suite, type SuiteInput, suiteSchema } from './model.js';
import { nearest } from './nearest.js';
import { UsageError, UserError } from './user-error.js';

/** The suite that is put together from what claims need. */
export const evidenceSuiteId = 'article';

export interface Known {
  readonly claims: readonly Claim[];
  readonly suites: readonly SuiteInput[];
  /** Of the pack alone; ours when there is none. */
  readonly tested: readonly Claim[];
}

/**
 * @param folder of a claim pack; absent: ours alone
 * @throws UserError when the pack cannot be read, or calls something by a name that is taken
 */
export async function knownClaims(folder?: string): Promise<Known> {
  const own = [...suites, ...experiments];
  if (folder === undefined) return { claims: ours, suites: own, tested: ours };
  const pack = await loadClaimPack(folder);
  const known = { claims: [...ours, ...pack.claims], suites: [...own, ...pack.suites], tested: pack.claims };
  for (const [what, ids] of [
    ['claim', known.claims.map(({ id }) => id)],
    ['suite', known.suites.map(({ id }) => id)],
  ] as const) {
    const twice = ids.find((id, i) => ids.indexOf(id) !== i);
    if (twice !== undefined) throw new UserError(`${folder}: there are two of ${what} '${twice}'; rename one`);
  }
  return known;
}

/** @throws UsageError for an id that is not known, with the nearest one */
export function chooseClaims(claims: readonly Claim[], ids: readonly string[]): Claim[] {
  return ids.map((id) => {
    const claim = claims.find((one) => one.id.toLowerCase() === id.toLowerCase());
    if (claim !== undefined) return claim;
    const known = claims.map((one) => one.id);
    const guess = nearest(id, known);
    throw new UsageError(
      `no claim '${id}'; ${guess === null ? `there are: ${known.join(', ')}` : `did you mean ${guess}?`}`,
    );
  });
}

/** Every experiment that claims name, once. */
export function partsFor(claims: readonly Claim[], known: readonly SuiteInput[]): Suite[] {
  const ids = [...new Set(claims.flatMap(({ experiments: needed }) => needed))];
  return ids.map((id): Suite => {
    const part = known.find((suite) => suite.id === id);
    if (part !== undefined) return check(part, suiteSchema, `suite ${id}`);
    const by = claims.filter(({ experiments: needed }) => needed.includes(id)).map((claim) => claim.id);
    throw new UserError(`claim ${by.join(', ')} needs a suite '${id}' that is not known; see: pushlab list suites`);
  });
}

/**
 * The union of the experiments that claims need, as one suite: what two of them share is run once.
 *
 * @throws UserError when a claim names a suite that is not known, or none needs anything measured
 */
export function evidenceFor(claims: readonly Claim[], known: readonly SuiteInput[]): Suite {
  const parts = partsFor(claims, known);
  if (parts.length === 0 && probesFor(claims).length === 0)
    throw new UserError(
      `${claims.map(({ id }) => id).join(', ')}: not judged by anything measured; see: pushlab claims ${claims[0]?.id}`,
    );
  const names = claims.map(({ id }) => id).join(', ');
  return {
    id: evidenceSuiteId,
    title: `Evidence for ${names}`,
    question: `Which of the published claims ${names} hold here?`,
    repeats: Math.max(1, ...parts.map(({ repeats }) => repeats)),
    quick: parts.flatMap(({ quick, arms }) => quick ?? arms.map(({ workload }) => workload.id)),
    arms: parts.flatMap(({ arms }) => arms),
  };
}

/** What claims need beside trials, each once, in the order in which they are measured. */
export function probesFor(claims: readonly Claim[]): ProbeId[] {
  return probeIds.filter((id) => claims.some(({ probes = [] }) => probes.includes(id)));
}
