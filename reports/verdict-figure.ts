/** What a verdict measured, short enough for a line of a board. */
import type { Verdict } from '../harness/model.js';
import { formatPoint } from './data.js';

/** Longer ones are read where their conditions stand beside them. */
const longestCharacters = 90;

/** Its words where they are short; of several conditions the one figure that sums them up, else the first of them. */
export function figureOf({ interval, value }: Pick<Verdict, 'interval' | 'value'>): string {
  // Figures of several conditions have semicolons between them.
  const [first = '', ...others] = value?.split('; ') ?? [];
  const isWhole = others.length === 0 && first.length <= longestCharacters;
  if (value !== null && isWhole) return first;
  if (interval !== null) return inWords(interval);
  if (value === null) return '—';
  const cut = first.length <= longestCharacters ? first : first.slice(0, first.lastIndexOf(' ', longestCharacters));
  return `${cut} …`;
}

/** With the unit behind the figure and the interval in brackets, as judges write it. */
function inWords(interval: NonNullable<Verdict['interval']>): string {
  return formatPoint(interval).replace(/^(\S+)(?: \[(.*)\])?$/, (_, figure: string, range?: string) =>
    [figure, interval.unit, ...(range === undefined ? [] : [`(${range})`])].join(' '),
  );
}
