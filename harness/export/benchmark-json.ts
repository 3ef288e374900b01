/**
 * A run as the list that github-action-benchmark reads with `tool: customSmallerIsBetter`, and others after it:
 * `[{ name, unit, value, range, extra }]` (its README, "Custom benchmarks").
 *
 * Only figures of which less is better are in it: one list has one direction.
 */
import type { MetricId, Summary } from '../model.js';

interface BenchmarkEntry {
  readonly name: string;
  readonly unit: string;
  readonly value: number;
  readonly range: string;
  readonly extra: string;
}

const exported: readonly { readonly metric: MetricId; readonly unit: string; readonly scale: number }[] = [
  { metric: 'latencyP50Us', unit: 'ms', scale: 1e-3 },
  { metric: 'latencyP99Us', unit: 'ms', scale: 1e-3 },
  { metric: 'stalenessMeanUs', unit: 'ms', scale: 1e-3 },
  { metric: 'bytesPerUpdate', unit: 'bytes/update', scale: 1 },
  { metric: 'serverCpuUsPerUpdate', unit: 'µs/update', scale: 1 },
  { metric: 'lostShare', unit: '%', scale: 100 },
];

export function benchmarkEntries({ arms, runId }: Summary): BenchmarkEntry[] {
  return arms.flatMap(({ key, metrics, trials }) =>
    exported.flatMap(({ metric, unit, scale }) => {
      const estimate = metrics[metric];
      if (estimate === undefined) return [];
      const [value, low, high] = [estimate.median, estimate.low, estimate.high].map((v) =>
        Number((v * scale).toPrecision(6)),
      );
      return [
        {
          name: `${key} ${metric}`,
          unit,
          value: value as number,
          range: `${low} to ${high}`,
          extra: `median of ${trials} trials of ${runId}`,
        },
      ];
    }),
  );
}
