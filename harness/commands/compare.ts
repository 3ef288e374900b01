/** `pushlab compare`: two runs side by side, for people and for CI; with --fail-on, a gate. */
import { comparedMetrics, compareRuns } from '../compare.js';
import { defaultMinEffectPercent } from '../defaults.js';
import { benchmarkEntries } from '../export/benchmark-json.js';
import { formatJunit } from '../export/junit.js';
import { displayPath, readPlan, readSummary, writeText } from '../files.js';
import type { Comparison, ComparisonRow } from '../model.js';
import { type CompareCommandOptions, compareOptionsSchema, parseOptions } from '../options.js';
import { formatTable } from '../table.js';

export default async function compare([a = '', b = '']: string[], given: Record<string, unknown>): Promise<number> {
  const options = parseOptions(compareOptionsSchema, given);
  const [runA, runB] = [read(a), read(b)];
  const comparison = only(
    compareRuns(runA, runB, (options.minEffect ?? defaultMinEffectPercent) / 100),
    options.metric ?? comparedMetrics,
  );
  const fails = gate(options.failOn);
  if (options.json) console.log(JSON.stringify(comparison, null, 2));
  else print(comparison);
  const written: string[] = [];
  if (options.junit !== undefined) written.push(writeText(options.junit, formatJunit(comparison, fails)));
  if (options.benchmarkJson !== undefined)
    written.push(writeText(options.benchmarkJson, `${JSON.stringify(benchmarkEntries(runB.summary), null, 2)}\n`));
  if (options.html !== undefined) written.push(writeText(options.html, await page(comparison, runB, a, b)));
  for (const path of written) process.stderr.write(`wrote ${displayPath(path)}\n`);
  return comparison.rows.some(fails) ? 1 : 0;
}

function read(directory: string) {
  return { plan: readPlan(directory), summary: readSummary(directory) };
}

function only(comparison: Comparison, metrics: readonly string[]): Comparison {
  const rows = comparison.rows.filter(({ metric }) => metrics.includes(metric));
  const expectedByChance = rows.reduce((sum, row) => sum + (row.confidence === null ? 0 : 1 - row.confidence), 0);
  return { ...comparison, rows, expectedByChance };
}

/** By how much even the end of the interval that is kinder to B must be worse. Without --fail-on nothing fails. */
function gate(failOn: CompareCommandOptions['failOn']): (row: ComparisonRow) => boolean {
  if (failOn === undefined) return () => false;
  // Where A is 0 there is no share to speak of, and any worse is worse.
  return ({ verdict, worseByAtLeast }) =>
    verdict === 'worse' && (worseByAtLeast === null || worseByAtLeast * 100 >= failOn.percent);
}

async function page(comparison: Comparison, runB: ReturnType<typeof read>, a: string, b: string): Promise<string> {
  // Vega takes a moment to load, and only the page needs it.
  const { renderComparison } = await import('../../reports/comparison.js');
  const version = runB.plan.versions.pushlab;
  return renderComparison({ comparison, version, command: `npx pushlab compare ${a} ${b}` });
}

function print({ a, b, environment, expectedByChance, rows }: Comparison): void {
  console.log(`A ${a}\nB ${b}`);
  for (const difference of environment) console.log(`environments differ: ${difference}`);
  const shown = rows.filter(({ verdict }) => verdict !== 'not comparable');
  console.log(
    `\n${formatTable([
      ['arm', 'metric', 'A', 'B', 'B − A', 'interval', '', 'effect', 'verdict'],
      ...shown.map((row) => [
        row.arm,
        row.metric,
        number(row.a),
        number(row.b),
        number(row.difference),
        row.interval === null ? '' : `${number(row.interval[0])} to ${number(row.interval[1])}`,
        row.relative === null ? '' : `${(row.relative * 100).toFixed(1)} %`,
        row.effect === null ? '' : row.effect.toFixed(2),
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
