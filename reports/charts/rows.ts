/** How a chart is divided: rows of arms, panels of workloads or of transports. */
import { transports } from '../../contract/transports.js';
import type { Point } from '../data.js';

/** What a panel is wide where nobody measures the room it has: in drawings for readers without scripts. */
export const panelWidthPx = 560;
export const panelHeightPx = 160;

/** Above its panel and along it: beside it, a title of any length would stand upright and be cut. */
const panelHeader = {
  labelAngle: 0,
  labelAlign: 'left' as const,
  labelOrient: 'top' as const,
  labelAnchor: 'start' as const,
  labelLimit: panelWidthPx,
  labelPadding: 2,
};

/** A panel for each value of a field, in the order in which rows have them. */
export function panelsOf<Field extends string>(field: Field, rows: readonly { readonly [F in Field]?: string }[]) {
  return {
    row: {
      field,
      type: 'nominal' as const,
      title: null,
      sort: [...new Set(rows.map((row) => row[field]))],
      header: panelHeader,
    },
  };
}

/** A panel per transport, so that a dozen lines of six colours need not share one. */
export function panelOf(transport: Point['transport']): string {
  return transports[transport].title;
}

export function panelTitle(text: string) {
  return { text, anchor: 'start', fontSize: 12, fontWeight: 'normal', limit: panelWidthPx };
}

interface Row {
  readonly arm: string;
  readonly workload: string;
}

/**
 * Rows of arms: one chart, or a panel a workload in which only its own arms have a row.
 *
 * @param rowPx height of an arm's row
 * @param ownScale whether each panel has a horizontal scale of its own
 */
export function rowsPerWorkload(
  values: readonly Row[],
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
      title: panelTitle(workload),
      width: panelWidthPx,
      height: rowsHeight(
        values.filter((value) => value.workload === workload),
        rowPx,
      ),
    })),
    resolve: { scale: { x: ownScale ? 'independent' : 'shared' } },
  };
}

/** A number and not a step: a chart that takes its container's width wants a height to fit, too. */
function rowsHeight(values: readonly Pick<Row, 'arm'>[], rowPx: number): number {
  return new Set(values.map(({ arm }) => arm)).size * rowPx;
}
