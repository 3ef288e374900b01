/** Two drawings that several charts share: a dot with its interval per arm, and lines over a sweep. */
import type { TopLevelSpec } from 'vega-lite';
import type { MetricId } from '../../harness/model.js';
import { formatPoint, type Point, points, presentArms, type ReportInput, sweepOf } from '../data.js';
import { dashes, shapes, themeColour } from '../theme.js';
import type { Table } from './chart.js';

export const schema = 'https://vega.github.io/schema/vega-lite/v6.json';
const rowHeightPx = 34;

/** Colour by arm: each has its transport's. */
export function armColour(input: ReportInput, legend: boolean) {
  const arms = presentArms(input);
  return {
    field: 'arm',
    type: 'nominal' as const,
    scale: { domain: arms.map(({ title }) => title), range: arms.map(({ transport }) => themeColour(transport)) },
    legend: legend ? { title: null } : null,
  };
}

export function armShape(input: ReportInput, legend = false) {
  const arms = presentArms(input);
  return {
    field: 'arm',
    type: 'nominal' as const,
    scale: { domain: arms.map(({ title }) => title), range: arms.map(({ transport }) => shapes[transport]) },
    legend: legend ? { title: null } : null,
  };
}

export function armDash(input: ReportInput) {
  const arms = presentArms(input);
  return {
    field: 'arm',
    type: 'nominal' as const,
    scale: { domain: arms.map(({ title }) => title), range: arms.map(({ transport }) => [...dashes[transport]]) },
    legend: { title: null },
  };
}

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

/** Dots with intervals, or lines with bands when the run is a sweep. Null when nothing was measured. */
export function figureSpec(input: ReportInput, figure: Figure): TopLevelSpec | null {
  const measured = figurePoints(input, figure).filter(({ median }) => median !== null);
  if (measured.length === 0) return null;
  const sweep = sweepOf(input.plan);
  return sweep === null ? dots(input, measured, figure) : lines(input, measured, figure, sweep.title);
}

function dots(input: ReportInput, values: readonly Point[], { axisTitle, log }: Figure): TopLevelSpec {
  const x = { type: 'quantitative' as const, title: axisTitle, scale: log ? { type: 'log' as const } : { zero: true } };
  const order = presentArms(input).map(({ title }) => title);
  const color = armColour(input, false);
  return {
    $schema: schema,
    data: { values: [...values] },
    ...(new Set(values.map(({ workload }) => workload)).size > 1
      ? { facet: { row: { field: 'workload', type: 'nominal', title: null } } }
      : {}),
    ...unfaceted(values, {
      width: 'container',
      height: rowsHeight(values, rowHeightPx),
      encoding: { y: { field: 'arm', type: 'nominal', sort: order, title: null } },
      layer: [
        {
          mark: { type: 'rule', strokeWidth: 3, opacity: 0.55 },
          encoding: { x: { ...x, field: 'low' }, x2: { field: 'high' }, color },
        },
        {
          mark: { type: 'point', filled: true, size: 90, opacity: 1 },
          encoding: { x: { ...x, field: 'median' }, color, shape: armShape(input) },
        },
      ],
    }),
  } as TopLevelSpec;
}

/** A number and not a step: a chart that takes its container's width wants a height to fit, too. */
export function rowsHeight(values: readonly { readonly arm: string }[], rowPx: number): number {
  return new Set(values.map(({ arm }) => arm)).size * rowPx;
}

/** A faceted chart cannot take its container's width, so it gets one that fits a phone. */
export const facetWidthPx = 560;

function unfaceted(values: readonly Point[], spec: Record<string, unknown>): Record<string, unknown> {
  return new Set(values.map(({ workload }) => workload)).size > 1 ? { spec: { ...spec, width: facetWidthPx } } : spec;
}

function lines(
  input: ReportInput,
  values: readonly Point[],
  { axisTitle, log }: Figure,
  sweepTitle: string,
): TopLevelSpec {
  const y = { type: 'quantitative' as const, title: axisTitle, scale: log ? { type: 'log' as const } : { zero: true } };
  const xs = [...new Set(values.map(({ x }) => x as number))];
  const x = {
    field: 'x',
    type: 'quantitative' as const,
    title: sweepTitle,
    scale: { type: 'log' as const },
    axis: { values: xs, grid: false, format: '~s', labelOverlap: true },
  };
  return {
    $schema: schema,
    data: { values: [...values] },
    width: 'container',
    height: 300,
    encoding: { x },
    layer: [
      {
        mark: { type: 'area', opacity: 0.16 },
        encoding: { y: { ...y, field: 'low' }, y2: { field: 'high' }, color: armColour(input, true) },
      },
      {
        mark: { type: 'line', strokeWidth: 2 },
        encoding: { y: { ...y, field: 'median' }, color: armColour(input, true), strokeDash: armDash(input) },
      },
      {
        mark: { type: 'point', filled: true, size: 60, opacity: 1 },
        encoding: { y: { ...y, field: 'median' }, color: armColour(input, true), shape: armShape(input, true) },
      },
    ],
  } as TopLevelSpec;
}

/** `Server-Sent Events 1.23 [1.10–1.40]; WebSocket …`. */
export function describePoints(values: readonly Point[]): string {
  const several = new Set(values.map(({ workload }) => workload)).size > 1;
  return values.map((point) => `${point.arm}${several ? ` (${point.workload})` : ''} ${formatPoint(point)}`).join('; ');
}

export function pointsTable(values: readonly Point[], figureTitle: string): Table {
  const several = new Set(values.map(({ workload }) => workload)).size > 1;
  return {
    head: [...(several ? ['workload'] : []), 'transport', figureTitle],
    rows: values.map((point) => [...(several ? [point.workload] : []), point.arm, formatPoint(point)]),
  };
}
