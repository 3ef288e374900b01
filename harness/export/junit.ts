/**
 * A comparison as JUnit XML, which nearly every CI server shows: an arm is a suite, a figure a test case.
 *
 * There is no standard; this is the subset that Jenkins, GitLab and GitHub's reporters agree on: testsuites >
 * testsuite > testcase > failure | skipped.
 */
import type { Comparison, ComparisonRow } from '../model.js';

/** @param fails which figures count as failures */
export function formatJunit(comparison: Comparison, fails: (row: ComparisonRow) => boolean): string {
  const arms = [...new Set(comparison.rows.map(({ arm }) => arm))];
  const suites = arms.map((arm) => {
    const rows = comparison.rows.filter((row) => row.arm === arm);
    return `<testsuite name=${quoted(arm)} ${counts(rows, fails)}>\n${rows.map((row) => testCase(row, fails)).join('')}</testsuite>\n`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name=${quoted(`pushlab: ${comparison.a} against ${comparison.b}`)} ${counts(comparison.rows, fails)}>\n${suites.join('')}</testsuites>\n`;
}

function counts(rows: readonly ComparisonRow[], fails: (row: ComparisonRow) => boolean): string {
  const skipped = rows.filter(({ verdict }) => verdict === 'not comparable').length;
  return `tests="${rows.length}" failures="${rows.filter(fails).length}" skipped="${skipped}" errors="0"`;
}

function testCase(row: ComparisonRow, fails: (row: ComparisonRow) => boolean): string {
  const head = `<testcase classname=${quoted(row.arm)} name=${quoted(row.metric)}`;
  if (row.verdict === 'not comparable') return `${head}><skipped message=${quoted(row.why ?? '')}/></testcase>\n`;
  if (!fails(row)) return `${head}/>\n`;
  return `${head}><failure type="worse" message=${quoted(describe(row))}/></testcase>\n`;
}

function describe({ a, b, difference, interval, relative }: ComparisonRow): string {
  const share = relative === null ? '' : ` (${(relative * 100).toFixed(1)} %)`;
  return `${a} became ${b}: difference ${difference}${share}, interval ${interval?.join(' to ')}`;
}

function quoted(text: string): string {
  const escaped = text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    // XML 1.0 has no way to write most control characters.
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd]/g, '\ufffd');
  return `"${escaped}"`;
}
