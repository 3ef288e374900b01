/**
 * What a trial has to meet, as one writes it: `p99<50ms,lost=0`.
 *
 * Latency counts from the intended time, so a server that falls behind misses its latency however fast each single
 * update travels. An objective whose figure a trial lacks is missed, never met.
 */

import type { Workload } from '../contract/trial.js';
import { metrics } from './metrics.js';
import type { MetricId, OkTrial } from './model.js';
import { threeDigits } from './numbers.js';
import { UsageError } from './user-error.js';

export interface Objective {
  /** As it was written. */
  readonly text: string;
  /** What was missed, in words with the figure; null when it is met. */
  missedBy(trial: OkTrial, workload: Workload): string | null;
}

const times: Readonly<Record<string, MetricId>> = {
  p50: 'latencyP50Us',
  p90: 'latencyP90Us',
  p99: 'latencyP99Us',
  max: 'latencyMaxUs',
  mean: 'latencyMeanUs',
  staleness: 'stalenessMeanUs',
};
const counts: Readonly<Record<string, { count(trial: OkTrial): number; share: MetricId | null }>> = {
  lost: { count: ({ client }) => client.lost, share: 'lostShare' },
  superseded: { count: ({ client }) => client.superseded, share: 'supersededShare' },
  dropped: { count: ({ server }) => server.droppedSlow, share: null },
};
const unitUs: Readonly<Record<string, number>> = { us: 1, µs: 1, ms: 1e3, s: 1e6 };
const names = [...Object.keys(times), ...Object.keys(counts)].join(', ');

/** @throws UsageError that names the part which cannot be read, and how it should look */
export function parseSlo(text: string): Objective[] {
  return text.split(',').map((part) => parseObjective(part.trim()));
}

function parseObjective(text: string): Objective {
  const found = /^([a-z0-9]+)\s*(<=|<|=)\s*([0-9.]+)\s*(us|µs|ms|s|%)?$/.exec(text);
  const refuse = (why: string) => new UsageError(`--slo '${text}': ${why}; for example p99<50ms,lost=0`);
  if (found === null) throw refuse(`must be a figure, <, <= or =, and a number; figures are ${names}`);
  const [, name = '', operator = '', number = '', unit] = found;
  const limit = Number(number);
  if (Number.isNaN(limit)) throw refuse(`${number} is no number`);
  const holds = (value: number, bound: number) =>
    operator === '<' ? value < bound : operator === '<=' ? value <= bound : value === bound;

  const time = times[name];
  if (time !== undefined) {
    const factor = unit === undefined ? undefined : unitUs[unit];
    if (factor === undefined) throw refuse('a time needs a unit: us, ms or s');
    return {
      text,
      missedBy: (trial, workload) => {
        const us = metrics[time](trial, workload);
        if (us === null) return `${name} was not measured`;
        return holds(us, limit * factor) ? null : `${name} ${threeDigits(us / 1000)} ms`;
      },
    };
  }
  const counted = counts[name];
  if (counted === undefined) throw refuse(`no figure '${name}'; there is: ${names}`);
  if (unit === undefined)
    return {
      text,
      missedBy: (trial) => (holds(counted.count(trial), limit) ? null : `${name} ${counted.count(trial)}`),
    };
  const { share } = counted;
  if (unit !== '%' || share === null) throw refuse(`${name} is a number${share === null ? '' : ' or a share in %'}`);
  return {
    text,
    missedBy: (trial, workload) => {
      const value = metrics[share](trial, workload);
      if (value === null) return `${name} was not measured`;
      return holds(value * 100, limit) ? null : `${name} ${threeDigits(value * 100)} %`;
    },
  };
}
