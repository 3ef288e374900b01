import type { TopLevelSpec } from 'vega-lite';
import type { Arm, MetricId } from '../../harness/model.js';
import { armTitle, formatNumber, type ReportInput, round, workloadLabel, workloadOf } from '../data.js';
import { leastOf } from '../findings.js';
import { themeColour } from '../theme.js';
import type { Chart } from './chart.js';
import { rowsPerWorkload } from './rows.js';
import { looksOf, quantity, schema, tooltip } from './scales.js';

const parts: readonly { metric: MetricId; direction: string; part: string }[] = [
  { metric: 'downPayloadBytesPerUpdate', direction: 'down', part: 'payload' },
  { metric: 'downRepeatedBytesPerUpdate', direction: 'down', part: 'repeated' },
  { metric: 'downFramingBytesPerUpdate', direction: 'down', part: 'framing' },
  { metric: 'downHeadBytesPerUpdate', direction: 'down', part: 'heads' },
  { metric: 'upFramingBytesPerUpdate', direction: 'up', part: 'framing' },
  { metric: 'upHeadBytesPerUpdate', direction: 'up', part: 'heads' },
];
const totals = ['bytesPerUpdate', 'wireDownBytesPerUpdate', 'wireUpBytesPerUpdate', 'wirePacketsPerUpdate'] as const;
const partNames = ['payload', 'repeated', 'framing', 'heads'] as const;
const partColours = ['payload', 'repeated', 'framing', 'heads', 'wire'] as const;

export const bytes: Chart = {
  id: 'bytes',
  group: 'Bytes',
  name: 'Per update',
  question: 'How many bytes does one delivered update cost?',
  answer: (input) =>
    leastOf(input, { metric: 'bytesPerUpdate', scale: 1, unit: 'bytes of the sockets', what: 'fewest bytes' }),
  reading:
    'Everything the sockets carried while the window was open, useless polls included, divided by the updates that arrived. Payload is the update; repeated is state a poll was sent again; framing is SSE fields, JSON, frame heads and chunk sizes; heads are HTTP requests and responses. TCP/IP is packet headers and acknowledgements: counted by the kernel in a network of the run’s own, estimated (and called so) without root or nftables.',
  spec(input) {
    const values = rows(input);
    if (values.length === 0) return null;
    const bars = {
      mark: { type: 'bar' },
      encoding: {
        y: { field: 'arm', type: 'nominal', sort: looksOf(input, values).order, title: null },
        x: { field: 'bytes', ...quantity('bytes per delivered update'), stack: 'zero' },
        color: {
          field: 'part',
          type: 'nominal',
          scale: { domain: [...partNames, wirePart(input)], range: partColours.map(themeColour) },
          legend: { title: null },
        },
        order: { field: 'rank', type: 'quantitative' },
        opacity: {
          field: 'direction',
          type: 'ordinal',
          scale: { domain: ['down', 'up'], range: [1, 0.5] },
          legend: { title: 'direction', symbolFillColor: 'theme:reference', symbolStrokeWidth: 0 },
        },
        tooltip: tooltip(
          { arm: 'transport', workload: 'workload', part: 'part', direction: 'direction' },
          { bytes: 'bytes per delivered update' },
        ),
      },
    };
    return {
      $schema: schema,
      data: { values },
      ...rowsPerWorkload(values, 26, bars, true),
    } as unknown as TopLevelSpec;
  },
  describe: (input) =>
    input.summary.arms
      .map((arm) => {
        const { bytesPerUpdate, wireDownBytesPerUpdate: down, wireUpBytesPerUpdate: up } = arm.metrics;
        const sockets = bytesPerUpdate === undefined ? 'not measured' : `${formatNumber(bytesPerUpdate.median)} bytes`;
        const wire =
          down === undefined || up === undefined
            ? ''
            : `, ${formatNumber(down.median + up.median)} on the wire${input.plan.wire.method === 'namespace' ? '' : ' (estimated)'}`;
        return `${armTitle(arm, input.summary)} ${sockets}${wire}`;
      })
      .join('; '),
  table: ({ plan, summary }) => ({
    head: [
      'workload',
      'transport',
      ...parts.map(({ direction, part }) => `${part} ${direction}`),
      'sockets, all',
      ...['wire down', 'wire up', 'packets'].map((title) =>
        plan.wire.method === 'namespace' ? title : `${title} (estimated)`,
      ),
    ],
    rows: summary.arms.map((arm) => [
      workloadLabel(plan, workloadOf(plan, arm)),
      armTitle(arm, summary),
      ...[...parts.map(({ metric }) => metric), ...totals].map((metric) => {
        const value = arm.metrics[metric]?.median;
        return value === undefined ? 'not measured' : formatNumber(value);
      }),
    ]),
  }),
};

function rows(input: ReportInput) {
  const { plan, summary } = input;
  return summary.arms.flatMap((arm) => {
    const workload = workloadLabel(plan, workloadOf(plan, arm));
    return [...partsOf(arm), ...wireParts(arm, wirePart(input))].map((part, rank) => ({
      arm: armTitle(arm, summary),
      workload,
      ...part,
      rank,
      bytes: round(part.bytes),
    }));
  });
}

interface Part {
  readonly direction: string;
  readonly part: string;
  readonly bytes: number;
}

function partsOf({ metrics }: Arm): Part[] {
  return parts.flatMap(({ metric, direction, part }) => {
    const bytes = metrics[metric]?.median;
    return bytes === undefined ? [] : [{ direction, part, bytes }];
  });
}

/** An estimate is never drawn as if it had been counted. */
function wirePart({ plan }: ReportInput): string {
  return plan.wire.method === 'namespace' ? 'TCP/IP' : 'TCP/IP (estimated)';
}

/** What the wire carried beside what the sockets did. */
function wireParts(arm: Arm, part: string): Part[] {
  return (['down', 'up'] as const).flatMap((direction) => {
    const wire = arm.metrics[direction === 'down' ? 'wireDownBytesPerUpdate' : 'wireUpBytesPerUpdate']?.median;
    if (wire === undefined) return [];
    const sockets = partsOf(arm)
      .filter((part) => part.direction === direction)
      .reduce((sum, { bytes }) => sum + bytes, 0);
    return [{ direction, part, bytes: Math.max(0, wire - sockets) }];
  });
}
