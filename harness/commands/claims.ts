/** `pushlab claims`: what is under test, and one claim from its source to what would turn its verdict. */
import { chooseClaims, knownClaims } from '../known-claims.js';
import type { Claim } from '../model.js';
import { claimsOptionsSchema, parseOptions } from '../options.js';
import { styled, type Terminal, wrapped } from '../terminal.js';
import { proseTerminal } from './output.js';

export default async function claims([id]: string[], given: Record<string, unknown>): Promise<number> {
  const { claimsFrom } = parseOptions(claimsOptionsSchema, given);
  const { claims: known } = await knownClaims(claimsFrom);
  const terminal = proseTerminal();
  if (id === undefined) console.log(list(known, terminal));
  else for (const claim of chooseClaims(known, [id])) console.log(explain(claim, terminal));
  return 0;
}

function list(known: readonly Claim[], terminal: Terminal): string {
  const width = Math.max(...known.map(({ id }) => id.length)) + 2;
  const rows = known.map(({ id, title }) => wrapped(id.padEnd(width) + title, terminal, width));
  const [first, second] = known.map(({ id }) => id);
  return [
    ...rows,
    '',
    `explain one: pushlab claims ${first}`,
    `gather evidence for some: pushlab run article --claims ${first},${second}`,
  ].join('\n');
}

function explain(claim: Claim, terminal: Terminal): string {
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
    ['evidence', gathered.length === 0 ? (otherEvidence ?? 'none') : gathered.join(', ')],
  ];
  const told = parts.map(([name, text]) => `${styled(name, 'bold', terminal)}\n${wrapped(`  ${text}`, terminal, 2)}`);
  return `${wrapped(`${id}  ${title}`, terminal, id.length + 2)}\n\n${told.join('\n')}${gathered.length === 0 ? '' : `\n\ngather it with: npx pushlab run article --claims ${id}`}`;
}
