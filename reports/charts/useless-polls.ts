import type { TopLevelSpec } from 'vega-lite';
import { armTitle, formatNumber, presentArms, type ReportInput, round, workloadLabel, workloadOf } from '../data.js';
import { leastOf } from '../findings.js';
import type { Chart } from './chart.js';
import {
  armColour,
  armShape,
  describePoints,
  type Figure,
  figurePoints,
  pointsTable,
  rowsPerWorkload,
  schema,
} from './shared.js';

const figure: Figure = {
  metric: 'uselessPollShare',
  scale: 100,
  axisTitle: 'useless polls (%)',
  log: false,
  applies: ({ transport }) => transport.endsWith('polling'),
};

export const uselessPolls: Chart = {
  id: 'useless-polls',
  question: 'How many polls bring nothing new?',
  answer: (input) =>
    leastOf(input, { metric: 'uselessPollShare', scale: 100, unit: '%', what: 'fewest useless polls' }),
  reading:
    'The vertical tick is what the update rate that came about and the poll interval predict for interval polling: e^(−λT) of the polls find nothing when arrivals are random, max(0, 1 − λT) when they are evenly spaced. Push transports do not poll.',
  spec(input) {
    const measured = figurePoints(input, figure).filter(({ median }) => median !== null);
    if (measured.length === 0) return null;
    const values = [...measured, ...predictions(input)];
    const x = { type: 'quantitative', title: figure.axisTitle, scale: { domain: [0, 100] } };
    const chart = {
      encoding: {
        y: { field: 'arm', type: 'nominal', sort: presentArms(input).map(({ title }) => title), title: null },
      },
      layer: [
        {
          mark: { type: 'rule', strokeWidth: 3, opacity: 0.55 },
          encoding: { x: { ...x, field: 'low' }, x2: { field: 'high' }, color: armColour(input, false) },
        },
        {
          mark: { type: 'point', filled: true, size: 90, opacity: 1 },
          encoding: { x: { ...x, field: 'median' }, color: armColour(input, false), shape: armShape(input) },
        },
        {
          mark: { type: 'tick', thickness: 2, size: 24, color: 'theme:reference' },
          encoding: { x: { ...x, field: 'predicted' } },
        },
      ],
    };
    return {
      $schema: schema,
      data: { values },
      ...rowsPerWorkload(values, 34, chart),
    } as unknown as TopLevelSpec;
  },
  describe: (input) =>
    `Useless polls in percent: ${describePoints(figurePoints(input, figure))}. Predicted for interval polling: ${
      predictions(input)
        .map(({ arm, predicted }) => `${arm} ${formatNumber(predicted)}`)
        .join('; ') || 'nothing, no polling arm'
    }`,
  table: (input) => pointsTable(figurePoints(input, figure), 'useless polls %'),
};

/** Only where polls come on a schedule of their own: a long poll waits for its update. */
function predictions({ plan, summary }: ReportInput) {
  return summary.arms.flatMap((arm) => {
    const offered = arm.metrics.offeredPerS?.median;
    if (offered === undefined || !['polling', 'conditional-polling'].includes(arm.transport)) return [];
    const workload = workloadOf(plan, arm);
    const { arrival, burstSize } = workload.updates;
    const perS = offered / workload.subscribers / (arrival === 'bursts' ? burstSize : 1);
    const lambdaT = (perS * workload.poll.intervalMs) / 1000;
    const useless = arrival === 'poisson' ? Math.exp(-lambdaT) : Math.max(0, 1 - lambdaT);
    return [{ arm: armTitle(arm, summary), workload: workloadLabel(plan, workload), predicted: round(useless * 100) }];
  });
}
