import type { TopLevelSpec } from 'vega-lite';
import { armTitle, formatNumber, type ReportInput, round, workloadLabel, workloadOf } from '../data.js';
import { leastOf } from '../findings.js';
import type { Chart } from './chart.js';
import { describePoints, type Figure, figurePoints, figureTooltip, measuredPoints, pointsTable } from './figure.js';
import { estimates } from './marks.js';
import { rowsPerWorkload } from './rows.js';
import { looksOf, schema, tooltip } from './scales.js';

const figure: Figure = {
  metric: 'uselessPollShare',
  scale: 100,
  axisTitle: 'useless polls (%)',
  log: false,
  applies: ({ transport }) => transport.endsWith('polling'),
};

export const uselessPolls: Chart = {
  id: 'useless-polls',
  group: 'Polls',
  name: 'Useless polls',
  question: 'How many polls bring nothing new?',
  answer: (input) =>
    leastOf(input, { metric: 'uselessPollShare', scale: 100, unit: '%', what: 'fewest useless polls' }),
  reading:
    'The vertical tick is what the update rate that came about and the poll interval predict for interval polling: e^(−λT) of the polls find nothing when arrivals are random, max(0, 1 − λT) when they are evenly spaced. Push transports do not poll.',
  spec(input) {
    const measured = measuredPoints(input, figure);
    if (measured.length === 0) return null;
    const values = [...measured, ...predictions(input)];
    const x = { type: 'quantitative', title: figure.axisTitle, scale: { domain: [0, 100] } };
    const looks = looksOf(input, measured);
    const chart = {
      encoding: { y: { field: 'arm', type: 'nominal', sort: looks.order, title: null } },
      layer: [
        ...estimates('x', { axis: x, looks, tooltip: figureTooltip(figure.axisTitle), size: 90 }),
        {
          mark: { type: 'tick', thickness: 2, size: 24, color: 'theme:reference' },
          encoding: {
            x: { ...x, field: 'predicted' },
            tooltip: tooltip({ arm: 'transport', workload: 'workload' }, { predicted: 'useless polls by the law, %' }),
          },
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
