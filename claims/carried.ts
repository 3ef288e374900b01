/**
 * Claims that a server can carry some load: what follows from a load that was carried, and from one that was not.
 *
 * That something is possible is shown by one case. That it failed here shows nothing of the kind: the load generator may
 * have been at its end, and where it was not, this server on this machine is one of many. So nobody is contradicted.
 */
import type { Arm, Judged } from '../harness/model.js';
import { digits } from './evidence.js';
import { busy } from './knee.js';

/** What a load that was not carried says; `outcome` and reason of a verdict. */
type NotCarried = Pick<Judged, 'outcome' | 'because'>;

/**
 * @param failed arms in which something went wrong
 * @param always whether it did so in every trial of each of them
 * @param what went wrong, as the beginning of a sentence
 */
export function notCarried(failed: readonly Arm[], always: boolean, what: string): NotCarried {
  const shares = failed.map(({ metrics }) => metrics.generatorCpuShare);
  if (shares.some((share) => share === undefined))
    return {
      outcome: 'inconclusive',
      because: `${what}; how busy the load generator was is not known, so it may be its doing and not the server’s`,
    };
  const highest = Math.max(...shares.map((share) => share?.high ?? 0));
  if (highest >= busy.generator)
    return {
      outcome: 'inconclusive',
      because: `${what}; the load generator used up to ${digits(highest * 100)} % of its core, so it may be its doing and not the server’s`,
    };
  return always
    ? {
        outcome: 'not testable here',
        because: `${what}, in every trial and with room left in the load generator: this server on this machine does not carry it, which says nothing of one that does`,
      }
    : { outcome: 'inconclusive', because: `${what}; not every trial lost something` };
}

/** Something was lost in each of its trials, not only in most. */
export function lostAlways({ metrics: { lostShare } }: Arm): boolean {
  return lostShare?.values.every((share) => share > 0) === true;
}
