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
import { panelHeightPx, panelOf, panelsOf, panelWidthPx } from './rows.js';
import { looksOf, schema, tooltip, variantLooks } from './scales.js';

export interface CurvePoint {
  readonly arm: string;
  readonly workload: string;
  readonly share: number;
  readonly ms: number;
  /** At the quantiles that the table lists: which one, for the marks that can be pointed at. */
  readonly at?: string;
  /** Where a run has several clients or subjects. */
  readonly variant?: string;
  readonly panel?: string;
}

/** Of many arms fewer points: of 24 one in six, three percent apart, so the file stays small. The tail is kept whole. */
const manyArms = 8;

/**
 * @param listed the quantiles to be marked
 * @param shares only the points nearest to these; all of them when absent
 */
export function curvePoints(input: ReportInput, listed: readonly number[], shares?: readonly number[]): CurvePoint[] {
  const { plan, summary } = input;
  const every = summary.arms.length > manyArms ? Math.ceil(summary.arms.length / 4) : 1;
  return summary.arms.flatMap((arm) => {
    const names = { arm: armTitle(arm, summary), workload: workloadLabel(plan, workloadOf(plan, arm)) };
    const placed = variantsOf(input).length > 1 ? { ...names, ...placeOf(arm, input, names.workload) } : names;
    const isListed = (share: number) => listed.some((one) => isSame(one, share));
    return (
      arm.latencyQuantiles
        .filter(([share], i) =>
          shares === undefined
            ? i % every === 0 || share > 0.98 || isListed(share)
            : shares.some((wanted) => isSame(wanted, share)),
        )
        // A log axis has no zero; a microsecond is below everything a process can tell apart.
        .map(([share, us]) => ({
          ...placed,
          share: round(share),
          ms: round(Math.max(us, 1) / 1000),
          ...(isListed(share) ? { at: percentile(share) } : {}),
        }))
    );
  });
}

function isSame(a: number, b: number): boolean {
  return Math.abs(a - b) < 1e-6;
}

function percentile(share: number): string {
  return `${Number((share * 100).toFixed(4))} %`;
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
  axes: object,
): TopLevelSpec | null {
  if (values.length === 0) return null;
  const several = new Set(values.map(({ workload }) => workload)).size > 1;
  const variants = variantsOf(input).length > 1;
  const own = looksOf(input, values, !variants);
  const { strokeDash, shape } = variants ? variantLooks(input) : own;
  const chart = {
    width: several || variants ? panelWidthPx : 'container',
    height: variants ? panelHeightPx : several ? 160 : 300,
    encoding: { ...axes, color: own.color },
    layer: [
      {
        mark: { type: 'line', interpolate: 'step-after', strokeWidth: 2 },
        encoding: {
          strokeDash,
          order: { field: 'share', type: 'quantitative' },
          tooltip: tooltip({ arm: 'transport', workload: 'workload' }),
        },
      },
      {
        transform: [{ filter: 'isValid(datum.at)' }],
        mark: { type: 'point', filled: true, size: 45, opacity: 1 },
        encoding: {
          shape,
          tooltip: tooltip({ arm: 'transport', workload: 'workload', at: 'share within' }, { ms: 'latency, ms' }),
        },
      },
    ],
  };
  const faceted = variants
    ? { facet: panelsOf('panel', values), spec: chart }
    : several
      ? { facet: panelsOf('workload', values), spec: chart }
      : chart;
  return { $schema: schema, data: { values: [...values] }, ...faceted } as unknown as TopLevelSpec;
}

/** Some quantiles of every arm, in ms. */
export function quantileTable({ plan, summary }: ReportInput, listed: readonly number[]): Table {
  return {
    head: ['workload', 'transport', ...listed.map((q) => `${percentile(q)}, ms`)],
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
