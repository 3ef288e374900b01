import type { TopLevelSpec } from 'vega-lite';
import type { MetricId } from '../../harness/model.js';
import { armTitle, formatNumber, presentArms, type ReportInput, round, workloadLabel, workloadOf } from '../data.js';
import { themeColour } from '../theme.js';
import type { Chart } from './chart.js';
import { facetWidthPx, rowsHeight, schema } from './shared.js';

const parts: readonly { metric: MetricId; direction: string; part: string }[] = [
  { metric: 'downPayloadBytesPerUpdate', direction: 'down', part: 'payload' },
  { metric: 'downRepeatedBytesPerUpdate', direction: 'down', part: 'repeated' },
  { metric: 'downFramingBytesPerUpdate', direction: 'down', part: 'framing' },
  { metric: 'downHeadBytesPerUpdate', direction: 'down', part: 'heads' },
  { metric: 'upFramingBytesPerUpdate', direction: 'up', part: 'framing' },
  { metric: 'upHeadBytesPerUpdate', direction: 'up', part: 'heads' },
];
const partNames = ['payload', 'repeated', 'framing', 'heads'] as const;

export const bytes: Chart = {
  id: 'bytes',
  question: 'How many bytes does one delivered update cost?',
  reading:
    'Everything the sockets carried while the window was open, useless polls included, divided by the updates that arrived. Payload is the update; repeated is state a poll was sent again; framing is SSE fields, JSON, frame heads and chunk sizes; heads are HTTP requests and responses. TCP/IP is not measured yet.',
  spec(input) {
    const values = rows(input);
    if (values.length === 0) return null;
    const several = new Set(values.map(({ workload }) => workload)).size > 1;
    const bars = {
      width: several ? facetWidthPx : 'container',
      height: rowsHeight(values, 26),
      mark: { type: 'bar' },
      encoding: {
        y: { field: 'arm', type: 'nominal', sort: presentArms(input).map(({ title }) => title), title: null },
        x: { field: 'bytes', type: 'quantitative', title: 'bytes per delivered update', stack: 'zero' },
        color: {
          field: 'part',
          type: 'nominal',
          scale: { domain: [...partNames], range: partNames.map(themeColour) },
          legend: { title: null, columns: 4 },
        },
        order: { field: 'rank', type: 'quantitative' },
        opacity: {
          field: 'direction',
          type: 'ordinal',
          scale: { domain: ['down', 'up'], range: [1, 0.5] },
          legend: { title: 'direction' },
        },
      },
    };
    return {
      $schema: schema,
      data: { values },
      ...(several
        ? {
            facet: { row: { field: 'workload', type: 'nominal', title: null } },
            spec: bars,
            resolve: { scale: { x: 'independent' } },
          }
        : bars),
    } as unknown as TopLevelSpec;
  },
  describe: ({ summary }) =>
    summary.arms
      .map((arm) => {
        const total = arm.metrics.bytesPerUpdate?.median;
        return `${armTitle(arm, summary)} ${total === undefined ? 'not measured' : `${formatNumber(total)} bytes`}`;
      })
      .join('; '),
  table: ({ plan, summary }) => ({
    head: ['workload', 'transport', ...parts.map(({ direction, part }) => `${part} ${direction}`), 'all'],
    rows: summary.arms.map((arm) => [
      workloadLabel(plan, workloadOf(plan, arm)),
      armTitle(arm, summary),
      ...[...parts.map(({ metric }) => metric), 'bytesPerUpdate' as const].map((metric) => {
        const value = arm.metrics[metric]?.median;
        return value === undefined ? 'not measured' : formatNumber(value);
      }),
    ]),
  }),
};

function rows({ plan, summary }: ReportInput) {
  return summary.arms.flatMap((arm) =>
    parts.flatMap(({ metric, direction, part }, rank) => {
      const value = arm.metrics[metric]?.median;
      if (value === undefined) return [];
      const workload = workloadLabel(plan, workloadOf(plan, arm));
      return [{ arm: armTitle(arm, summary), workload, direction, part, rank, bytes: round(value) }];
    }),
  );
}
