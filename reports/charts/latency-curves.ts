/** The latency distribution of each arm as a line: what the charts of its body and of its tail have in common. */
import type { TopLevelSpec } from 'vega-lite';
import type { Arm } from '../../harness/model.js';
import {
  armTitle,
  armVariant,
  formatNumber,
  type ReportInput,
  round,
  variantsOf,
  workloadLabel,
  workloadOf,
} from '../data.js';
import type { Table } from './chart.js';
import { facetWidthPx, panelFacet, panelHeightPx, panelOf, schema, workloadFacet } from './shared.js';

export interface CurvePoint {
  readonly arm: string;
  readonly workload: string;
  readonly share: number;
  readonly ms: number;
  /** Where a run has several clients or subjects. */
  readonly variant?: string;
  readonly panel?: string;
}

/** Of many arms fewer points: of 24 one in six, three percent apart, so the file stays small. The tail is kept whole. */
const manyArms = 8;

/** @param shares only the points nearest to these; all of them when absent */
export function curvePoints(input: ReportInput, shares?: readonly number[]): CurvePoint[] {
  const { plan, summary } = input;
  const every = summary.arms.length > manyArms ? Math.ceil(summary.arms.length / 4) : 1;
  return summary.arms.flatMap((arm) => {
    const names = { arm: armTitle(arm, summary), workload: workloadLabel(plan, workloadOf(plan, arm)) };
    const placed = variantsOf(input).length > 1 ? { ...names, ...placeOf(arm, input, names.workload) } : names;
    return (
      arm.latencyQuantiles
        .filter(([share], i) =>
          shares === undefined
            ? i % every === 0 || share > 0.98
            : shares.some((wanted) => Math.abs(wanted - share) < 1e-6),
        )
        // A log axis has no zero; a microsecond is below everything a process can tell apart.
        .map(([share, us]) => ({ ...placed, share: round(share), ms: round(Math.max(us, 1) / 1000) }))
    );
  });
}

/** Its panel, a transport under a workload, and which line of that it is. */
function placeOf(
  arm: Arm,
  { plan, summary }: ReportInput,
  workload: string,
): Required<Pick<CurvePoint, 'variant' | 'panel'>> {
  const transport = panelOf(arm.transport);
  return {
    variant: armVariant(arm, summary),
    panel: plan.workloads.length > 1 ? `${transport}, ${workload}` : transport,
  };
}

/** One chart, a chart a workload, or a panel a transport where its variants would share a colour. */
export function curveSpec<Row extends CurvePoint>(
  input: ReportInput,
  values: readonly Row[],
  encoding: (variants: boolean) => object,
): TopLevelSpec | null {
  if (values.length === 0) return null;
  const several = new Set(values.map(({ workload }) => workload)).size > 1;
  const variants = variantsOf(input).length > 1;
  const chart = {
    width: several || variants ? facetWidthPx : 'container',
    height: variants ? panelHeightPx : several ? 160 : 300,
    mark: { type: 'line', interpolate: 'step-after', strokeWidth: 2 },
    encoding: encoding(variants),
  };
  const faceted = variants
    ? { facet: panelFacet(values), spec: chart }
    : several
      ? { facet: workloadFacet(values), spec: chart }
      : chart;
  return { $schema: schema, data: { values: [...values] }, ...faceted } as unknown as TopLevelSpec;
}

/** Some quantiles of every arm, in ms. */
export function quantileTable({ plan, summary }: ReportInput, listed: readonly number[]): Table {
  return {
    head: ['workload', 'transport', ...listed.map((q) => `${Number((q * 100).toFixed(4))} % ms`)],
    rows: summary.arms.map((arm) => [
      workloadLabel(plan, workloadOf(plan, arm)),
      armTitle(arm, summary),
      ...listed.map((q) => quantileMs(arm.latencyQuantiles, q)),
    ]),
  };
}

export function quantileMs(quantiles: readonly (readonly [number, number])[], q: number): string {
  const found = quantiles.find(([at]) => Math.abs(at - q) < 1e-9);
  return found === undefined ? 'not measured' : formatNumber(found[1] / 1000);
}
