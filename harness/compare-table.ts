/** A comparison of two runs in words: arm by arm what differs, then how much of it chance would do. */
import { formatTable } from './columns.js';
import { type Comparison, type ComparisonRow, rangeOf } from './model.js';
import { inDigits } from './numbers.js';
import { plainTerminal, styled, type Terminal, wrapped } from './terminal.js';

export function formatComparison(
  { a, b, environment, expectedByChance, rows }: Comparison,
  terminal: Terminal = plainTerminal,
): string {
  const shown = rows.filter(({ verdict }) => verdict !== 'not comparable');
  const count = (verdict: ComparisonRow['verdict']) => rows.filter((row) => row.verdict === verdict).length;
  const notes = [
    ...[...group(rows.filter(({ verdict }) => verdict === 'not comparable'))].map(
      ([why, left]) => `not comparable (${why}): ${left.length} figures`,
    ),
    `${count('better')} better, ${count('worse')} worse, ${count('tied')} tied, ${count('not comparable')} not comparable`,
    ...(shown.length === 0
      ? []
      : [
          `Two runs of the same thing would differ in about ${expectedByChance.toFixed(1)} of these figures by chance: look for what differs in all arms, or run again.`,
        ]),
  ];
  const head = [`A ${a}`, `B ${b}`, ...environment.map((difference) => `environments differ: ${difference}`)];
  const prose = (lines: readonly string[]) => lines.map((line) => wrapped(line, terminal, 2)).join('\n');
  return [prose(head), ...(shown.length === 0 ? [] : [formatRows(shown, terminal)]), prose(notes)].join('\n\n');
}

/** Arm by arm; the verdict stands before what it rests on. */
function formatRows(rows: readonly ComparisonRow[], terminal: Terminal): string {
  const arms = [...new Set(rows.map(({ arm }) => arm))];
  const table = formatTable(
    [
      ['', 'verdict', 'change', 'A', 'B', 'B − A', 'interval', 'effect'],
      ...arms.flatMap((arm) => [[arm], ...rows.filter((row) => row.arm === arm).map(cells)]),
    ],
    { terminal },
  );
  const styles = { better: 'green', worse: 'red' } as const;
  return table.replace(/(?<= )(better|worse)(?= |$)/gm, (verdict) =>
    styled(verdict, styles[verdict as keyof typeof styles], terminal),
  );
}

function cells({ metric, a, b, difference, interval, relative, effect, verdict }: ComparisonRow): string[] {
  return [
    `  ${metric}`,
    verdict,
    relative === null ? '' : `${inDigits(relative * 100, 3)} %`,
    number(a),
    number(b),
    number(difference),
    interval === null ? '' : rangeOf(inDigits(interval[0]), inDigits(interval[1])),
    effect === null ? '' : inDigits(effect, 2),
  ];
}

function group(rows: readonly ComparisonRow[]): Map<string, ComparisonRow[]> {
  const groups = new Map<string, ComparisonRow[]>();
  for (const row of rows) groups.set(row.why ?? '', [...(groups.get(row.why ?? '') ?? []), row]);
  return groups;
}

function number(value: number | null): string {
  return value === null ? 'not measured' : inDigits(value);
}
