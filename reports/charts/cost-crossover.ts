import type { TopLevelSpec } from 'vega-lite';
import { crossing, lambdaT, paired, pairsOf, rateSweep } from '../../claims/evidence.js';
import { formatNumber, formatPoint, type ReportInput, round } from '../data.js';
import type { Chart } from './chart.js';
import { estimates, having, once } from './marks.js';
import { quantity, schema, tooltip } from './scales.js';

/** Claim I3: push costs seven times what pull does. */
const claimedRatio = 1 / 7;

interface Ratio {
  readonly lambdaT: number;
  readonly workload: string;
  readonly median: number;
  readonly low: number;
  readonly high: number;
  readonly shown: string;
}

export const costCrossover: Chart = {
  id: 'cost-crossover',
  group: 'Server',
  name: 'Polling or pushing',
  question: 'Who costs the server more, polling or SSE, as updates outpace polls?',
  answer(input) {
    const found = ratios(input);
    const [first, last] = [found[0], found.at(-1)];
    if (first === undefined || last === undefined) return null;
    const even = evenAt(found);
    const ends = `polling takes ${formatNumber(first.median)} times the CPU of SSE at ${formatNumber(first.lambdaT)} updates per poll and ${formatNumber(last.median)} times at ${formatNumber(last.lambdaT)}`;
    return `On this server ${ends}${even === null ? '; they do not cross in between' : `; they cost the same at ${formatPoint(even)}`}.`;
  },
  reading:
    'To the right updates per poll (λT), upwards the server’s CPU time with polling divided by that with SSE under the same updates, both logarithmic, with the interval over repetitions. Above the line at 1 polling costs more, below it SSE does. The lower dashed line is claim I3, push at seven times the cost of pull; diamonds mark where the measured curve meets either line.',
  concerns: (input) => ratios(input).length > 1,
  spec(input) {
    const values = ratios(input);
    if (values.length === 0) return null;
    const marks = [
      { at: evenAt(values)?.median ?? null, ratio: 1, label: 'equal' },
      { at: meets(values, claimedRatio), ratio: claimedRatio, label: '' },
    ].flatMap(({ at, ratio, label }) => (at === null ? [] : [{ lambdaT: round(at), marked: round(ratio), label }]));
    const x = { field: 'lambdaT', ...quantity('updates per poll (λT)', true) };
    const y = quantity('server CPU time, polling ÷ SSE', true);
    const looks = { color: { value: 'theme:polling' }, shape: { value: 'circle' } };
    return {
      $schema: schema,
      data: {
        values: [...values, ...marks, { lambdaT: values[0]?.lambdaT, theirs: round(claimedRatio), label: 'I3' }],
      },
      width: 'container',
      height: 280,
      layer: [
        {
          ...once,
          mark: { type: 'rule', color: 'theme:reference' },
          encoding: { y: { ...y, datum: 1 }, tooltip: { value: 'both cost the same' } },
        },
        {
          ...once,
          mark: { type: 'rule', strokeDash: [4, 3], color: 'theme:reference' },
          encoding: {
            y: { ...y, datum: round(claimedRatio) },
            tooltip: { value: 'claim I3: push costs 7 times as much' },
          },
        },
        {
          ...having('median'),
          mark: { type: 'line', strokeWidth: 2, color: 'theme:polling' },
          encoding: { x, y: { ...y, field: 'median' }, tooltip: { value: 'server CPU time, polling ÷ SSE' } },
        },
        ...estimates('y', {
          axis: y,
          looks,
          at: { x },
          tooltip: tooltip({ workload: 'workload', shown: 'polling ÷ SSE' }, { lambdaT: 'updates per poll (λT)' }),
        }),
        {
          mark: { type: 'text', dy: -8, align: 'left', color: 'theme:reference' },
          encoding: { x, y: { ...y, field: 'theirs' }, text: { field: 'label' } },
        },
        ...(marks.length === 0 ? [] : marked(x, y)),
      ],
    } as unknown as TopLevelSpec;
  },
  describe: (input) =>
    `Server CPU of polling divided by that of SSE: ${
      ratios(input)
        .map((ratio) => `${formatPoint(ratio)} at λT = ${formatNumber(ratio.lambdaT)}`)
        .join('; ') || 'not measured'
    }`,
  table: (input) => ({
    head: ['workload', 'updates per poll (λT)', 'server CPU, polling ÷ SSE'],
    rows: ratios(input).map((ratio) => [ratio.workload, formatNumber(ratio.lambdaT), formatPoint(ratio)]),
  }),
};

/** Of the longest row of workloads that differ in their update rate only, as claims A9 and I3 have it. */
function ratios({ plan, summary }: ReportInput): Ratio[] {
  const pairs = pairsOf({ plan, summary }, ['polling', 'sse'], ['serverCpuShare']).flatMap((pair) => {
    const ratio = paired(pair.a, pair.b, 'serverCpuShare', (polling, sse) => polling / sse, 1);
    return ratio === null || !Number.isFinite(ratio.high) || ratio.low <= 0 ? [] : [{ ...pair, ratio }];
  });
  return rateSweep(pairs, ({ a }) => `${a.client}/${a.subject}`).map(({ workload, ratio: { median, low, high } }) => ({
    lambdaT: round(lambdaT(workload)),
    workload: workload.title,
    median: round(median),
    low: round(low),
    high: round(high),
    shown: formatPoint({ median, low, high }),
  }));
}

/** Where the measured curve meets a line. */
function marked(x: object, axis: object) {
  const y = { ...axis, field: 'marked' };
  const told = tooltip({}, { lambdaT: 'updates per poll (λT)', marked: 'polling ÷ SSE' });
  return [
    {
      mark: { type: 'point', shape: 'diamond', filled: true, size: 130, opacity: 1, color: 'theme:reference' },
      encoding: { x, y, tooltip: told },
    },
    {
      mark: { type: 'text', dy: -12, dx: 8, align: 'left', color: 'theme:reference' },
      encoding: { x, y, text: { field: 'label' }, tooltip: told },
    },
  ];
}

function meets(found: readonly Ratio[], value: number, end: 'median' | 'low' | 'high' = 'median'): number | null {
  return found.length < 2
    ? null
    : crossing(
        found.map((ratio) => [ratio.lambdaT, ratio[end]] as const),
        value,
      );
}

/** Where both cost the same, and where the ends of the interval do; those are null where they do not within what was measured. */
function evenAt(found: readonly Ratio[]) {
  const median = meets(found, 1);
  if (median === null) return null;
  const [low = null, high = null] = [meets(found, 1, 'low'), meets(found, 1, 'high')]
    .filter((end) => end !== null)
    .sort((a, b) => a - b);
  return high === null ? { median, low: null, high: null } : { median, low, high };
}
