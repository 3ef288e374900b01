/** One figure of every arm: a dot with its interval, lines over a sweep, words and a table. */
import type { TopLevelSpec } from 'vega-lite';
import type { MetricId } from '../../harness/model.js';
import { formatPoint, type Point, points, type ReportInput, sweepOf, variantsOf } from '../data.js';
import type { Table } from './chart.js';
import { estimates, trialTicks } from './marks.js';
import { panelHeightPx, panelOf, panelsOf, panelWidthPx, rowsPerWorkload } from './rows.js';
import { looksOf, quantity, schema, tooltip, variantLooks } from './scales.js';

const rowHeightPx = 34;

export interface Figure {
  readonly metric: MetricId;
  /** From the metric's unit to the shown one. */
  readonly scale: number;
  readonly axisTitle: string;
  readonly log: boolean;
  /** Arms the figure can be said of; all when absent. */
  readonly applies?: (point: Point) => boolean;
}

export function figurePoints(input: ReportInput, figure: Figure): Point[] {
  return points(input, figure.metric, figure.scale).filter(figure.applies ?? (() => true));
}

/** What was measured, each with its figure in words for whoever points at it. */
export function measuredPoints(input: ReportInput, figure: Figure) {
  return figurePoints(input, figure).flatMap((point) =>
    point.median === null ? [] : [{ ...point, shown: formatPoint(point) }],
  );
}
type Measured = ReturnType<typeof measuredPoints>[number];

/** Of an estimate: whose it is and what it comes to. */
export function figureTooltip(axisTitle: string) {
  return tooltip({ arm: 'transport', workload: 'workload', shown: axisTitle });
}

/** Of one trial of an estimate. */
export function trialTooltip(axisTitle: string) {
  return tooltip({ arm: 'transport', workload: 'workload' }, { trial: `one trial, ${axisTitle}` });
}

/** Dots with intervals, or lines with bands when the run is a sweep. Null when nothing was measured. */
export function figureSpec(input: ReportInput, figure: Figure): TopLevelSpec | null {
  const measured = measuredPoints(input, figure);
  if (measured.length === 0) return null;
  const sweep = sweepOf(input.plan);
  return sweep === null ? dots(input, measured, figure) : lines(input, measured, figure, sweep.title);
}

function dots(input: ReportInput, values: readonly Measured[], { axisTitle, log }: Figure): TopLevelSpec {
  const axis = quantity(axisTitle, log);
  const looks = looksOf(input, values);
  return {
    $schema: schema,
    data: { values },
    ...rowsPerWorkload(values, rowHeightPx, {
      encoding: { y: { field: 'arm', type: 'nominal', sort: looks.order, title: null } },
      layer: [
        trialTicks(axis, looks.color, trialTooltip(axisTitle)),
        ...estimates('x', { axis, looks, tooltip: figureTooltip(axisTitle), size: 90 }),
      ],
    }),
  } as unknown as TopLevelSpec;
}

function lines(
  input: ReportInput,
  values: readonly Measured[],
  { axisTitle, log }: Figure,
  sweepTitle: string,
): TopLevelSpec {
  const several = variantsOf(input).length > 1;
  const own = looksOf(input, values, !several);
  const { strokeDash, shape } = several ? variantLooks(input) : own;
  const y = quantity(axisTitle, log);
  const layer = [
    {
      mark: { type: 'area', opacity: 0.16 },
      encoding: {
        y: { ...y, field: 'low' },
        y2: { field: 'high' },
        color: own.color,
        tooltip: tooltip({ arm: 'transport' }),
        ...(several ? { detail: { field: 'variant', type: 'nominal' } } : {}),
      },
    },
    {
      mark: { type: 'line', strokeWidth: 2 },
      encoding: {
        y: { ...y, field: 'median' },
        color: own.color,
        strokeDash,
        tooltip: tooltip({ arm: 'transport' }),
      },
    },
    ...estimates('y', {
      axis: y,
      looks: { color: own.color, shape: shape as typeof own.shape },
      tooltip: figureTooltip(axisTitle),
      size: 60,
    }),
  ];
  const encoding = { x: sweepAxis(values, sweepTitle) };
  // Curves show no single trials: in a sweep they would be most of the page.
  const rows = values.map(({ values: _trials, ...point }) => point);
  if (!several)
    return {
      $schema: schema,
      data: { values: rows },
      width: 'container',
      height: 300,
      encoding,
      layer,
    } as unknown as TopLevelSpec;
  const inPanels = rows.map((point) => ({ ...point, panel: panelOf(point.transport) }));
  return {
    $schema: schema,
    data: { values: inPanels },
    facet: panelsOf('panel', inPanels),
    spec: { width: panelWidthPx, height: panelHeightPx, encoding, layer },
  } as unknown as TopLevelSpec;
}

/** Ticks where something was measured, and nowhere else. */
export function sweepAxis(values: readonly { readonly x?: number }[], title: string) {
  return {
    field: 'x',
    type: 'quantitative' as const,
    title,
    scale: { type: 'log' as const },
    axis: {
      values: [...new Set(values.map(({ x }) => x as number))],
      grid: false,
      format: ',~r',
      labelOverlap: true,
    },
  };
}

/** `Server-Sent Events 1.23 [1.10–1.40]; WebSocket …`. */
export function describePoints(values: readonly Point[]): string {
  const several = new Set(values.map(({ workload }) => workload)).size > 1;
  return values.map((point) => `${point.arm}${several ? ` (${point.workload})` : ''} ${formatPoint(point)}`).join('; ');
}

/** Several figures of every arm side by side. */
export function metricsTable(
  input: ReportInput,
  columns: readonly (readonly [title: string, metric: MetricId, scale: number])[],
): Table {
  const values = columns.map(([, metric, scale]) => points(input, metric, scale));
  return {
    head: ['workload', 'transport', ...columns.map(([title]) => title)],
    rows: (values[0] ?? []).map((point, i) => [
      point.workload,
      point.arm,
      ...values.map((column) => formatPoint(column[i] as Point)),
    ]),
  };
}

export function pointsTable(values: readonly Point[], figureTitle: string): Table {
  const several = new Set(values.map(({ workload }) => workload)).size > 1;
  return {
    head: [...(several ? ['workload'] : []), 'transport', figureTitle],
    rows: values.map((point) => [...(several ? [point.workload] : []), point.arm, formatPoint(point)]),
  };
}
