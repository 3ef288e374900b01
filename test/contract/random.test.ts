import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deriveSeed, exponential, seededRandom } from '../../contract/random.js';

test('one seed, one sequence; another seed, another', () => {
  const draw = (seed: number) => Array.from({ length: 5 }, seededRandom(seed));
  assert.deepEqual(draw(1), draw(1));
  assert.notDeepEqual(draw(1), draw(2));
});

test('numbers are spread evenly over [0, 1): chi-square over 100 cells', () => {
  const random = seededRandom(42);
  const draws = 100_000;
  const cells = new Array<number>(100).fill(0);
  for (let i = 0; i < draws; i++) {
    const value = random();
    assert.ok(value >= 0 && value < 1);
    (cells[Math.floor(value * 100)] as number)++;
  }
  const expected = draws / 100;
  const chiSquare = cells.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  // 99 degrees of freedom: 99.9 % of fair sequences lie below 148.2. Seeded, so the same everywhere.
  assert.ok(chiSquare < 148.2, `${chiSquare}`);
});

test('parts of a plan get seeds of their own, spread over all 32 bits', () => {
  const seeds = new Set(Array.from({ length: 10_000 }, (_, i) => deriveSeed(7, `part-${i}`)));
  assert.ok(seeds.size >= 9_990, `${seeds.size} distinct`);
  assert.ok([...seeds].every((seed) => Number.isInteger(seed) && seed >= 0 && seed <= 0xffffffff));
  assert.notEqual(deriveSeed(7, 'a'), deriveSeed(8, 'a'));
});

test('derived seeds give sequences that do not move together', () => {
  const first = Array.from({ length: 2000 }, (_, i) => seededRandom(deriveSeed(1, `trial#${i}`))());
  const mean = first.reduce((sum, value) => sum + value, 0) / first.length;
  let serial = 0;
  for (let i = 1; i < first.length; i++) serial += ((first[i] as number) - 0.5) * ((first[i - 1] as number) - 0.5);
  const correlation = serial / (first.length - 1) / (1 / 12);
  assert.ok(Math.abs(mean - 0.5) < 0.03, `${mean}`);
  assert.ok(Math.abs(correlation) < 0.08, `${correlation}`);
});

test('exponential gaps have their mean and are never negative', () => {
  const random = seededRandom(3);
  const gaps = Array.from({ length: 50_000 }, () => exponential(random, 4));
  assert.ok(gaps.every((gap) => gap >= 0 && Number.isFinite(gap)));
  assert.ok(Math.abs(gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length / 4 - 1) < 0.02);
});
