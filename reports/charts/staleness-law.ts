import type { TopLevelSpec } from 'vega-lite';
import { armsWith, contains, paired, sameBut } from '../../claims/evidence.js';
import type { Arm, Estimate } from '../../harness/model.js';
import { armTitle, formatNumber, formatPoint, type ReportInput, round, workloadOf } from '../data.js';
import type { Chart } from './chart.js';
import { estimates, once } from './marks.js';
import { panelTitle, panelWidthPx } from './rows.js';
import { looksOf, quantity, schema, tooltip } from './scales.js';

interface Age {
  readonly arm: string;
  readonly workload: string;
  readonly intervalMs: number;
  readonly median: number;
  readonly low: number;
  readonly high: number;
  readonly shown: string;
  readonly predicted: number;
}

/** By how much polling is staler than SSE under the same updates, less what the law says of it. */
interface Excess {
  readonly arm: string;
  readonly workload: string;
  readonly intervalMs: number;
  readonly addsMs: number;
  /** Measured − law, ms; with its ends over the repetitions. */
  readonly excessMs: Omit<Estimate, 'values'>;
}

/** Intervals of the article's own pollers, ms. */
const articleIntervalsMs = [3_000, 5_000];
const panels = { age: 'mean staleness (ms)', excess: 'polling − SSE − the law’s T/2 (% of T/2)' } as const;
const agePx = 280;
const excessPx = 130;
/** What is only drawn and told, and not judged, may come from two repetitions. */
const fewestPairs = 2;

export const stalenessLaw: Chart = {
  id: 'staleness-law',
  group: 'How late, how old',
  name: 'By poll interval',
  question: 'How much older does a longer poll interval make what a subscriber knows?',
  answer(input) {
    const found = excesses(input);
    if (found.length === 0) return null;
    const times = found.map(({ addsMs, excessMs }) => (addsMs + excessMs.median) / addsMs);
    const off = found.filter(({ excessMs }) => !contains(excessMs, 0));
    const intervals = found.map((one) => one.intervalMs);
    const most = Math.max(...off.map(({ addsMs, excessMs }) => Math.abs(excessMs.median / addsMs) * 100));
    const held =
      off.length === 0
        ? 'within the interval over repetitions everywhere'
        : `outside the interval over repetitions in ${off.length} of ${found.length} workloads, by ${formatNumber(most)} % of it at most`;
    return `Polling every ${span(intervals, (ms) => ms.toLocaleString('en'))} ms is older than SSE under the same updates by ${span(times, formatNumber)} times half its interval; the law’s once is ${held}.`;
  },
  reading:
    'To the right the poll interval T, upwards the mean age of the newest update held, both logarithmic, with its interval. Ticks are what theory predicts without any latency: for push 1/λ with random arrivals and half a gap with evenly spaced ones, for polling T/2 more. Below, the luck of few random updates is taken out: polling less SSE within each repetition, in which both were sent the same updates, less T/2. That interval holds what differs between repetitions, and not what all share: latencies of their own, which the law leaves out and which weigh most where T is short. The article’s pollers, every 3 and 5 s after the response, are marked where a run comes near them; their T is that and the response time.',
  concerns: (input) => new Set(ages(input).map((one) => one.intervalMs)).size > 1,
  spec(input) {
    const values = ages(input);
    if (values.length === 0) return null;
    const x = {
      field: 'intervalMs',
      ...quantity('poll interval (ms)'),
      scale: { type: 'log' as const, nice: false, padding: 20 },
    };
    const upper = { width: 'container', height: agePx, layer: agesOverInterval(input, values, x) };
    const differences = excesses(input).map(inPercent);
    if (differences.length === 0) return { $schema: schema, data: { values }, ...upper } as unknown as TopLevelSpec;
    const of = (panel: string) => ({
      transform: [{ filter: { field: 'panel', equal: panel } }],
      title: panelTitle(panel),
      width: panelWidthPx,
    });
    return {
      $schema: schema,
      data: { values: [...values.map((age) => ({ ...age, panel: panels.age })), ...differences] },
      vconcat: [
        { ...upper, ...of(panels.age) },
        { ...of(panels.excess), height: excessPx, layer: excessOverInterval(input, x) },
      ],
      resolve: { scale: { x: 'shared' } },
    } as unknown as TopLevelSpec;
  },
  describe: (input) =>
    `Mean staleness in ms, and by the law: ${
      ages(input)
        .map((one) => `${one.arm} ${formatPoint(one)}, ${formatNumber(one.predicted)} (${one.workload})`)
        .join('; ') || 'not measured'
    }`,
  table(input) {
    const [found, differences] = [ages(input), excesses(input)];
    return {
      head: ['workload', 'transport', 'mean staleness ms', 'by the law ms', 'polling − SSE − T/2, ms'],
      rows: comparable(input).map((arm) => {
        const [workload, title] = [workloadOf(input.plan, arm).title, armTitle(arm, input.summary)];
        const isOf = (one: { readonly arm: string; readonly workload: string }) =>
          one.workload === workload && one.arm === title;
        const [age, excess] = [found.find(isOf), differences.find(isOf)];
        return [
          workload,
          title,
          age === undefined ? 'not measured' : formatPoint(age),
          age === undefined ? '' : formatNumber(age.predicted),
          excess === undefined ? '' : formatPoint(excess.excessMs),
        ];
      }),
    };
  },
};

function span(values: readonly number[], format: (value: number) => string): string {
  const [least, most] = [format(Math.min(...values)), format(Math.max(...values))];
  return least === most ? least : `${least} to ${most}`;
}

