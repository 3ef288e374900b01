import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exponential, seededRandom } from '../../contract/random.js';
import { confidenceOf, median, medianInterval, overlap, quantile } from '../../harness/stats.js';

test('quantiles interpolate between order statistics, and the ends are the extremes', () => {
  assert.equal(quantile([4, 1, 3, 2], 0), 1);
  assert.equal(quantile([4, 1, 3, 2], 1), 4);
  assert.equal(quantile([4, 1, 3, 2], 0.5), 2.5);
  assert.equal(quantile([10, 20, 30], 0.25), 15);
  assert.equal(quantile([7], 0.99), 7);
  assert.equal(median([3, 3, 3]), 3);
  assert.throws(() => quantile([], 0.5), RangeError);
  assert.throws(() => quantile([1], 1.1), RangeError);
  assert.throws(() => medianInterval([]), RangeError);
});

test('quantile does not reorder what it was given', () => {
  const values = [3, 1, 2];
  quantile(values, 0.5);
  assert.deepEqual(values, [3, 1, 2]);
});

test('confidence of smallest-to-largest is 1 − 2·(1/2)ⁿ', () => {
  assert.equal(confidenceOf(0), 0);
  assert.equal(confidenceOf(1), 0);
  assert.equal(confidenceOf(2), 0.5);
  assert.equal(confidenceOf(5), 0.9375);
});

for (const trials of [3, 5, 8, 15, 30]) {
  test(`with ${trials} trials the interval holds the true median about as often as it says`, () => {
    // Exponential: skewed, as latencies are. Its median is ln 2 times its mean.
    const experiments = trials > 9 ? 600 : 4000;
    const random = seededRandom(trials);
    let held = 0;
    for (let i = 0; i < experiments; i++) {
      const values = Array.from({ length: trials }, () => exponential(random, 1));
      const { low, high } = medianInterval(values, i);
      if (low <= Math.LN2 && Math.LN2 <= high) held++;
    }
    // Seeded, so the same on every machine. Exact for few trials; the bootstrap may be off by a few percent.
    const tolerance = trials > 9 ? 0.04 : 0.02;
    assert.ok(Math.abs(held / experiments - confidenceOf(trials)) < tolerance, `${held / experiments}`);
  });
}

test('intervals that share a value are tied', () => {
  assert.equal(overlap({ low: 1, high: 2 }, { low: 2, high: 3 }), true);
  assert.equal(overlap({ low: 1, high: 2 }, { low: 2.1, high: 3 }), false);
  assert.equal(overlap({ low: 1, high: 9 }, { low: 3, high: 4 }), true);
});
