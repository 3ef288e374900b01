/** `pushlab claims`: what is under test, and one claim from its source to what would turn its verdict. */
import { chooseClaims, knownClaims } from '../known-claims.js';
import type { Claim } from '../model.js';
import { claimsOptionsSchema, parseOptions } from '../options.js';
import { formatTable } from '../table.js';

export default async function claims([id]: string[], given: Record<string, unknown>): Promise<number> {
  const { claimsFrom } = parseOptions(claimsOptionsSchema, given);
  const { claims: known } = await knownClaims(claimsFrom);
  if (id === undefined) console.log(list(known));
  else for (const claim of chooseClaims(known, [id])) console.log(explain(claim));
  return 0;
}

function list(known: readonly Claim[]): string {
  const rows = formatTable(known.map(({ id, title }) => [`${id}  ${title}`]));
  return `${rows}\n\nexplain one: pushlab claims ${known[0]?.id}; gather evidence for some: pushlab run article --claims ${known
    .slice(0, 2)
    .map(({ id }) => id)
    .join(',')}`;
}

function explain(claim: Claim): string {
  const { id, title, says, source, claimed, experiments, probes = [], otherEvidence } = claim;
  const gathered = [...experiments, ...probes.map((probe) => `${probe} (beside the trials)`)];
  const parts: [string, string][] = [
    ['what is said', says],
    ['claimed', claimed],
    ['by whom', source.url === null ? source.title : `${source.title}, ${source.url}`],
    ['how they got it', claim.theirMethod],
    ['how it is tested here', claim.ourTest],
    ['what to expect', claim.prediction],
    ['threshold, written beforehand', claim.threshold],
    ['what would change the verdict', claim.wouldChange],
    ['needs', claim.needs],
    [
      'evidence',
      gathered.length === 0
        ? (otherEvidence ?? 'none')
        : `${gathered.join(', ')}; gather it: pushlab run article --claims ${id}`,
    ],
  ];
  return `${id}  ${title}\n\n${parts.map(([name, text]) => `${name}\n  ${text}`).join('\n')}`;
}
