/** `pushlab compare`: two runs side by side, for people and for CI; with --fail-on, a gate. */
import { comparedMetrics, compareRuns } from '../compare.js';
import { formatComparison } from '../compare-table.js';
import { defaultMinEffectPercent } from '../defaults.js';
import { benchmarkEntries } from '../export/benchmark-json.js';
import { formatJunit } from '../export/junit.js';
import { displayPath, readPlan, readSummary, writeText } from '../files.js';
import type { Comparison, ComparisonRow } from '../model.js';
import { type CompareCommandOptions, compareOptionsSchema, parseOptions } from '../options.js';
import { stdoutTerminal, tell } from './output.js';

export default async function compare([a = '', b = '']: string[], given: Record<string, unknown>): Promise<number> {
  const options = parseOptions(compareOptionsSchema, given);
  const [runA, runB] = [read(a), read(b)];
  const comparison = only(
    compareRuns(runA, runB, (options.minEffect ?? defaultMinEffectPercent) / 100),
    options.metric ?? comparedMetrics,
  );
  const fails = gate(options.failOn);
  if (options.json) console.log(JSON.stringify(comparison, null, 2));
  else console.log(formatComparison(comparison, stdoutTerminal()));
  const written: string[] = [];
  if (options.junit !== undefined) written.push(writeText(options.junit, formatJunit(comparison, fails)));
  if (options.benchmarkJson !== undefined)
    written.push(writeText(options.benchmarkJson, `${JSON.stringify(benchmarkEntries(runB.summary), null, 2)}\n`));
  if (options.html !== undefined) written.push(writeText(options.html, await page(comparison, runB, a, b)));
  for (const path of written) tell(`wrote ${displayPath(path)}`);
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
