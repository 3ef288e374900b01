/**
 * The highest load that meets an objective: doubled until it does not, then halved in between, then tried again.
 *
 * Luck goes both ways: a load near the limit is met now and then, and a noisy moment of the machine makes a small one
 * miss, which would end the search far too low. So a miss is tried again until one side has the majority, and what the
 * search found is only the answer after it was met again.
 */
import type { CapacitySearch, CapacityStep } from './model.js';

type Phase = CapacityStep['phase'];

export interface SearchOptions {
  readonly start: number;
  readonly lowest: number;
  readonly highest: number;
  /** The search ends when the lowest load that fails is this much above the highest that is met: 0.05 is 5 %. */
  readonly resolution: number;
  /** How often the answer must be met again. */
  readonly confirmations: number;
  /** Measures one load. */
  readonly probe: (value: number, phase: Phase, repetition: number) => Promise<CapacityStep>;
  readonly onStep?: (step: CapacityStep) => void;
}

export type Found = Pick<CapacitySearch, 'capacity' | 'failsAt' | 'limitedBy' | 'steps'>;

/**
 * Steps are pushed to `steps` as they end, so that whoever gives the array still has them after an interruption.
 *
 * @throws whatever `probe` does
 */
export async function searchCapacity(options: SearchOptions, steps: CapacityStep[] = []): Promise<Found> {
  const { lowest, highest, resolution } = options;
  const repetitions = new Map<number, number>();
  const measure = async (value: number, phase: Phase): Promise<boolean> => {
    for (;;) {
      const repetition = repetitions.get(value) ?? 0;
      repetitions.set(value, repetition + 1);
      const step = await options.probe(value, phase, repetition);
      steps.push(step);
      options.onStep?.(step);
      const { met, missed } = countAt(steps, value);
      if (missed === 0 || Math.abs(met - missed) > 1 || (met > 1 && met > missed)) return met > missed;
      if (missed > 1 && missed > met) return false;
    }
  };

  let value = roundLoad(Math.min(highest, Math.max(lowest, options.start)));
  if (await measure(value, 'up'))
    while (value < highest) {
      value = roundLoad(Math.min(highest, value * 2));
      if (!(await measure(value, 'up'))) break;
    }
  else
    while (value > lowest) {
      value = roundLoad(Math.max(lowest, value / 2));
      if (await measure(value, 'down')) break;
    }

  for (;;) {
    const { capacity } = conclude(steps, highest);
    if (capacity === null) break;
    const next = middle(capacity, conclude(steps, highest).failsAt, resolution);
    if (next !== null) {
      await measure(next, 'bisect');
      continue;
    }
    const tries = steps.filter((step) => step.value === capacity).length;
    if (tries > options.confirmations) break;
    // Missed more often than met now: it becomes a load that fails, and the next below it is looked at.
    if (!(await measure(capacity, 'confirm')) && conclude(steps, highest).capacity === null) {
      const below = roundLoad(capacity / (1 + resolution));
      if (below < lowest) break;
      await measure(below, 'down');
    }
  }
  return { ...conclude(steps, highest), steps };
}

function countAt(steps: readonly CapacityStep[], value: number): { met: number; missed: number } {
  const met = steps.filter((step) => step.value === value && step.met).length;
  return { met, missed: steps.filter((step) => step.value === value).length - met };
}

/** What the steps so far say: the highest load that was met more often than not, below every load that was missed. */
export function conclude(
  steps: readonly CapacityStep[],
  highest: number,
): Pick<CapacitySearch, 'capacity' | 'failsAt' | 'limitedBy'> {
  const values = [...new Set(steps.map(({ value }) => value))];
  const isMet = (value: number) => {
    const { met, missed } = countAt(steps, value);
    return met > missed;
  };
  const missed = values.filter((value) => !isMet(value));
  const failsAt = missed.length === 0 ? null : Math.min(...missed);
  const metBelow = values.filter((value) => isMet(value) && (failsAt === null || value < failsAt));
  const capacity = metBelow.length === 0 ? null : Math.max(...metBelow);
  const failing = steps.filter(({ met, value }) => !met && value === failsAt);
  return {
    capacity,
    failsAt,
    limitedBy:
      failsAt === null
        ? capacity !== null && capacity >= highest
          ? 'end of the search'
          : 'interruption'
        : failing.every(({ generatorBound }) => generatorBound)
          ? 'load generator'
          : failing.every(({ noisy }) => noisy)
            ? 'machine noise'
            : 'objective',
  };
}

/** The geometric middle, or null when the two are near enough or nothing lies between them. */
function middle(met: number, missed: number | null, resolution: number): number | null {
  if (missed === null || missed / met <= 1 + resolution) return null;
  const between = roundLoad(Math.sqrt(met * missed));
  return between > met && between < missed ? between : null;
}

/** Three significant digits: whole numbers from 100 on, and small rates like 0.5 as they are. */
function roundLoad(value: number): number {
  return Number(value.toPrecision(3));
}
