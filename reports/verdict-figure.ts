/** What a verdict measured, short enough for a line of a board. */
import { figureOfInterval, type Verdict } from '../harness/model.js';

/** Longer ones are read where their conditions stand beside them. */
const longestCharacters = 100;

/** What the judge says in short, or its words where they are short; of several figures the one that sums them up, else the first, and how many more. */
export function figureOf({
  inShort,
  interval,
  value,
}: Pick<Verdict, 'interval' | 'value'> & Partial<Pick<Verdict, 'inShort'>>): string {
  if (inShort !== undefined) return inShort;
  // Figures of several conditions have semicolons between them.
  const [first = '', ...others] = value === null ? [] : itemsOf(value, '; ');
  if (value !== null && others.length === 0 && first.length <= longestCharacters) return first;
  if (interval !== null) return inWords(interval);
  if (value === null) return '—';
  return `${shortened(first)}${others.length === 0 ? '' : `; and ${others.length} more`}`;
}

/** Ends where an item of a list ends, never within one; what follows is in the verdict in full. */
function shortened(text: string): string {
  if (text.length <= longestCharacters) return text;
  const plain = text.replace(/ \([^()]*\)$/, '');
  if (plain.length <= longestCharacters) return plain;
  const items = itemsOf(plain, ', ');
  const fitting = items.filter((_, i) => items.slice(0, i + 1).join(', ').length <= longestCharacters);
  return fitting.length === 0 ? plain : `${fitting.join(', ')} …`;
}

/** Without those separators that stand in brackets. */
function itemsOf(text: string, separator: string): string[] {
  const items: string[] = [];
  for (const part of text.split(separator)) {
    const last = items.at(-1);
    const isInside = last !== undefined && last.split('(').length > last.split(')').length;
    if (isInside) items[items.length - 1] = `${last}${separator}${part}`;
    else items.push(part);
  }
  return items;
}

/** With the unit behind the figure and the interval in brackets, as judges write it. */
function inWords({ unit, ...interval }: NonNullable<Verdict['interval']>): string {
  const { figure, range } = figureOfInterval(interval);
  return [figure, unit, ...(range === null ? [] : [`(${range})`])].join(' ');
}
