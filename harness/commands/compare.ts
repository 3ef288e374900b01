/** `pushlab compare`: two runs side by side; with --fail-on worse, a gate. */
import { type Comparison, type ComparisonRow, compareRuns } from '../compare.js';
import { defaultMinEffectPercent } from '../defaults.js';
import { readPlan, readSummary } from '../files.js';
import { compareOptionsSchema, parseOptions } from '../options.js';
import { formatTable } from '../table.js';

export default async function compare([a = '', b = '']: string[], given: Record<string, unknown>): Promise<number> {
  const options = parseOptions(compareOptionsSchema, given);
  const comparison = compareRuns(read(a), read(b), (options.minEffect ?? defaultMinEffectPercent) / 100);
  if (options.json) console.log(JSON.stringify(comparison, null, 2));
  else print(comparison);
  return options.failOn !== undefined && comparison.rows.some(({ verdict }) => verdict === options.failOn) ? 1 : 0;
}

function read(directory: string) {
  return { plan: readPlan(directory), summary: readSummary(directory) };
}

function print({ a, b, environment, expectedByChance, rows }: Comparison): void {
  console.log(`A ${a}\nB ${b}`);
  for (const difference of environment) console.log(`environments differ: ${difference}`);
  const shown = rows.filter(({ verdict }) => verdict !== 'not comparable');
  console.log(
    `\n${formatTable([
      ['arm', 'metric', 'A', 'B', 'B − A', 'interval', '', 'verdict'],
      ...shown.map((row) => [
        row.arm,
        row.metric,
        number(row.a),
        number(row.b),
        number(row.difference),
        row.interval === null ? '' : `${number(row.interval[0])} to ${number(row.interval[1])}`,
        row.relative === null ? '' : `${(row.relative * 100).toFixed(1)} %`,
        row.verdict,
      ]),
    ])}\n`,
  );
  for (const [why, left] of group(rows.filter(({ verdict }) => verdict === 'not comparable')))
    console.log(`not comparable (${why}): ${left.length} figures`);
  const count = (verdict: string) => rows.filter((row) => row.verdict === verdict).length;
  console.log(
    `${count('better')} better, ${count('worse')} worse, ${count('tied')} tied, ${count('not comparable')} not comparable`,
  );
  console.log(
    `Two runs of the same thing would differ in about ${expectedByChance.toFixed(1)} of these figures by chance: look for what differs in all arms, or run again.`,
  );
}

function group(rows: readonly ComparisonRow[]): Map<string, ComparisonRow[]> {
  const groups = new Map<string, ComparisonRow[]>();
  for (const row of rows) groups.set(row.why ?? '', [...(groups.get(row.why ?? '') ?? []), row]);
  return groups;
}

/** Four significant digits, without an exponent. */
function number(value: number | null): string {
  if (value === null) return 'not measured';
  if (value === 0) return '0';
  return value.toLocaleString('en', { maximumSignificantDigits: 4, useGrouping: false });
}
