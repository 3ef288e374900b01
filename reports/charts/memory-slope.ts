import type { TopLevelSpec } from 'vega-lite';
import type { MetricId, Slope } from '../../harness/model.js';
import { armTitle, formatNumber, formatPoint, type ReportInput, round, workloadOf } from '../data.js';
import type { Chart } from './chart.js';
import { metricsTable } from './figure.js';
import { estimates, having } from './marks.js';
import { panelHeightPx, panelsOf, panelWidthPx } from './rows.js';
import { looksOf, quantity, schema, tooltip } from './scales.js';

const figures: readonly (readonly [panel: string, metric: MetricId])[] = [
  ['the server’s own memory', 'idleServerAnonymousBytes'],
  ['the kernel’s sockets, both ends', 'idleKernelSocketBytes'],
];
const mebi = 2 ** -20;

export const memorySlope: Chart = {
  id: 'memory-slope',
  group: 'Server',
  name: 'Memory of a connection',
  question: 'What memory does one more idle connection take?',
  answer(input) {
    const found = slopesOf(input);
    return found.length === 0
      ? null
      : `One more connection takes ${found.map(({ panel, slope, arm }) => `${formatNumber(slope.perSubscriber.median)} B of ${panel} with ${arm}`).join(', ')}.`;
  },
  reading:
    'To the right idle connections, upwards memory in MiB, with the interval over repetitions. The line is the fitted one, and its slope is what a connection takes: the height at its left end is the process itself. The kernel’s part is that of both ends, which are on one machine here.',
  concerns: (input) => slopesOf(input).length > 0,
  spec(input) {
    const values = dots(input);
    if (values.length === 0) return null;
    const x = { field: 'subscribers', type: 'quantitative', title: 'idle connections' };
    const y = { ...quantity('memory (MiB)'), scale: { zero: false } };
    const looks = looksOf(input, values, true);
    return {
      $schema: schema,
      data: { values: [...values, ...lines(input)] },
      facet: panelsOf('panel', values),
      resolve: { scale: { y: 'independent' } },
      spec: {
        width: panelWidthPx,
        height: panelHeightPx,
        layer: [
          {
            ...having('fitted'),
            mark: { type: 'line', strokeWidth: 1.5, opacity: 0.7 },
            encoding: {
              x,
              y: { ...y, field: 'fitted' },
              color: looks.color,
              tooltip: tooltip({ arm: 'transport', slope: 'bytes per connection' }),
            },
          },
          ...estimates('y', {
            axis: y,
            looks,
            at: { x },
            tooltip: tooltip({ arm: 'transport', shown: 'MiB' }, { subscribers: 'idle connections' }),
          }),
        ],
      },
    } as unknown as TopLevelSpec;
  },
  describe: (input) =>
    `Bytes for each further idle connection: ${
      slopesOf(input)
        .map(({ panel, arm, slope }) => `${arm}, ${panel} ${formatPoint(slope.perSubscriber)}`)
        .join('; ') || 'not measured'
    }`,
  table: (input) =>
    metricsTable(
      input,
      figures.map(([panel, metric]) => [`${panel}, MiB`, metric, mebi]),
    ),
};

interface Line {
  readonly panel: string;
  readonly metric: MetricId;
  readonly slope: Slope;
  readonly arm: string;
}

function slopesOf({ summary }: ReportInput): Line[] {
  return figures.flatMap(([panel, metric]) =>
    summary.slopes.flatMap((slope): Line[] => {
      const own = summary.arms.find(
        (arm) => arm.transport === slope.transport && arm.client === slope.client && arm.subject === slope.subject,
      );
      return slope.metric === metric && own !== undefined
        ? [{ panel, metric, slope, arm: armTitle(own, summary) }]
        : [];
    }),
  );
}

/** The arms of a line: those of its counts that have the figure. */
function dots(input: ReportInput) {
  const { plan, summary } = input;
  return slopesOf(input).flatMap(({ panel, metric, slope, arm: title }) =>
    summary.arms.flatMap((arm) => {
      const value = arm.metrics[metric];
      const { subscribers } = workloadOf(plan, arm);
      if (value === undefined || armTitle(arm, summary) !== title || !slope.subscribers.includes(subscribers))
        return [];
      const mib = (bytes: number) => round(bytes * mebi);
      const [median, low, high] = [mib(value.median), mib(value.low), mib(value.high)];
      return [{ panel, arm: title, subscribers, median, low, high, shown: formatPoint({ median, low, high }) }];
    }),
  );
}

/** Through the middle of its points, with the slope that the repetitions' lines have. */
function lines(input: ReportInput) {
  const points = dots(input);
  return slopesOf(input).flatMap(({ panel, slope, arm }) => {
    const own = points.filter((point) => point.panel === panel && point.arm === arm);
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const [x, y] = [mean(own.map(({ subscribers }) => subscribers)), mean(own.map(({ median }) => median))];
    return [Math.min(...slope.subscribers), Math.max(...slope.subscribers)].map((subscribers) => ({
      panel,
      arm,
      subscribers,
      slope: formatPoint(slope.perSubscriber),
      fitted: round(y + (subscribers - x) * slope.perSubscriber.median * mebi),
    }));
  });
}
