import type { TopLevelSpec } from 'vega-lite';
import type { Arm } from '../../harness/model.js';
import { armTitle, formatNumber, type ReportInput, round, workloadLabel, workloadOf } from '../data.js';
import type { Chart } from './chart.js';
import { panelsOf, panelTitle, panelWidthPx } from './rows.js';
import { looksOf, quantity, schema, tooltip } from './scales.js';

/** Of fewer updates in a window nothing can be said about how evenly they come. */
const leastUpdates = 10;
const rowPx = 56;

export const deliveries: Chart = {
  id: 'deliveries',
  group: 'Audience and load',
  name: 'Evenness',
  question: 'Do updates arrive evenly over the window?',
  answer: (input) => [steadiness(input), losses(input)].filter((part) => part !== null).join(' ') || null,
  reading:
    'Deliveries per second in equal slices of the window, median over trials, in a row for each transport and one for whatever lost updates. Of several workloads each is a line, relative to its own mean, so that 1 is even; those with fewer than ten updates in a window are left out. A slope or a gap would mean that the window was not steady.',
  spec(input) {
    const values = rows(input);
    if (values.length === 0) return null;
    const isRelative = isOfSeveral(input);
    const rate = isRelative ? 'deliveries ÷ their mean over the window' : 'deliveries per second';
    return {
      $schema: schema,
      data: { values },
      title: panelTitle(rate),
      facet: panelsOf('panel', values),
      spacing: 8,
      spec: {
        width: panelWidthPx,
        height: rowPx,
        mark: isRelative
          ? { type: 'line', interpolate: 'step-after', strokeWidth: 1, opacity: 0.7 }
          : { type: 'area', interpolate: 'step-after', opacity: 0.7 },
        encoding: {
          x: { field: 'at', ...quantity(isRelative ? 'part of the window (%)' : 'time into the window (s)') },
          y: { field: 'rate', ...quantity(rate), title: null, axis: { tickCount: 2, format: ',~r' } },
          color: looksOf(input, values).color,
          ...(isRelative ? { detail: { field: 'workload', type: 'nominal' } } : {}),
          tooltip: tooltip({
            arm: 'transport',
            workload: 'workload',
            range: 'deliveries per second',
            lost: 'updates lost',
          }),
        },
      },
      resolve: { scale: { y: 'independent' } },
    } as unknown as TopLevelSpec;
  },
  describe: ({ summary }) =>
    summary.arms
      .map((arm) => {
        const rates = ratesOf(arm);
        return `${armTitle(arm, summary)} ${rates.length === 0 ? 'not measured' : `from ${range(rates)} per second`}`;
      })
      .join('; '),
  table: ({ plan, summary }) => ({
    head: ['workload', 'transport', 'offered /s', 'achieved /s', 'goodput /s', 'lost'],
    rows: summary.arms.map((arm) => [
      workloadLabel(plan, workloadOf(plan, arm)),
      armTitle(arm, summary),
      ...(['offeredPerS', 'achievedPerS', 'goodputPerS'] as const).map((metric) => {
        const value = arm.metrics[metric]?.median;
        return value === undefined ? 'not measured' : formatNumber(value);
      }),
      arm.trials === 0 ? 'not measured' : arm.counts.lost.toLocaleString('en'),
    ]),
  }),
};

/** Whether the window began as it ended, where nothing was broken on purpose; a slope would be a warm-up that was too short, or a server that falls behind. */
function steadiness(input: ReportInput): string | null {
  const { plan, summary } = input;
  const all = shown(input).flatMap((arm) => {
    const { faults = [], proxy = 'none', updates } = workloadOf(plan, arm);
    if (faults.length > 0 || proxy !== 'none') return [];
    const rates = ratesOf(arm);
    const half = Math.floor(rates.length / 2);
    const [first, second] = [mean(rates.slice(0, half)), mean(rates.slice(half))];
    return first > 0 ? [{ arm, change: second / first - 1, isSpaced: updates.arrival === 'periodic' }] : [];
  });
  if (all.length === 0) return null;
  // Of random arrivals a change may be theirs; where some are evenly spaced, those are the ones to ask.
  const spaced = all.filter(({ isSpaced }) => isSpaced);
  const changes = spaced.length > 0 ? spaced : all;
  const most = changes.reduce((a, b) => (Math.abs(a.change) >= Math.abs(b.change) ? a : b));
  const where = isOfSeveral(input) ? `, ${workloadLabel(plan, workloadOf(plan, most.arm))}` : '';
  const change = `From the first half of the window to the second, deliveries changed by at most ${formatNumber(Math.abs(most.change) * 100)} %`;
  const whose = `(${armTitle(most.arm, summary)}${where})`;
  return spaced.length > 0
    ? `${change} where updates come evenly spaced ${whose}.`
    : `${change} ${whose}; arrivals are random, so some change is theirs.`;
}

function losses(input: ReportInput): string | null {
  const arms = input.summary.arms.filter(({ trials }) => trials > 0);
  if (arms.length === 0) return null;
  const lossy = arms.filter(({ counts }) => counts.lost > 0);
  return lossy.length === 0
    ? 'Nothing was lost.'
    : `Updates were lost in ${lossy.length.toLocaleString('en')} of ${arms.length.toLocaleString('en')} arms.`;
}

function isOfSeveral({ plan }: ReportInput): boolean {
  return plan.workloads.length > 1;
}

/** Arms of which something can be said. */
function shown(input: ReportInput): Arm[] {
  const { plan, summary } = input;
  if (!isOfSeveral(input)) return summary.arms;
  return summary.arms.filter((arm) => {
    const { subscribers, windowMs } = workloadOf(plan, arm);
    const offeredPerS = (arm.metrics.offeredPerS?.median ?? 0) / subscribers;
    return (offeredPerS * windowMs) / 1000 >= leastUpdates;
  });
}

/** Of many arms fewer, wider slices: the file stays small, and a small panel shows no more anyway. */
const manyArms = 8;
const slicesOfMany = 20;

function rows(input: ReportInput) {
  const { plan, summary } = input;
  const several = isOfSeveral(input);
  return shown(input).flatMap((arm) => {
    const title = armTitle(arm, summary);
    const workload = workloadLabel(plan, workloadOf(plan, arm));
    const { lost, expected } = arm.counts;
    const rates = ratesOf(arm);
    const names = {
      arm: title,
      workload,
      panel:
        lost === 0
          ? title
          : `${title}${several ? `, ${workload}` : ''}: ${lost.toLocaleString('en')} of ${expected.toLocaleString('en')} lost`,
      range: rates.length === 0 ? '' : range(rates),
      lost: lost.toLocaleString('en'),
    };
    const slices = summary.arms.length > manyArms ? wider(arm.deliveriesPerS) : arm.deliveriesPerS;
    const average = mean(rates);
    if (several && !(average > 0)) return [];
    const end = workloadOf(plan, arm).windowMs / 1000;
    return slices.map(([s, perS]) =>
      several
        ? { ...names, at: round((100 * s) / end), rate: Number((perS / average).toFixed(3)) }
        : { ...names, at: s, rate: round(perS) },
    );
  });
}

function ratesOf({ deliveriesPerS }: Arm): number[] {
  return deliveriesPerS.map(([, perS]) => perS);
}

function range(rates: readonly number[]): string {
  return `${formatNumber(Math.min(...rates))} to ${formatNumber(Math.max(...rates))}`;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
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
