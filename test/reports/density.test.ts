/** Densities of distributions whose shape is known. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type DensityPoint, density, type Quantiles } from '../../reports/density.js';

const shares = Array.from({ length: 199 }, (_, i) => (i + 0.5) / 199);
const ofShares = (value: (q: number) => number): Quantiles => shares.map((q) => [q, value(q)] as const);

function peak(points: readonly DensityPoint[]): DensityPoint {
  return points.reduce((a, b) => (b.density > a.density ? b : a));
}

/** By trapezoids over the logarithm. */
function area(points: readonly DensityPoint[]): number {
  return points.slice(1).reduce((sum, { value, density: d }, i) => {
    const before = points[i] as DensityPoint;
    return sum + ((d + before.density) / 2) * Math.log10(value / before.value);
  }, 0);
}

test('the area is 1, whatever the distribution', () => {
  for (const quantiles of [
    ofShares((q) => 10 ** (3 * q)),
    ofShares((q) => 1_000 * q),
    ofShares((q) => (q < 0.5 ? 10 : 10_000)),
  ])
    assert.ok(Math.abs(area(density(quantiles, 1_000, 400)) - 1) < 0.01, String(area(density(quantiles, 1_000, 400))));
});

test('evenly spread over three factors of ten it is a third of the whole per factor', () => {
  const points = density(
    ofShares((q) => 10 ** (3 * q)),
    1_000,
    200,
  );
  for (const { density: d } of points.filter(({ value }) => value > 10 && value < 100))
    assert.ok(Math.abs(d - 1 / 3) < 0.01, String(d));
});

test('evenly spread over time, as waiting for the next poll is, it rises up to the interval', () => {
  const points = density(
    ofShares((q) => 1_000 * q),
    1_000,
    200,
  );
  const top = peak(points).value;
  assert.ok(top > 500 && top < 1_000, String(top));
});

test('two lumps stay two', () => {
  const points = density(
    ofShares((q) => (q < 0.5 ? 10 * (1 + q) : 1_000 * (1 + q))),
    1_000,
    200,
  );
  const between = points.filter(({ value }) => value > 60 && value < 300);
  assert.ok(between.length > 5);
  for (const { density: d } of between) assert.ok(d < peak(points).density / 10, String(d));
});

test('one value is one narrow peak, and no values or none above zero are nothing', () => {
  const points = density(
    ofShares(() => 250),
    1_000,
    101,
  );
  assert.ok(Math.abs(peak(points).value - 250) < 1);
  assert.ok((points.at(-1)?.value ?? 0) < 300);
  assert.ok(Math.abs(peak(density([[0.5, 7]], 1, 11)).value - 7) < 0.1);
  assert.deepEqual(density([], 0, 10), []);
  assert.deepEqual(density([[0.5, 0]], 1, 10), []);
});

test('the tail beyond the last half percent does not stretch it', () => {
  const tailed: Quantiles = [...ofShares((q) => 10 * (1 + q)).filter(([q]) => q <= 0.995), [1, 1e6]];
  assert.ok((density(tailed, 1_000, 50).at(-1)?.value ?? Number.POSITIVE_INFINITY) < 100);
});
