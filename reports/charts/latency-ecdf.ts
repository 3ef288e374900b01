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
import type { Chart } from './chart.js';
import { armColour, armDash, facetWidthPx, panelFacet, panelHeightPx, panelOf, schema, variantDash } from './shared.js';

const listed = [0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99];

export const latencyEcdf: Chart = {
  id: 'latency-ecdf',
  question: 'Which share of the updates arrives within a given time?',
  reading:
    'Further left is sooner; a steep line is steady, a long slope at the top a heavy tail. A straight slope over the poll interval is what evenly spread waiting looks like. All trials of an arm together.',
  spec(input) {
    const values = rows(input);
    if (values.length === 0) return null;
    const several = new Set(values.map(({ workload }) => workload)).size > 1;
    const variants = variantsOf(input).length > 1;
    const chart = {
      width: several || variants ? facetWidthPx : 'container',
      height: variants ? panelHeightPx : several ? 160 : 300,
      mark: { type: 'line', interpolate: 'step-after', strokeWidth: 2 },
      encoding: {
        x: { field: 'ms', type: 'quantitative', title: 'latency (ms, logarithmic)', scale: { type: 'log' } },
        y: {
          field: 'share',
          type: 'quantitative',
          title: 'share of updates within',
          axis: { format: '%' },
          scale: { domain: [0, 1] },
        },
        color: armColour(input, !variants),
        strokeDash: variants ? variantDash(input) : armDash(input),
        order: { field: 'share', type: 'quantitative' },
      },
    };
    if (variants)
      return {
        $schema: schema,
        data: { values },
        facet: panelFacet(values),
        spec: chart,
      } as unknown as TopLevelSpec;
    return {
      $schema: schema,
      data: { values },
      ...(several ? { facet: { row: { field: 'workload', type: 'nominal', title: null } }, spec: chart } : chart),
    } as unknown as TopLevelSpec;
  },
  describe: (input) =>
    input.summary.arms
      .map((arm) => {
        const at = (q: number) => quantileMs(arm.latencyQuantiles, q);
        return `${armTitle(arm, input.summary)}: half within ${at(0.5)} ms, 95 % within ${at(0.95)} ms`;
      })
      .join('; '),
  table: (input) => ({
    head: ['workload', 'transport', ...listed.map((q) => `${q * 100} % ms`)],
    rows: input.summary.arms.map((arm) => [
      workloadLabel(input.plan, workloadOf(input.plan, arm)),
      armTitle(arm, input.summary),
      ...listed.map((q) => quantileMs(arm.latencyQuantiles, q)),
    ]),
  }),
};

function quantileMs(quantiles: readonly (readonly [number, number])[], q: number): string {
  const found = quantiles.find(([at]) => Math.abs(at - q) < 1e-9);
  return found === undefined ? 'not measured' : formatNumber(found[1] / 1000);
}

/** Of many arms every fourth point: two percent apart, and the file stays small. The tail is kept whole. */
const manyArms = 8;

interface Row {
  readonly arm: string;
  readonly workload: string;
  readonly share: number;
  readonly ms: number;
  /** Where a run has several clients or subjects. */
  readonly variant?: string;
  readonly panel?: string;
}

function rows(input: ReportInput): Row[] {
  const { plan, summary } = input;
  const every = summary.arms.length > manyArms ? 4 : 1;
  return summary.arms.flatMap((arm) => {
    const names = { arm: armTitle(arm, summary), workload: workloadLabel(plan, workloadOf(plan, arm)) };
    const placed = variantsOf(input).length > 1 ? { ...names, ...placeOf(arm, input, names.workload) } : names;
    return (
      arm.latencyQuantiles
        .filter(([share], i) => i % every === 0 || share > 0.98)
        // A log axis has no zero; a microsecond is below everything a process can tell apart.
        .map(([share, us]) => ({ ...placed, share: round(share), ms: round(Math.max(us, 1) / 1000) }))
    );
  });
}

/** Its panel, a transport under a workload, and which line of that it is. */
function placeOf(arm: Arm, { plan, summary }: ReportInput, workload: string): Required<Pick<Row, 'variant' | 'panel'>> {
  const transport = panelOf(arm.transport);
  return {
    variant: armVariant(arm, summary),
    panel: plan.workloads.length > 1 ? `${transport}, ${workload}` : transport,
  };
}
