/** The age of what one subscriber knows, from moment to moment: what a mean staleness is the mean of. */
import type { TopLevelSpec } from 'vega-lite';
import type { Arm, Trace } from '../../harness/model.js';
import { armTitle, formatNumber, mainWorkload, type ReportInput, round, workloadOf } from '../data.js';
import type { Chart } from './chart.js';
import { panelsOf, panelWidthPx } from './rows.js';
import { looksOf, schema, tooltip } from './scales.js';

/** More teeth than these are a comb. */
const mostArrivals = 60;
const panelPx = 64;

export const sawTooth: Chart = {
  id: 'saw-tooth',
  group: 'How late, how old',
  name: 'Its rise and fall',
  question: 'How does the age of what a subscriber knows rise and fall?',
  reading:
    'One subscriber of each transport, the first of its first trial: age grows by a second a second and falls when a newer update arrives. High teeth are waits, whether for the schedule or for the transport; all transports of a trial were sent the same updates. Up to 60 arrivals are drawn. Where a trial kept only some of its deliveries there is no drawing, because gaps would look like waits.',
  concerns: (input) => shown(input).some(({ trace }) => trace !== null),
  answer(input) {
    const told = shown(input).flatMap(({ arm, trace }) =>
      trace === null ? [] : [`${armTitle(arm, input.summary)} ${formatNumber(oldest(trace))} ms`],
    );
    return told.length === 0 ? null : `At its oldest, what that subscriber knew was behind by: ${told.join(', ')}.`;
  },
  spec(input) {
    const values = shown(input).flatMap(({ arm, trace }) => {
      if (trace === null) return [];
      const { title } = workloadOf(input.plan, arm);
      const name = armTitle(arm, input.summary);
      return teeth(trace).map((tooth, order) => ({
        arm: name,
        panel: name,
        workload: title,
        oldest: formatNumber(oldest(trace)),
        ...tooth,
        order,
      }));
    });
    if (values.length === 0) return null;
    return {
      $schema: schema,
      data: { values },
      facet: panelsOf('panel', values),
      spec: {
        width: panelWidthPx,
        height: panelPx,
        // Not an area: that would be sorted by time, and a tooth's two points have the same.
        mark: { type: 'line', strokeWidth: 1.5 },
        encoding: {
          x: { field: 's', type: 'quantitative', title: 'time in the window (s)', axis: { grid: false } },
          y: { field: 'ageMs', type: 'quantitative', title: 'age (ms)', axis: { tickCount: 3 } },
          color: looksOf(input, values).color,
          order: { field: 'order', type: 'quantitative' },
          tooltip: tooltip({ arm: 'transport', workload: 'workload', oldest: 'at its oldest, ms' }),
        },
      },
    } as unknown as TopLevelSpec;
  },
  describe: (input) =>
    `Greatest age in ms: ${shown(input)
      .map(
        ({ arm, trace }) =>
          `${armTitle(arm, input.summary)} ${trace === null ? 'not measured' : formatNumber(oldest(trace))}`,
      )
      .join('; ')}; of one subscriber each, over ${mostArrivals} arrivals at most`,
  table: (input) => ({
    head: ['workload', 'transport', 'trial', 'subscriber', 'arrivals drawn', 'greatest age ms', 'mean age ms'],
    rows: shown(input).map(({ arm, trace }) => [
      workloadOf(input.plan, arm).title,
      armTitle(arm, input.summary),
      ...(trace === null
        ? ['not measured', '', '', '', '']
        : [
            trace.trialId,
            String(trace.subscriber),
            String(Math.min(trace.arrivals.length, mostArrivals)),
            formatNumber(oldest(trace)),
            formatNumber(meanAge(trace)),
          ]),
    ]),
  }),
};

interface Tooth {
  readonly s: number;
  readonly ageMs: number;
}

/** Two points an arrival: the age before it and after it. What arrives late and is older than what is held changes nothing. */
export function teeth({ arrivals }: Pick<Trace, 'arrivals'>): Tooth[] {
  const points: Tooth[] = [];
  let heldUs: number | null = null;
  for (const [intendedUs, receivedUs] of arrivals.slice(0, mostArrivals)) {
    if (heldUs !== null && intendedUs <= heldUs) continue;
    const at = (from: number) => ({ s: round(receivedUs / 1e6), ageMs: round((receivedUs - from) / 1e3) });
    points.push(...(heldUs === null ? [] : [at(heldUs)]), at(intendedUs));
    heldUs = intendedUs;
  }
  return points;
}

function oldest(trace: Trace): number {
  return Math.max(...teeth(trace).map(({ ageMs }) => ageMs));
}

/** The area under the teeth over the time they cover. */
function meanAge(trace: Trace): number {
  const points = teeth(trace);
  const area = points.slice(1).reduce((sum, { s, ageMs }, i) => {
    const before = points[i] as Tooth;
    return sum + ((s - before.s) * (ageMs + before.ageMs)) / 2;
  }, 0);
  const covered = (points.at(-1)?.s ?? 0) - (points[0]?.s ?? 0);
  return covered === 0 ? (points[0]?.ageMs ?? 0) : area / covered;
}

/** Arms of the workload that the report speaks of, each with its trace or none. */
function shown(input: ReportInput): { readonly arm: Arm; readonly trace: Trace | null }[] {
  const workload = mainWorkload(input);
  return input.summary.arms
    .filter(({ workloadId }) => workloadId === workload?.id)
    .map((arm) => ({
      arm,
      trace: arm.trials === 0 ? null : (input.traces?.find(({ key }) => key === arm.key) ?? null),
    }));
}
