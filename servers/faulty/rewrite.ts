/**
 * What a faulty server makes of a list of updates: pure, and the same wherever the list is read, pushed or polled.
 *
 * Only updates intended inside the window are touched: what a trial counts one by one are those, and a count is only
 * known beforehand when nothing outside adds to it.
 */
import type { Mistake } from '../../contract/faults.js';
import type { Workload } from '../../contract/trial.js';
import { readIntendedOffsetUs, updateHeaderBytes } from '../../contract/update.js';

export interface Numbered {
  readonly seq: number;
  readonly update: string;
}

/** Which of every ten updates a mistake meets: never the same, and neither the first nor the last of a round number. */
const turns: Readonly<Record<Mistake, number>> = { drop: 2, repeat: 4, swap: 6, corrupt: 9 };

export function isMet(seq: number, mistake: Mistake): boolean {
  return seq % 10 === turns[mistake];
}

export type Rewrite = (updates: readonly Numbered[]) => readonly Numbered[];

export function rewriteFor(mistakes: readonly Mistake[], workload: Pick<Workload, 'warmupMs' | 'windowMs'>): Rewrite {
  const startUs = workload.warmupMs * 1000;
  const endUs = startUs + workload.windowMs * 1000;
  const isInWindow = (update: string): boolean => {
    const intendedUs = readIntendedOffsetUs(Buffer.from(update.slice(0, updateHeaderBytes), 'latin1'), 0);
    return intendedUs >= startUs && intendedUs < endUs;
  };
  const steps = mistakes.map((mistake) => {
    const isChosen = ({ seq, update }: Numbered) => isMet(seq, mistake) && isInWindow(update);
    return (updates: readonly Numbered[]) => rewrites[mistake](updates, isChosen);
  });
  return (updates) => steps.reduce((rewritten, step) => step(rewritten), updates);
}

type IsChosen = (one: Numbered) => boolean;

const rewrites: Readonly<Record<Mistake, (updates: readonly Numbered[], isChosen: IsChosen) => readonly Numbered[]>> = {
  drop: (updates, isChosen) => updates.filter((one) => !isChosen(one)),
  repeat: (updates, isChosen) => updates.flatMap((one) => (isChosen(one) ? [one, one] : [one])),
  swap: swapped,
  // The last byte is padding, unless the update has none: then it is a digit of the header. No update has a '!'.
  corrupt: (updates, isChosen) =>
    updates.map((one) => (isChosen(one) ? { ...one, update: `${one.update.slice(0, -1)}!` } : one)),
};

/** Each chosen update after its successor, where the list has it. */
function swapped(updates: readonly Numbered[], isChosen: IsChosen): readonly Numbered[] {
  const result: Numbered[] = [];
  for (let i = 0; i < updates.length; i++) {
    const one = updates[i] as Numbered;
    const next = updates[i + 1];
    if (next !== undefined && isChosen(one)) {
      result.push(next, one);
      i++;
    } else result.push(one);
  }
  return result;
}
