/** What a verdict rests on, in words. */
import type { Verdict } from '../harness/model.js';

export function restsOn({
  evidence,
  probes,
  sampleCount,
}: Pick<Verdict, 'evidence' | 'probes' | 'sampleCount'>): string {
  const beside = probes.map((probe) => `${probe}.json`).join(', ');
  if (evidence.length > 0)
    return `${sampleCount} trials: ${evidence.join(', ')}${beside === '' ? '' : `; and, measured beside them, ${beside}`}`;
  if (beside !== '') return `${sampleCount} samples, measured beside the trials: ${beside}`;
  return sampleCount === 0 ? 'By arithmetic, without a trial.' : `${sampleCount} samples, taken beside the trials.`;
}
