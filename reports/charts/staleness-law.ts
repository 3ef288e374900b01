import type { TopLevelSpec } from 'vega-lite';
import { armsWith } from '../../claims/evidence.js';
import type { Arm } from '../../harness/model.js';
import { armTitle, formatNumber, formatPoint, type ReportInput, round, workloadOf } from '../data.js';
import type { Chart } from './chart.js';
import { armColour, armShape, schema } from './shared.js';

interface Age {
  readonly arm: string;
  readonly workload: string;
  readonly intervalMs: number;
  readonly median: number;
  readonly low: number;
  readonly high: number;
  readonly predicted: number;
}

/** Intervals of the article's own pollers, ms. */
const articleIntervalsMs = [3_000, 5_000];

export const stalenessLaw: Chart = {
  id: 'staleness-law',
  question: 'How much older does a longer poll interval make what a subscriber knows?',
  answer(input) {
    const found = ages(input);
    const lags = found.flatMap((polled) => {
      const pushed = found.find(
        ({ workload, predicted }) => workload === polled.workload && predicted < polled.predicted,
      );
      return pushed === undefined ? [] : [(polled.median - pushed.median) / (polled.predicted - pushed.predicted)];
    });
    return lags.length === 0
      ? null
      : `Polling every ${formatNumber(Math.min(...found.map((one) => one.intervalMs)))} to ${formatNumber(Math.max(...found.map((one) => one.intervalMs)))} ms is older than SSE by ${formatNumber(Math.min(...lags))} to ${formatNumber(Math.max(...lags))} times half its interval, where the law says once.`;
  },
  reading:
    'To the right the poll interval T, upwards the mean age of the newest update held, both logarithmic, with its interval. Ticks are what theory predicts without any latency: for push 1/λ with random arrivals and half a gap with evenly spaced ones, for polling T/2 more. Where a window held few random updates, their own luck moves a point off its tick, and where updates come faster than the transport takes, its latency does. The article’s own pollers, every 3 and 5 s, are marked where a run comes near them.',
  concerns: (input) => new Set(ages(input).map((one) => one.intervalMs)).size > 1,
  spec(input) {
    const values = ages(input);
    if (values.length === 0) return null;
    const x = {
      field: 'intervalMs',
      type: 'quantitative',
      title: 'poll interval (ms)',
      scale: { type: 'log', padding: 20 },
    };
    const y = (field: string) => ({
      field,
      type: 'quantitative',
      title: 'mean staleness (ms)',
      scale: { type: 'log' },
    });
    const color = armColour(input, true);
    return {
      $schema: schema,
      data: { values },
      width: 'container',
      height: 300,
      layer: [
        ...articleMarks(values, x),
        {
          mark: { type: 'tick', orient: 'horizontal', thickness: 2, size: 22, color: 'theme:reference' },
          encoding: { x, y: y('predicted') },
        },
        {
          mark: { type: 'rule', strokeWidth: 3, opacity: 0.55 },
          encoding: { x, y: y('low'), y2: { field: 'high' }, color },
        },
        {
          mark: { type: 'point', filled: true, size: 70, opacity: 1 },
          encoding: { x, y: y('median'), color, shape: armShape(input, true) },
        },
      ],
    } as unknown as TopLevelSpec;
  },
  describe: (input) =>
    `Mean staleness in ms, and by the law: ${
      ages(input)
        .map((one) => `${one.arm} ${formatPoint(one)}, ${formatNumber(one.predicted)} (${one.workload})`)
        .join('; ') || 'not measured'
    }`,
  table(input) {
    const found = ages(input);
    return {
      head: ['workload', 'transport', 'mean staleness ms', 'by the law ms'],
      rows: comparable(input).map((arm) => {
        const [workload, title] = [workloadOf(input.plan, arm).title, armTitle(arm, input.summary)];
        const one = found.find((age) => age.workload === workload && age.arm === title);
        return [
          workload,
          title,
          one === undefined ? 'not measured' : formatPoint(one),
          one === undefined ? '' : formatNumber(one.predicted),
        ];
      }),
    };
  },
};

/** A line at each interval of the article, where this run's intervals come near it. */
function articleMarks(values: readonly Age[], x: object): object[] {
  const near = articleIntervalsMs.filter((ms) => values.some(({ intervalMs }) => intervalMs * 2 >= ms));
  return near.flatMap((ms) => [
    {
      mark: { type: 'rule', strokeDash: [4, 3], color: 'theme:reference' },
      encoding: { x: { ...x, field: undefined, datum: ms } },
    },
    {
      mark: {
        type: 'text',
        text: `the article: ${ms / 1000} s`,
        angle: 270,
        align: 'right',
        dy: -6,
        color: 'theme:reference',
      },
      encoding: { x: { ...x, field: undefined, datum: ms }, y: { value: 4 } },
    },
  ]);
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
    return [
      {
        arm: armTitle(arm, summary),
        workload: title,
        intervalMs: poll.intervalMs,
        median: round(staleness.median / 1000),
        low: round(staleness.low / 1000),
        high: round(staleness.high / 1000),
        predicted: round(pushMs + (arm.transport === 'polling' ? poll.intervalMs / 2 : 0)),
      },
    ];
  });
}
