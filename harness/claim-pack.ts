/**
 * Claims of somebody's own: a folder with `claims/` and, where ours do not suffice, `suites/`, one file each.
 *
 * Its code runs when it is loaded, so the folder is always named by whoever types the command: no file of a run, which may
 * come from elsewhere, can name one.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { check } from './files.js';
import { type Claim, probeIds, type Suite, suiteSchema } from './model.js';
import { readDefault } from './suite-file.js';
import { UserError } from './user-error.js';

interface ClaimPack {
  readonly claims: readonly Claim[];
  readonly suites: readonly Suite[];
}

const words = z.string().trim().min(2);

const claimSchema = z.strictObject({
  id: z.string().regex(/^[A-Za-z][A-Za-z0-9.-]*$/),
  title: words,
  says: words,
  source: z.strictObject({ title: words, url: z.string().nullable() }),
  claimed: words,
  theirMethod: words,
  ourTest: words,
  prediction: words,
  threshold: words,
  wouldChange: words,
  needs: words,
  experiments: z.array(z.string()),
  probes: z.array(z.enum(probeIds)).optional(),
  timed: z.boolean().optional(),
  otherEvidence: words.optional(),
  judge: z.custom<Claim['judge']>((value) => typeof value === 'function', 'must be a function'),
});

/** @throws UserError naming the folder or file, and the field that does not fit */
export async function loadClaimPack(folder: string): Promise<ClaimPack> {
  const claims: Claim[] = [];
  for (const path of filesIn(join(folder, 'claims'), /\.(ts|mjs)$/))
    claims.push(check(await readDefault(path, 'claim'), claimSchema, path) as Claim);
  if (claims.length === 0) throw new UserError(`${folder}: no claim in it; expected ${join(folder, 'claims')}/*.ts`);
  const suites: Suite[] = [];
  for (const path of filesIn(join(folder, 'suites'), /\.(json|ts|mjs)$/))
    suites.push(check(await readDefault(path, 'suite'), suiteSchema, path));
  return { claims, suites };
}

function filesIn(folder: string, ending: RegExp): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => ending.test(name) && !name.endsWith('.d.ts'))
    .sort()
    .map((name) => join(folder, name));
}
