import assert from 'node:assert/strict';
import { test } from 'node:test';
import { intendedOffsetsUs } from '../../contract/schedule.js';
import type { UpdateProcess } from '../../contract/trial.js';

function first(process: UpdateProcess, seed: number, howMany: number): number[] {
  const times: number[] = [];
  for (const at of intendedOffsetsUs(process, seed)) {
    times.push(at);
    if (times.length === howMany) break;
  }
  return times;
}

test('periodic updates do not drift, even at a rate whose gap is no whole microsecond', () => {
  const times = first({ rateHz: 3, arrival: 'periodic', burstSize: 1 }, 1, 3_000_000);
  assert.deepEqual(times.slice(0, 3), [333_333, 666_667, 1_000_000]);
  assert.equal(times[2_999_999], 1_000_000_000_000);
});

test('bursts keep the mean rate and leave together', () => {
  assert.deepEqual(
    first({ rateHz: 10, arrival: 'bursts', burstSize: 3 }, 1, 6),
    [300_000, 300_000, 300_000, 600_000, 600_000, 600_000],
  );
});

test('poisson gaps have the mean and the spread of an exponential, and follow the seed', () => {
  const process: UpdateProcess = { rateHz: 100, arrival: 'poisson', burstSize: 1 };
  const times = first(process, 7, 20_000);
  const gaps = times.map((at, i) => at - (times[i - 1] ?? 0));
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  const deviation = Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length);
  // Seeded, so exact on every machine; the standard error of the mean is 0.7 %.
  assert.ok(Math.abs(mean / 10_000 - 1) < 0.03, `mean gap ${mean}`);
  assert.ok(Math.abs(deviation / mean - 1) < 0.03, `deviation/mean ${deviation / mean}`);
  assert.deepEqual(first(process, 7, 50), times.slice(0, 50));
  assert.notDeepEqual(first(process, 8, 50), times.slice(0, 50));
});
