import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exponential, type Random, seededRandom } from '../../contract/random.js';
import {
  cliffsDelta,
  confidenceOf,
  describeInterval,
  median,
  medianInterval,
  quantile,
  shift,
} from '../../harness/stats.js';

const experiments = 10_000;

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

test('confidence of smallest-to-largest is 1 − 2·(1/2)ⁿ, and 95 % from six trials on', () => {
  assert.deepEqual([0, 1, 2, 5, 6, 30].map(confidenceOf), [0, 0, 0.5, 0.9375, 0.95, 0.95]);
  assert.match(describeInterval(1), /no interval/);
  assert.match(describeInterval(5), /smallest to largest of 5 trials.*93.75 %/);
  assert.match(describeInterval(6), /^95 %/);
  assert.match(describeInterval(3, 4), /order of 3 to 4 trials, which holds it with 75 % confidence or more$/);
  assert.match(describeInterval(1, 4), /1 to 4 trials; none from one alone$/);
});

test('up to five values the interval is their extremes, from six on it lies inside', () => {
  assert.deepEqual(medianInterval([3, 1, 5, 2, 4]), { low: 1, high: 5 });
  // n = 6: confidences 96.875 % (k = 1) and 78.125 % (k = 2); surplus 0.1; inward 5·0.1 / (1 + 4·0.1) = 0.357.
  const { low, high } = medianInterval([10, 20, 30, 40, 50, 60]);
  assert.ok(Math.abs(low - 13.571) < 0.001 && Math.abs(high - 56.429) < 0.001, `${low}–${high}`);
  assert.deepEqual(medianInterval(Array(12).fill(7)), { low: 7, high: 7 });
});

/** The kinds of values trials give: each with the median of its population. */
const shapes: readonly { readonly name: string; readonly truth: number; draw(random: Random): number }[] = [
  { name: 'symmetrical', truth: 0, draw: normal },
  { name: 'exponential', truth: Math.LN2, draw: (random) => exponential(random, 1) },
  { name: 'lognormal', truth: 1, draw: (random) => Math.exp(normal(random)) },
  // A quiet machine that is disturbed in one trial of seven: of those that are not, the median is the 7/12 quantile.
  { name: 'disturbed', truth: 0.2104, draw: (random) => (random() < 1 / 7 ? 50 * random() + 10 : normal(random)) },
];

for (const { name, truth, draw } of shapes)
  test(`intervals of ${name} values hold the median as often as they say`, () => {
    const random = seededRandom(name.length);
    for (const trials of [3, 4, 5, 6, 7, 8, 10, 15, 20, 30]) {
      let held = 0;
      for (let i = 0; i < experiments; i++)
        if (holds(medianInterval(Array.from({ length: trials }, () => draw(random))), truth)) held++;
      expectCoverage(held, confidenceOf(trials), `${trials} trials`);
    }
  });

test('on a machine that drifts, the paired difference of two arms is held as often as it says', () => {
  // Mirrored order (A B, B A, …), a drift over the run as large as the noise between trials, skewed noise.
  const random = seededRandom(42);
  const truth = 3;
  for (const trials of [5, 6, 8, 10, 20]) {
    let held = 0;
    for (let i = 0; i < experiments; i++) {
      const driftPerTrial = (2 * random() - 1) / trials;
      const differences = Array.from({ length: trials }, (_, block) => {
        const [placeOfA, placeOfB] = block % 2 === 0 ? [0, 1] : [1, 0];
        const value = (place: number) => Math.exp(normal(random)) + driftPerTrial * (2 * block + place);
        return truth + value(placeOfB) - value(placeOfA);
      });
      if (holds(medianInterval(differences), truth)) held++;
    }
    expectCoverage(held, confidenceOf(trials), `${trials} blocks`);
  }
});

test('a shift of unpaired values is held as often as its interval says', () => {
  const random = seededRandom(7);
  for (const [m, n] of [
    [3, 3],
    [5, 5],
    [6, 8],
    [10, 10],
  ] as const) {
    let held = 0;
    let promised = 0;
    for (let i = 0; i < experiments; i++) {
      const draw = () => Math.exp(normal(random));
      const found = shift(
        Array.from({ length: m }, draw),
        Array.from({ length: n }, () => draw() + 2),
      );
      promised = found.confidence;
      if (holds(found, 2)) held++;
    }
    expectCoverage(held, promised, `${m} and ${n}`);
  }
});

test('a shift is the median of all differences; its confidence is that of the Mann–Whitney test', () => {
  // 3 and 3 values: 20 orders, and each extreme one by 1/20: 90 %.
  const { median, low, high, confidence } = shift([1, 2, 3], [11, 12, 14]);
  assert.deepEqual([median, low, high], [10, 8, 13]);
  assert.ok(Math.abs(confidence - 0.9) < 1e-12);
  // 5 and 5: P(U ≤ 2) = 4/252, so the third smallest difference on each side gives 96.8 % (published tables: 2).
  const five = shift([0, 0, 0, 0, 0], [1, 2, 3, 4, 5]);
  assert.ok(Math.abs(five.confidence - (1 - 8 / 252)) < 1e-12, `${five.confidence}`);
  assert.throws(() => shift([], [1]), RangeError);
});

test("Cliff's delta is 1 when all of b lie above a, 0 when neither dominates", () => {
  assert.equal(cliffsDelta([1, 2, 3], [4, 5, 6]), 1);
  assert.equal(cliffsDelta([4, 5, 6], [1, 2, 3]), -1);
  assert.equal(cliffsDelta([1, 2, 3], [1, 2, 3]), 0);
  assert.equal(cliffsDelta([1, 3], [2, 2]), 0);
  assert.equal(cliffsDelta([1, 2], [2, 3]), 0.75);
  assert.throws(() => cliffsDelta([1], []), RangeError);
});

function holds({ low, high }: { readonly low: number; readonly high: number }, truth: number): boolean {
  return low <= truth && truth <= high;
}

/** Seeded, so the same on every machine; ±2 % is nine standard errors of 10,000 experiments at 95 %. */
function expectCoverage(held: number, promised: number, what: string): void {
  const coverage = held / experiments;
  assert.ok(Math.abs(coverage - promised) < 0.02, `${what}: held in ${coverage}, promised ${promised}`);
}

/** Box–Muller. */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
