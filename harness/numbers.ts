/**
 * Numbers as people read them in a terminal: thousands apart, a true minus sign, no exponent, and no more digits than
 * an interval supports.
 */
import { formatNumber, formatPoint } from '../reports/data.js';
import type { Estimate } from './model.js';

export function whole(value: number): string {
  // Not "−0".
  return signed((Math.round(value) + 0).toLocaleString('en'));
}

/** @param significant digits */
export function digits(value: number, significant = 4): string {
  return signed(value.toLocaleString('en', { maximumSignificantDigits: significant }));
}

/** `1.00`, `12.3`, `1,235`. */
export function threeDigits(value: number): string {
  return signed(formatNumber(value));
}

/** `1.23 [1.10–1.40]`; one value alone has no interval. */
export function estimated({ median, low, high, values }: Estimate, scale = 1): string {
  if (values.length < 2) return threeDigits(median * scale);
  return range(formatPoint({ median: median * scale, low: low * scale, high: high * scale }));
}

/** `−12 to 95`, where a dash would stand beside a minus sign; else `12–95`. */
export function between(low: number, high: number, format: (value: number) => string = digits): string {
  return range(`${format(low)}–${format(high)}`);
}

function range(text: string): string {
  const proper = signed(text);
  return proper.includes('−') ? proper.replace('–', ' to ') : proper;
}

function signed(text: string): string {
  return text.replaceAll('-', '−');
}
