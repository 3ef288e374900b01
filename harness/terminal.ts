/** What the place that text goes to can show: colours or not, and how many columns. */

export interface Terminal {
  readonly colours: boolean;
  /** Infinity where nothing wraps: a file, a pipe. */
  readonly columns: number;
}

/** A file, a pipe, or somebody who wants neither. */
export const plainTerminal: Terminal = { colours: false, columns: Number.POSITIVE_INFINITY };

/**
 * NO_COLOR takes colours away and FORCE_COLOR brings them where there is no terminal, if not empty
 * (https://no-color.org, https://force-color.org); COLUMNS says how wide a pipe's reader is.
 */
export function terminalOf(
  stream: { readonly isTTY?: boolean; readonly columns?: number },
  env: Readonly<Record<string, string | undefined>>,
): Terminal {
  const { NO_COLOR, FORCE_COLOR, COLUMNS, TERM } = env;
  const forced = FORCE_COLOR !== undefined && FORCE_COLOR !== '' && FORCE_COLOR !== '0';
  const able = stream.isTTY === true && TERM !== 'dumb';
  const columns = stream.columns ?? Number(COLUMNS);
  return { colours: !NO_COLOR && (forced || able), columns: columns > 0 ? columns : Number.POSITIVE_INFINITY };
}

const codes = { bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39], yellow: [33, 39] } as const;
export type Style = keyof typeof codes;

export function styled(text: string, style: Style | null, { colours }: Terminal): string {
  if (style === null || !colours) return text;
  const [on, off] = codes[style];
  return `\u001b[${on}m${text}\u001b[${off}m`;
}

/** A word with the runs of spaces before it, and the units behind a number: `20 %` is one thing. */
const word = / +[^ ]*(?:(?<=\d) (?:%|[µmn]?s|min|h|[KM]i?B|B)(?![^\s,.;:)\]])[^ ]*)*/g;

/** Broken between words; what follows the first line stands `indent` in. A word that is too long stays whole. */
export function wrapped(text: string, { columns }: Terminal, indent = 0): string {
  if (text.length <= columns) return text;
  const [, start = '', rest = ''] = /^(\s*\S+)(.*)$/s.exec(text) ?? [];
  const lines = [start];
  // Runs of spaces line up what stands in columns, and belong to the word behind them.
  for (const [piece] of rest.matchAll(word)) {
    const line = lines.at(-1) ?? '';
    if (line.length + piece.length > columns) lines.push(' '.repeat(indent) + piece.trimStart());
    else lines[lines.length - 1] = line + piece;
  }
  return lines.join('\n');
}
