import type { TopLevelSpec } from 'vega-lite';
import { armTitle, formatNumber, formatPoint, type ReportInput, round, workloadOf } from '../data.js';
import type { Chart } from './chart.js';
import { metricsTable } from './figure.js';
import { estimates } from './marks.js';
import { looksOf, quantity, schema, tooltip } from './scales.js';

interface Spread {
  readonly arm: string;
  readonly subscribers: number;
  readonly median: number;
  readonly low: number;
  readonly high: number;
  readonly shown: string;
}

export const spread: Chart = {
  id: 'spread',
  group: 'Audience and load',
  name: 'First to last subscriber',
  question: 'How long after the first subscriber does the last one get an update?',
  answer(input) {
    const found = spreads(input);
    const most = found.at(-1);
    return most === undefined
      ? null
      : `With ${most.arm} the last of ${most.subscribers.toLocaleString('en')} subscribers has it ${formatNumber(most.median)} ms after the first, ${formatNumber((most.median / most.subscribers) * 1000)} µs for each.`;
  },
  reading:
    'An update is written to one subscriber after the other, so somebody is last. To the right how many there are, upwards the time from the first that has it to the last, both logarithmic, with the interval over repetitions; only of trials whose window holds one single update.',
  concerns: (input) => new Set(spreads(input).map(({ subscribers }) => subscribers)).size > 1,
  spec(input) {
    const values = spreads(input);
    if (values.length === 0) return null;
    const x = { field: 'subscribers', ...quantity('subscribers', true) };
    return {
      $schema: schema,
      data: { values },
      width: 'container',
      height: 260,
      layer: estimates('y', {
        axis: quantity('first to last (ms)', true),
        looks: looksOf(input, values, true),
        at: { x },
        tooltip: tooltip({ arm: 'transport', shown: 'first to last, ms' }, { subscribers: 'subscribers' }),
      }),
    } as unknown as TopLevelSpec;
  },
  describe: (input) =>
    `From the first subscriber to the last, in ms: ${
      spreads(input)
        .map((one) => `${one.arm}, ${one.subscribers.toLocaleString('en')} subscribers ${formatPoint(one)}`)
        .join('; ') || 'not measured'
    }`,
  table: (input) => metricsTable(input, [['first to last, ms', 'spreadUs', 1e-3]]),
};

function spreads({ plan, summary }: ReportInput): Spread[] {
  return summary.arms
    .flatMap((arm): Spread[] => {
      const value = arm.metrics.spreadUs;
      const { subscribers } = workloadOf(plan, arm);
      if (value === undefined || value.low <= 0 || subscribers < 2) return [];
      const ms = (us: number) => round(us / 1000);
      const estimate = { median: ms(value.median), low: ms(value.low), high: ms(value.high) };
      return [{ arm: armTitle(arm, summary), subscribers, ...estimate, shown: formatPoint(estimate) }];
    })
    .sort((a, b) => a.subscribers - b.subscribers);
}
