/** Figures in as many digits as is known of them, by hand. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { figureOfInterval, fixed, formatCount, formatNumber, rangeOf } from '../../harness/model.js';

test('three significant digits, whole numbers whole, thousands separated, a true minus', () => {
  for (const [value, text] of [
    [0, '0'],
    [0.000123, '0.000123'],
    [1.2345, '1.23'],
    [12.345, '12.3'],
    [99.97, '100'],
    [2, '2'],
    [50_032.4, '50,032'],
    [-585.4, '−585'],
    [-0.00000001, '0'],
  ] as const)
    assert.equal(formatNumber(value), text);
  assert.equal(formatCount(4_935_527), '4,935,527');
  assert.equal(fixed(12_345, -2), '12,300');
});

for (const [what, interval, figure, range] of [
  ['two digits of its width', { median: 92.44, low: 82.61, high: 175.02 }, '92', '83–175'],
  ['no third decimal of a narrow one', { median: 1.5512, low: 1.4104, high: 1.8801 }, '1.55', '1.41–1.88'],
  ['tens and hundreds of a wide one', { median: 135_741, low: 124_117, high: 143_915 }, '136,000', '124,000–144,000'],
  ['one number of decimals in all three', { median: 10.6, low: 9.64, high: 10.6 }, '10.6', '9.6–10.6'],
  ['no interval where it has no width', { median: 76.512, low: 76.507, high: 76.514 }, '76.5', null],
  ['three digits of what is measured, whole or not', { median: 2, low: 2, high: 2 }, '2.00', null],
  ['a whole end among others', { median: 99.8, low: 99.4, high: 100 }, '99.8', '99.4–100.0'],
  ['below zero without a second dash', { median: -585, low: -1350, high: 102 }, '−590', '−1,350 to 100'],
  ['the figure itself, however wide', { median: 32, low: 1, high: 1117 }, '32', '1–1,117'],
  ['a digit of a small one', { median: 0.0032, low: 0, high: 0.2 }, '0.003', '0–0.200'],
] as const)
  test(`of an interval: ${what}`, () => assert.deepEqual(figureOfInterval(interval), { figure, range }));

test('a range from below zero is written out', () => {
  assert.equal(rangeOf('1', '2'), '1–2');
  assert.equal(rangeOf('−1', '2'), '−1 to 2');
});

test('what is written lies within a tenth of an interval’s width, or half a unit of its third digit, of what was measured', () => {
  const number = fc.double({ min: 0.001, max: 1e6, noNaN: true });
  fc.assert(
    fc.property(number, number, (a, b) => {
      const [low, high] = [Math.min(a, b), Math.max(a, b)];
      const { figure } = figureOfInterval({ median: low, low, high });
      const off = Math.abs(Number(figure.replaceAll(',', '')) - low);
      assert.ok(off <= Math.max((high - low) / 10, high * 0.0051) + 1e-6, `${low} as ${figure}`);
    }),
  );
});
