/**
 * The highest load that meets an objective: doubled until it does not, then halved in between, then tried again.
 *
 * A load near the limit is met by luck now and then. So what the search found is only the answer after it was met again;
 * one that is missed then becomes a load that fails, and the search goes on below it.
 */
import type { CapacitySearch, CapacityStep } from './model.js';

export type Phase = CapacityStep['phase'];

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
    const repetition = repetitions.get(value) ?? 0;
    repetitions.set(value, repetition + 1);
    const step = await options.probe(value, phase, repetition);
    steps.push(step);
    options.onStep?.(step);
    return step.met;
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
    // Missed now, though met before: it becomes a load that fails, and the next below it is looked at.
    if (!(await measure(capacity, 'confirm')) && conclude(steps, highest).capacity === null) {
      const below = roundLoad(capacity / (1 + resolution));
      if (below < lowest) break;
      await measure(below, 'down');
    }
  }
  return { ...conclude(steps, highest), steps };
}

/** What the steps so far say: the highest load that was met every time, below every load that was missed. */
export function conclude(
  steps: readonly CapacityStep[],
  highest: number,
): Pick<CapacitySearch, 'capacity' | 'failsAt' | 'limitedBy'> {
  const missed = steps.filter(({ met }) => !met);
  const failsAt = missed.length === 0 ? null : Math.min(...missed.map(({ value }) => value));
  const metBelow = steps.filter(({ met, value }) => met && (failsAt === null || value < failsAt));
  const capacity = metBelow.length === 0 ? null : Math.max(...metBelow.map(({ value }) => value));
  const failing = missed.filter(({ value }) => value === failsAt);
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
export function roundLoad(value: number): number {
  return Number(value.toPrecision(3));
}
