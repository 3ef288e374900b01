/** Two drawings that several charts share: a dot with its interval per arm, and lines over a sweep. */
import type { TopLevelSpec } from 'vega-lite';
import { transports } from '../../contract/transports.js';
import type { MetricId } from '../../harness/model.js';
import { formatPoint, type Point, points, presentArms, type ReportInput, sweepOf, variantsOf } from '../data.js';
import { dashes, shapes, themeColour, variantDashes, variantShapes } from '../theme.js';
import type { Table } from './chart.js';

export const schema = 'https://vega.github.io/schema/vega-lite/v6.json';
const rowHeightPx = 34;

/** Colour by arm: each has its transport's, so variants of a transport share one, and want panels or rows of their own. */
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

/** Lines of one transport's panel: its variants differ by dash. */
export function variantDash(input: ReportInput) {
  return variantScale(input, variantDashes);
}

function variantScale(input: ReportInput, range: readonly unknown[]) {
  const domain = variantsOf(input);
  return {
    field: 'variant',
    type: 'nominal' as const,
    scale: { domain, range: domain.map((_, i) => range[i % range.length]) },
    legend: { title: null },
  };
}

/** A panel per transport, so that a dozen lines of six colours need not share one. */
export function panelOf(transport: Point['transport']): string {
  return transports[transport].title;
}

export function panelFacet(values: readonly { readonly panel?: string }[]) {
  return {
    row: {
      field: 'panel',
      type: 'nominal' as const,
      title: null,
      sort: [...new Set(values.map(({ panel }) => panel))],
      header: panelHeader,
    },
  };
}

/** Above its panel and along it: beside it, a title of any length would stand upright and be cut. */
const panelHeader = {
  labelAngle: 0,
  labelAlign: 'left' as const,
  labelOrient: 'top' as const,
  labelAnchor: 'start' as const,
};

/** A panel per workload, in the suite's order. */
export function workloadFacet(values: readonly { readonly workload: string }[]) {
  return {
    row: {
      field: 'workload',
      type: 'nominal' as const,
      title: null,
      sort: [...new Set(values.map(({ workload }) => workload))],
      header: { ...panelHeader, labelLimit: facetWidthPx },
    },
  };
}

/**
 * Rows of arms: one chart, or a panel a workload in which only its own arms have a row.
 *
 * @param rowPx height of an arm's row
 * @param ownScale whether each panel has a horizontal scale of its own
 */
export function rowsPerWorkload(
  values: readonly { readonly arm: string; readonly workload: string }[],
  rowPx: number,
  chart: Record<string, unknown>,
  ownScale = false,
): Record<string, unknown> {
  const workloads = [...new Set(values.map(({ workload }) => workload))];
  if (workloads.length < 2) return { ...chart, width: 'container', height: rowsHeight(values, rowPx) };
  return {
    // Not facets: their rows would be those of all workloads in each panel.
    vconcat: workloads.map((workload) => ({
      ...chart,
      transform: [{ filter: { field: 'workload', equal: workload } }],
      title: { text: workload, anchor: 'start', fontSize: 12, fontWeight: 'normal', limit: facetWidthPx },
      width: facetWidthPx,
      height: rowsHeight(
        values.filter((value) => value.workload === workload),
        rowPx,
      ),
    })),
    resolve: { scale: { x: ownScale ? 'independent' : 'shared' } },
  };
}

export const panelHeightPx = 120;

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
    ...rowsPerWorkload(values, rowHeightPx, {
      encoding: { y: { field: 'arm', type: 'nominal', sort: order, title: null } },
      layer: [
        {
          mark: { type: 'rule', strokeWidth: 3, opacity: 0.55 },
          encoding: { x: { ...x, field: 'low' }, x2: { field: 'high' }, color },
        },
        trialTicks(x, color),
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

/** Every trial, outliers too: the interval alone would hide what it came from. */
export function trialTicks(x: object, color: object) {
  return {
    transform: [{ flatten: ['values'], as: ['trial'] }],
    mark: { type: 'tick' as const, thickness: 1.5, size: 14, opacity: 0.8 },
    encoding: { x: { ...x, field: 'trial' }, color },
  };
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
  const several = variantsOf(input).length > 1;
  const layer = [
    {
      mark: { type: 'area', opacity: 0.16 },
      encoding: {
        y: { ...y, field: 'low' },
        y2: { field: 'high' },
        color: armColour(input, !several),
        ...(several ? { detail: { field: 'variant', type: 'nominal' } } : {}),
      },
    },
    {
      mark: { type: 'line', strokeWidth: 2 },
      encoding: {
        y: { ...y, field: 'median' },
        color: armColour(input, !several),
        strokeDash: several ? variantDash(input) : armDash(input),
      },
    },
    {
      mark: { type: 'point', filled: true, size: 60, opacity: 1 },
      encoding: {
        y: { ...y, field: 'median' },
        color: armColour(input, !several),
        shape: several ? variantScale(input, variantShapes) : armShape(input, true),
      },
    },
  ];
  if (!several)
    return {
      $schema: schema,
      // Curves show no single trials: in a sweep they would be most of the page.
      data: { values: values.map(({ values: _trials, ...point }) => point) },
      width: 'container',
      height: 300,
      encoding: { x },
      layer,
    } as TopLevelSpec;
  const inPanels = values.map((point) => ({ ...point, panel: panelOf(point.transport) }));
  return {
    $schema: schema,
    data: { values: inPanels },
    facet: panelFacet(inPanels),
    spec: { width: facetWidthPx, height: panelHeightPx, encoding: { x }, layer },
  } as unknown as TopLevelSpec;
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