function agesOverInterval(input: ReportInput, values: readonly Age[], x: object): object[] {
  const y = quantity(panels.age, true);
  const told = tooltip(
    { arm: 'transport', workload: 'workload', shown: 'mean staleness, ms' },
    { predicted: 'by the law, ms', intervalMs: 'poll interval, ms' },
  );
  return [
    ...articleMarks(values, x),
    {
      mark: { type: 'tick', orient: 'horizontal', thickness: 2, size: 22, color: 'theme:reference' },
      encoding: { x, y: { ...y, field: 'predicted' }, tooltip: told },
    },
    ...estimates('y', { axis: y, looks: looksOf(input, values, true), at: { x }, tooltip: told }),
  ];
}

function excessOverInterval(input: ReportInput, x: object): object[] {
  const y = { ...quantity(panels.excess), title: '% of T/2', axis: { tickCount: 4 } };
  return [
    {
      ...once,
      mark: { type: 'rule', color: 'theme:reference' },
      encoding: { y: { ...y, datum: 0 }, tooltip: { value: 'the law: T/2 more than SSE' } },
    },
    ...estimates('y', {
      axis: y,
      // With the legend of above, which lists more arms than these.
      looks: looksOf(input, ages(input), true),
      at: { x },
      tooltip: tooltip(
        { arm: 'transport', workload: 'workload', shown: 'polling − SSE − T/2, ms', percent: '% of T/2' },
        { intervalMs: 'poll interval, ms' },
      ),
    }),
  ];
}

function inPercent({ addsMs, excessMs, ...names }: Excess) {
  const share = (ms: number) => round((100 * ms) / addsMs);
  const estimate = { median: share(excessMs.median), low: share(excessMs.low), high: share(excessMs.high) };
  return { ...names, panel: panels.excess, ...estimate, shown: formatPoint(excessMs), percent: formatPoint(estimate) };
}

/** A line at each interval of the article, where this run's intervals come near it. */
function articleMarks(values: readonly Age[], x: object): object[] {
  const near = articleIntervalsMs.filter((ms) => values.some(({ intervalMs }) => intervalMs * 2 >= ms));
  return near.flatMap((ms) => {
    const told = `the article: ${ms / 1000} s`;
    return [
      {
        ...once,
        mark: { type: 'rule', strokeDash: [4, 3], color: 'theme:reference' },
        encoding: { x: { ...x, field: undefined, datum: ms }, tooltip: { value: told } },
      },
      {
        ...once,
        mark: {
          type: 'text',
          text: told,
          angle: 270,
          align: 'right',
          baseline: 'bottom',
          dy: -3,
          color: 'theme:reference',
        },
        encoding: { x: { ...x, field: undefined, datum: ms }, y: { value: 4 } },
      },
    ];
  });
}

/** Bursts have no such law here; and a long poll is neither. */
function comparable({ plan, summary }: ReportInput): Arm[] {
  return summary.arms.filter((arm) => {
    const { updates, faults = [], proxy = 'none' } = workloadOf(plan, arm);
    return (
      ['polling', 'sse'].includes(arm.transport) &&
      updates.arrival !== 'bursts' &&
      faults.length === 0 &&
      proxy === 'none'
    );
  });
}

function ages(input: ReportInput): Age[] {
  const { plan, summary } = input;
  const measured = armsWith({ plan, summary }, ['polling', 'sse'], ['stalenessMeanUs']);
  return comparable(input).flatMap((arm): Age[] => {
    const staleness = arm.metrics.stalenessMeanUs;
    // A push arm is at an interval only beside a polling one that has it.
    const polled = measured.some((one) => one.transport === 'polling' && one.workloadId === arm.workloadId);
    if (staleness === undefined || staleness.low <= 0 || !polled) return [];
    const { title, updates, poll } = workloadOf(plan, arm);
    const gapMs = 1000 / updates.rateHz;
    const pushMs = updates.arrival === 'poisson' ? gapMs : gapMs / 2;
    const estimate = inMs(staleness);
    return [
      {
        arm: armTitle(arm, summary),
        workload: title,
        intervalMs: poll.intervalMs,
        ...estimate,
        shown: formatPoint(estimate),
        predicted: round(pushMs + (arm.transport === 'polling' ? halfIntervalMs(input, arm) : 0)),
      },
    ];
  });
}

/** Half of the time between two polls: with a timer set by the response, that is longer by the response time. */
function halfIntervalMs({ plan }: ReportInput, arm: Arm): number {
  const responseUs = arm.loop === 'closed' ? (arm.metrics.responseTimeMeanUs?.median ?? 0) : 0;
  return (workloadOf(plan, arm).poll.intervalMs + responseUs / 1000) / 2;
}

function excesses(input: ReportInput): Excess[] {
  const pushArms = comparable(input).filter(({ transport, trials }) => transport === 'sse' && trials > 0);
  return comparable(input).flatMap((arm): Excess[] => {
    const sse = sameBut(arm, pushArms);
    const isMeasured = arm.metrics.stalenessMeanUs !== undefined && sse?.metrics.stalenessMeanUs !== undefined;
    if (arm.transport !== 'polling' || sse === undefined || !isMeasured) return [];
    const addsMs = halfIntervalMs(input, arm);
    const excess = paired(arm, sse, 'stalenessMeanUs', (polling, push) => polling - push - addsMs * 1000, fewestPairs);
    const { title, poll } = workloadOf(input.plan, arm);
    return excess === null
      ? []
      : [
          {
            arm: armTitle(arm, input.summary),
            workload: title,
            intervalMs: poll.intervalMs,
            addsMs,
            excessMs: inMs(excess),
          },
        ];
  });
}

function inMs({ median, low, high }: Omit<Estimate, 'values'>) {
  const ms = (us: number) => round(us / 1000);
  return { median: ms(median), low: ms(low), high: ms(high) };
}
