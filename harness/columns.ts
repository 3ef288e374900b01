/**
 * Rows in columns that line up, and never wider than the terminal.
 *
 * Where not all columns fit, the table goes on below itself: the leading columns, which say what a row is, stand again in
 * front of further figures, so that nothing is dropped. Where not even one figure fits beside them, each row is a block.
 */
import { plainTerminal, type Terminal, wrapped } from './terminal.js';

/** A row of one cell under a head of several is a heading over the rows that follow it. */
type Row = readonly string[];

interface ColumnOptions {
  readonly terminal?: Terminal;
  /** How many leading columns say what a row is; words stand to the left, numbers to the right. */
  readonly names?: number;
}

/** Between two columns. */
const gap = '  ';

/** The first row is the head; figures are aligned to the right. */
export function formatTable(
  table: readonly Row[],
  { terminal = plainTerminal, names = 1 }: ColumnOptions = {},
): string {
  const [head = [], ...rest] = table;
  const isHeading = (row: Row) => row.length === 1 && head.length > 1;
  const widths = head.map((_, at) =>
    Math.max(...table.filter((row) => !isHeading(row)).map((row) => (row[at] ?? '').length)),
  );
  const bands = bandsOf(widths, names, terminal.columns);
  if (bands === null) return blocks(table, names, terminal);
  const isWords = head.map((_, at) => at < names && !rest.every((row) => isHeading(row) || /^\d/.test(row[at] ?? '')));
  const aligned = (text: string, at: number) =>
    isWords[at] ? text.padEnd(widths[at] ?? 0) : text.padStart(widths[at] ?? 0);
  const lineOf = (row: Row, band: readonly number[]) =>
    isHeading(row)
      ? wrapped(row[0] ?? '', terminal)
      : band
          .map((at) => aligned(row[at] ?? '', at))
          .join(gap)
          .trimEnd();
  const text = bands.map((band) => table.map((row) => lineOf(row, band)).join('\n')).join('\n\n');
  return bands.length === 1 ? text : `${text}\n${wrapped(sideBySide(widths), terminal)}`;
}

/** What a reader is told of a table that goes on below itself. */
function sideBySide(widths: readonly number[]): string {
  return `(side by side: ${widths.reduce((sum, width) => sum + width, gap.length * (widths.length - 1))} columns)`;
}

/** Which columns stand beside each other, the names in each band; null when no figure fits beside the names. */
function bandsOf(widths: readonly number[], names: number, room: number): number[][] | null {
  const leading = [...widths.keys()].slice(0, names);
  const takenByNames = leading.reduce((sum, at) => sum + (widths[at] ?? 0), gap.length * (leading.length - 1));
  const bands: number[][] = [[...leading]];
  let taken = takenByNames;
  for (const [at, width] of [...widths.entries()].slice(names)) {
    const added = gap.length + width;
    if (takenByNames + added > room) return null;
    if (taken + added > room) {
      bands.push([...leading]);
      taken = takenByNames;
    }
    bands.at(-1)?.push(at);
    taken += added;
  }
  return takenByNames > room ? null : bands;
}

/** Each row by itself: its names, and a line for every figure. */
function blocks([head = [], ...rows]: readonly Row[], names: number, terminal: Terminal): string {
  const titleWidth = Math.max(...head.slice(names).map((title) => title.length));
  return rows
    .map((row) =>
      [
        wrapped(row.slice(0, names).join(gap), terminal, gap.length),
        ...row.slice(names).map((text, at) => {
          const title = head[names + at] ?? '';
          return wrapped(`${gap}${title.padEnd(titleWidth)}${gap}${text}`, terminal, 2 * gap.length);
        }),
      ].join('\n'),
    )
    .join('\n');
}
