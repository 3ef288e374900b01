import type { TopLevelSpec } from 'vega-lite';
import { armTitle, formatNumber, presentArms, type ReportInput, round, workloadLabel, workloadOf } from '../data.js';
import type { Chart } from './chart.js';
import { armColour, facetWidthPx, schema } from './shared.js';

export const deliveries: Chart = {
  id: 'deliveries',
  question: 'Do updates arrive evenly over the window?',
  answer: steadiness,
  reading:
    'Deliveries per second in equal slices of the window, median over trials. Push follows the arrivals of the schedule; polling smooths them. A slope or a gap would mean that the window was not steady.',
  spec(input) {
    const values = rows(input);
    if (values.length === 0) return null;
    const several = new Set(values.map(({ workload }) => workload)).size > 1;
    return {
      $schema: schema,
      data: { values },
      facet: {
        row: {
          field: 'arm',
          type: 'nominal',
          title: null,
          sort: presentArms(input).map(({ title }) => title),
          header: { labelAngle: 0, labelAlign: 'left', labelOrient: 'top', labelAnchor: 'start' },
        },
        ...(several ? { column: { field: 'workload', type: 'nominal', title: null } } : {}),
      },
      spec: {
        width: several ? 200 : facetWidthPx,
        height: 44,
        mark: { type: 'area', interpolate: 'step-after', opacity: 0.7 },
        encoding: {
          x: { field: 's', type: 'quantitative', title: 'seconds into the window' },
          y: { field: 'perS', type: 'quantitative', title: null, axis: { tickCount: 2, format: '~s' } },
          color: armColour(input, false),
        },
      },
      spacing: 8,
      ...(several ? { resolve: { scale: { x: 'independent', y: 'independent' } } } : {}),
    } as unknown as TopLevelSpec;
  },
  describe: ({ summary }) =>
    summary.arms
      .map((arm) => {
        const rates = arm.deliveriesPerS.map(([, perS]) => perS);
        if (rates.length === 0) return `${armTitle(arm, summary)} not measured`;
        return `${armTitle(arm, summary)} from ${formatNumber(Math.min(...rates))} to ${formatNumber(Math.max(...rates))} per second`;
      })
      .join('; '),
  table: ({ plan, summary }) => ({
    head: ['workload', 'transport', 'offered /s', 'achieved /s', 'goodput /s'],
    rows: summary.arms.map((arm) => [
      workloadLabel(plan, workloadOf(plan, arm)),
      armTitle(arm, summary),
      ...(['offeredPerS', 'achievedPerS', 'goodputPerS'] as const).map((metric) => {
        const value = arm.metrics[metric]?.median;
        return value === undefined ? 'not measured' : formatNumber(value);
      }),
    ]),
  }),
};

/** Whether the window began as it ended; a slope would be a warm-up that was too short, or a server that falls behind. */
function steadiness({ summary }: ReportInput): string | null {
  const changes = summary.arms.flatMap((arm) => {
    const rates = arm.deliveriesPerS.map(([, perS]) => perS);
    const half = Math.floor(rates.length / 2);
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const [first, second] = [mean(rates.slice(0, half)), mean(rates.slice(half))];
    return first > 0 ? [{ arm, change: second / first - 1 }] : [];
  });
  if (changes.length === 0) return null;
  const most = changes.reduce((a, b) => (Math.abs(a.change) >= Math.abs(b.change) ? a : b));
  return `From the first half of the window to the second, deliveries changed by at most ${formatNumber(Math.abs(most.change) * 100)} % (${armTitle(most.arm, summary)}); arrivals are random, so some change is theirs.`;
}

/** Of many arms fewer, wider slices: the file stays small, and a small panel shows no more anyway. */
const manyArms = 8;
const slicesOfMany = 20;

function rows({ plan, summary }: ReportInput) {
  return summary.arms.flatMap((arm) =>
    (summary.arms.length > manyArms ? wider(arm.deliveriesPerS) : arm.deliveriesPerS).map(([s, perS]) => ({
      arm: armTitle(arm, summary),
      workload: workloadLabel(plan, workloadOf(plan, arm)),
      s,
      perS: round(perS),
    })),
  );
}

/** Neighbouring slices joined, each rate the mean of theirs. */
function wider(slices: readonly (readonly [number, number])[]): [number, number][] {
  const joined = Math.max(1, Math.floor(slices.length / slicesOfMany));
  const groups = Array.from({ length: Math.ceil(slices.length / joined) }, (_, i) =>
    slices.slice(i * joined, (i + 1) * joined),
  );
  return groups.map((group) => [
    (group[0] as readonly [number, number])[0],
    group.reduce((sum, [, perS]) => sum + perS, 0) / group.length,
  ]);
}
