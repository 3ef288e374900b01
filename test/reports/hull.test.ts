import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hullOf, isInside, type Place } from '../../reports/hull.js';

const square: Place[] = [
  [0, 0],
  [2, 0],
  [2, 2],
  [0, 2],
];

test('corners without what lies between them, on an edge or inside', () => {
  const hull = hullOf([[1, 1], ...square, [1, 0], [0.5, 1.5], [2, 2]]);
  assert.deepEqual(hull, square);
});

test('inside, on the edge, at a corner; not beside it', () => {
  const hull = hullOf(square);
  for (const place of [
    [1, 1],
    [2, 1],
    [0, 0],
  ] as Place[])
    assert.ok(isInside(hull, place), String(place));
  for (const place of [
    [2.01, 1],
    [-0.01, 0],
    [3, 3],
  ] as Place[])
    assert.ok(!isInside(hull, place), String(place));
});

test('points on a line span no region', () => {
  const line = hullOf([
    [0, 0],
    [1, 1],
    [2, 2],
  ]);
  assert.ok(!isInside(line, [1, 1]));
  assert.ok(!isInside(hullOf([]), [0, 0]));
});
