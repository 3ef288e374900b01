/** Figures in the tables of a terminal, written as everywhere else (model/figures.ts). */
import { type Estimate, figureOfInterval } from './model.js';

/** `1.00`, `12.3`, `1,235`: what was measured once, of whose spread nothing is known. */
export function threeDigits(value: number): string {
  return figureOfInterval({ median: value, low: value, high: value }).figure;
}

/** `1.23 [1.10–1.40]`; one value alone has no interval, and no range is told where it has no width. */
export function estimated({ median, low, high, values }: Estimate, scale = 1): string {
  if (values.length < 2) return threeDigits(median * scale);
  const { figure, range } = figureOfInterval({ median: median * scale, low: low * scale, high: high * scale });
  return range === null ? figure : `${figure} [${range}]`;
}

/** A figure that stands beside others of its kind, whose differences are what counts: four digits, no exponent. */
export function inDigits(value: number, digits = 4): string {
  return value.toLocaleString('en', { maximumSignificantDigits: digits }).replace('-', '−');
}
