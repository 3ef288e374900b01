/**
 * How figures are written, by claims and reports alike: with separators of thousands, a true minus, at most three
 * significant digits where nothing is known of their spread, and never more than their interval supports.
 *
 * Of an interval two digits of its width are told, as metrology does of an uncertainty (JCGM 100:2008, GUM, 7.2.6): what
 * lies below them changes from run to run.
 */

interface Interval {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

const most = 6;

/**
 * Three significant digits, whole numbers whole.
 *
 * @param mostDecimals fewer where an interval supports fewer; below zero, tens and hundreds are rounded away
 */
export function formatNumber(value: number, mostDecimals = most): string {
  return fixed(value, Math.min(mostDecimals, significantDecimals(value)));
}

/** Of things that are counted: every digit is known. */
export function formatCount(value: number): string {
  return fixed(value, 0);
}

/** An estimate in as many digits as it supports; `range` is null where it has no width in them. */
export interface Figure {
  readonly figure: string;
  readonly range: string | null;
}

/** @param fewestDecimals more than the rule asks for, where fewer would say something else */
export function figureOfInterval({ median, low, high }: Interval, fewestDecimals = -Infinity): Figure {
  const supported = Math.min(widthDecimals(high - low), threeDigits(median === 0 ? high - low : median));
  const decimals = Math.max(fewestDecimals, supported, leastDecimals(median));
  const [figure, from, to] = [median, low, high].map((value) => fixed(value, decimals)) as [string, string, string];
  return { figure, range: from === to ? null : rangeOf(from, to) };
}

/** `1.2–3.4`; `−1.2 to 3.4`, where a dash would be read as one more minus. */
export function rangeOf(from: string, to: string): string {
  return from.startsWith('−') ? `${from} to ${to}` : `${from}–${to}`;
}

/** Rounded to that many decimals, to tens and hundreds where they are negative. */
export function fixed(value: number, decimals: number): string {
  if (Number.isNaN(value)) return 'unknown';
  const shown = Math.max(0, decimals);
  const step = 10 ** -Math.min(0, decimals);
  const rounded = step === 1 ? value : Math.sign(value) * Math.round(Math.abs(value) / step) * step;
  const text = formatWith(shown).format(rounded);
  return /^-?[0.]+$/.test(text) ? '0' : text.replace('-', '−');
}

/** One for each number of decimals: making them is what takes time, and a report writes ten thousand figures. */
const formats = new Map<number, Intl.NumberFormat>();

function formatWith(decimals: number): Intl.NumberFormat {
  let format = formats.get(decimals);
  if (format === undefined) {
    format = new Intl.NumberFormat('en', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
    formats.set(decimals, format);
  }
  return format;
}

function significantDecimals(value: number): number {
  return Number.isInteger(value) ? 0 : threeDigits(value);
}

function threeDigits(value: number): number {
  // Rounded first: 99.97 is 100 in three digits, not 100.0.
  return value === 0 ? 0 : Math.min(most, Math.max(0, 2 - magnitude(Number(value.toPrecision(3)))));
}

/** A figure far from the middle of its interval is not rounded away: a digit of it stays, two of tens and hundreds. */
function leastDecimals(median: number): number {
  return median === 0 ? -Infinity : Math.max(-magnitude(median), Math.min(0, 1 - magnitude(median)));
}

function widthDecimals(width: number): number {
  // An interval without end supports nothing, and has no magnitude.
  return width === 0 || !Number.isFinite(width) ? most : Math.min(most, 1 - magnitude(width));
}

function magnitude(value: number): number {
  return Math.floor(Math.log10(Math.abs(value)));
}
