/** Costs that are known give back known coefficients and known winners; where they cannot be told apart it is a tie. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  deliveries,
  everySecond,
  fit,
  fitCosts,
  type Load,
  measuredRatio,
  modelledRatio,
  polls,
  pollsThatBring,
  ratioAt,
  type Seen,
  ticks,
  winnerOf,
} from '../../reports/cost-model.js';

const terms = { polling: [everySecond, polls, pollsThatBring], sse: [everySecond, ticks, deliveries] };
/** µs: of a second, of a poll, of one that brings something; of a second, of an update, of a delivery. */
const polling = [1_000, 40, 6];
const sse = [1_000, 30, 8];

const load = (rateHz: number, intervalMs: number, subscribers = 50): Load => ({
  rateHz,
  intervalMs,
  subscribers,
  payloadBytes: 128,
  arrival: 'poisson',
});
const loads = [1, 10, 100, 1_000].flatMap((rateHz) => [10, 100, 1_000].map((ms) => load(rateHz, ms)));

function costOf(coefficients: readonly number[], of: (typeof terms)['polling'], one: Load): number {
  return coefficients.reduce((sum, value, i) => sum + value * (of[i]?.(one) ?? 0), 0);
}

/** Three repetitions, each off by a factor of its own. */
function seen(offBy: (repetition: number) => number, at: readonly Load[] = loads): Seen[] {
  return at.map((one) => ({
    load: one,
    repetitions: [0, 1, 2].map((repetition) => ({
      repetition,
      rateHz: one.rateHz,
      polling: costOf(polling, terms.polling, one) * offBy(repetition),
      sse: costOf(sse, terms.sse, one),
    })),
  }));
}

test('known costs give back their coefficients', () => {
  const found = fit(
    terms.polling,
    loads.map((one) => ({ load: one, cost: costOf(polling, terms.polling, one) })),
  );
  for (const [i, value] of (found ?? []).entries())
    assert.ok(Math.abs(value / (polling[i] as number) - 1) < 1e-6, String(found));
  assert.equal(found?.length, 3);
});

test('no coefficient is below zero, even where the best line without that bound had one', () => {
  const falling = [1, 2, 3, 4].map((rateHz) => ({ load: load(rateHz, 100), cost: 100 - rateHz }));
  const found = fit([everySecond, ticks], falling);
  assert.ok((found?.[0] ?? 0) > 90);
  assert.equal(found?.[1], 0);
});

test('the winner is the one that costs less, as far from the crossing as the costs say', () => {
  const model = fitCosts(
    seen((r) => 1 + r * 0.01),
    terms,
  );
  assert.ok(model !== null);
  // 40 µs a poll against 8 µs a delivery: even at about five updates a poll.
  assert.equal(winnerOf(ratioAt(model, load(5, 100))), 'sse');
  assert.equal(winnerOf(ratioAt(model, load(300, 100))), 'polling');
  assert.equal(winnerOf(ratioAt(model, load(30, 1_000))), 'polling');
  assert.ok(model.furthestOff < 1.02, String(model.furthestOff));
});

test('where the interval holds 1 it is a tie', () => {
  const model = fitCosts(
    seen((r) => [0.8, 1, 1.25][r] ?? 1),
    terms,
  );
  assert.ok(model !== null);
  const { low, high } = ratioAt(model, load(55, 100));
  assert.ok(low < 1 && high > 1, `${low} to ${high}`);
  assert.equal(winnerOf(ratioAt(model, load(55, 100))), 'tied');
});

test('what the model misses at more than one load of five widens its interval everywhere; a single one is told', () => {
  const odd = (isOdd: (i: number) => boolean) =>
    seen(() => 1).map((one, i) =>
      isOdd(i) ? { ...one, repetitions: one.repetitions.map((r) => ({ ...r, polling: r.polling * 2 })) } : one,
    );
  const one = fitCosts(
    odd((i) => i === 5),
    terms,
  );
  assert.ok(one !== null && one.furthestOff > 1.5 && one.within < one.furthestOff, JSON.stringify(one));
  const model = fitCosts(
    odd((i) => i % 2 === 1),
    terms,
  );
  assert.ok(model !== null && model.within > 1.2, String(model?.within));
  const { median, low, high } = ratioAt(model, load(5, 100));
  assert.ok(low < median / 1.2 && high > median * 1.2);
});

test('fewer loads than coefficients need, or one repetition, are no model', () => {
  assert.equal(
    fitCosts(
      seen(() => 1, loads.slice(0, 3)),
      terms,
    ),
    null,
  );
  const once = seen(() => 1).map((one) => ({ ...one, repetitions: one.repetitions.slice(0, 1) }));
  assert.equal(fitCosts(once, terms), null);
});

test('a measured ratio is taken repetition by repetition, and the model’s of the updates that came about', () => {
  const repetitions = [
    { repetition: 0, rateHz: 1, polling: 10, sse: 10 },
    { repetition: 1, rateHz: 1, polling: 30, sse: 10 },
    { repetition: 2, rateHz: 1, polling: 5, sse: 0 },
  ];
  assert.deepEqual(measuredRatio({ load: load(1, 100), repetitions }), { median: 2, low: 1, high: 3 });
  assert.equal(measuredRatio({ load: load(1, 100), repetitions: repetitions.slice(2) }), null);
  const model = fitCosts(
    seen(() => 1),
    terms,
  );
  assert.ok(model !== null);
  const lucky = { load: load(10, 100), repetitions: [{ repetition: 0, rateHz: 40, polling: 1, sse: 1 }] };
  assert.equal(modelledRatio(model, lucky), ratioAt(model, load(40, 100)).median);
});
