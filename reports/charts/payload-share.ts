import type { TopLevelSpec } from 'vega-lite';
import { crossing } from '../../claims/evidence.js';
import { transports } from '../../contract/transports.js';
import type { Arm, Estimate } from '../../harness/model.js';
import { armTitle, formatNumber, formatPoint, type ReportInput, round, workloadOf } from '../data.js';
import type { Chart } from './chart.js';
import { estimates, having, once } from './marks.js';
import { looksOf, schema, tooltip } from './scales.js';

/** Claim A6, in percent. */
const claimed = 95;

/** What payload is a share of, from the inside out. */
const levels = ['the stream', 'the sockets, both ways', 'the wire, both ways'] as const;
type Level = (typeof levels)[number];

interface Share {
  readonly arm: string;
  readonly level: Level;
  readonly payloadBytes: number;
  readonly median: number;
  readonly low: number;
  readonly high: number;
  readonly shown: string;
}

export const payloadShare: Chart = {
  id: 'payload-share',
  group: 'Bytes',
  name: 'Share of payload',
  question: 'How much of a stream, and of all that it causes, is payload?',
  answer(input) {
    const found = shares(input);
    if (found.length === 0) return null;
    const arms = [...new Set(found.map(({ arm }) => arm))];
    // Of one size alone nobody can say from which size on.
    const swept = arms.filter(
      (arm) => new Set(found.flatMap((one) => (one.arm === arm ? [one.payloadBytes] : []))).size > 1,
    );
    const told = (swept.length > 0 ? swept : arms).map((arm) => `${arm} ${tell(found, arm)}`);
    return `${claimed} % of bytes are payload: ${told.join('; ')}.`;
  },
  reading:
    'Of all bytes, those that are updates, at three levels: what comes down an open stream, everything on its sockets in both directions, and every packet with its TCP/IP headers and acknowledgements. To the right the size of one update, logarithmic. The line across is the 95 % that claim A6 takes for a property of SSE; a diamond marks where a curve reaches it, between two measured sizes and straight on these axes. With o bytes around each update that is at 19 · o.',
  concerns: ({ plan, summary }) =>
    new Set(streams(summary.arms).map((arm) => workloadOf(plan, arm).payloadBytes)).size > 1,
  spec(input) {
    const values = shares(input);
    if (values.length === 0) return null;
    const looks = looksOf(input, values, true);
    const { color } = looks;
    const x = { field: 'payloadBytes', type: 'quantitative', title: 'payload (bytes)', scale: { type: 'log' } };
    const y = { type: 'quantitative', title: 'payload (% of bytes)', scale: { domain: [0, 100] } };
    const level = {
      field: 'level',
      type: 'nominal',
      title: 'of',
      scale: {
        domain: [...levels],
        range: [
          [1, 0],
          [6, 3],
          [1, 3],
        ],
      },
    };
    return {
      $schema: schema,
      data: { values: [...values, ...reached(values)] },
      width: 'container',
      height: 280,
      layer: [
        {
          ...once,
          mark: { type: 'rule', strokeDash: [4, 3], color: 'theme:reference' },
          encoding: { y: { ...y, datum: claimed }, tooltip: { value: `claim A6: ${claimed} %` } },
        },
        {
          ...having('median'),
          mark: { type: 'line', strokeWidth: 2, opacity: 0.7 },
          encoding: {
            x,
            y: { ...y, field: 'median' },
            color,
            strokeDash: level,
            tooltip: tooltip({ arm: 'transport', level: 'of' }),
          },
        },
        ...estimates('y', {
          axis: y,
          looks,
          at: { x },
          tooltip: tooltip(
            { arm: 'transport', level: 'of', shown: 'payload, % of bytes' },
            { payloadBytes: 'payload, bytes' },
          ),
        }),
        {
          ...having('reached'),
          mark: { type: 'point', shape: 'diamond', size: 130, strokeWidth: 2, filled: false },
          encoding: {
            x,
            y: { ...y, field: 'reached' },
            color,
            tooltip: tooltip(
              { arm: 'transport', level: 'of' },
              { reached: 'payload, % of bytes', payloadBytes: 'reached at, bytes' },
            ),
          },
        },
      ],
    } as unknown as TopLevelSpec;
  },
  describe: (input) =>
    `Payload in percent of bytes: ${shares(input)
      .map(
        (share) =>
          `${share.arm} at ${share.payloadBytes.toLocaleString('en')} B ${formatPoint(share)} of ${share.level}`,
      )
      .join('; ')}`,
  table(input) {
    const found = shares(input);
    return {
      head: ['payload, B', 'transport', ...levels.map((level) => `payload, % of ${level}`), 'framing per update, B'],
      rows: sizes(input).map((arm) => {
        const { payloadBytes } = workloadOf(input.plan, arm);
        const title = armTitle(arm, input.summary);
        return [
          payloadBytes.toLocaleString('en'),
          title,
          ...levels.map((level) => {
            const one = found.find(
              (share) => share.arm === title && share.payloadBytes === payloadBytes && share.level === level,
            );
            return one === undefined ? 'not measured' : formatPoint(one);
          }),
          formatPoint(shown(arm.metrics.downFramingBytesPerUpdate, 1)),
        ];
      }),
    };
  },
};

/** From which payload on, at each level: as measured, without reading between sizes. */
function tell(found: readonly Share[], arm: string): string {
  const own = found.filter((share) => share.arm === arm);
  return levels
    .flatMap((level) => {
      const there = own.filter((share) => share.level === level);
      if (there.length === 0) return [];
      const from = there.find(({ low }) => low >= claimed);
      const most = Math.max(...there.map(({ median }) => median));
      return [
        from === undefined
          ? `at no size measured of ${level} (at most ${formatNumber(most)} %)`
          : `from ${from.payloadBytes.toLocaleString('en')} B on of ${level}`,
      ];
    })
    .join(', ');
}

/** Where each curve meets the claim. */
function reached(values: readonly Share[]): Record<string, unknown>[] {
  const curves = new Map<string, Share[]>();
  for (const share of values)
    curves.set(`${share.arm}/${share.level}`, [...(curves.get(`${share.arm}/${share.level}`) ?? []), share]);
  return [...curves.values()].flatMap((curve) => {
    const at = crossing(
      curve.map(({ payloadBytes, median }): [number, number] => [payloadBytes, median]),
      claimed,
    );
    const [first] = curve;
    return at === null || first === undefined
      ? []
      : [{ arm: first.arm, level: first.level, payloadBytes: round(at), reached: claimed }];
  });
}

/**
 * Push transports that nothing disturbed, one of each size: bytes do not vary between workloads of one payload. But for those of
 * bursts, whose updates share packets.
 */
function sizes(input: ReportInput): Arm[] {
  const found = new Map<string, Arm>();
  for (const arm of streams(input.summary.arms)) {
    const { payloadBytes, updates, faults = [], proxy = 'none' } = workloadOf(input.plan, arm);
    const key = `${armTitle(arm, input.summary)}/${payloadBytes}`;
    const isPlain = faults.length === 0 && proxy === 'none' && updates.arrival !== 'bursts';
    if (isPlain && arm.metrics.downPayloadShare !== undefined && !found.has(key)) found.set(key, arm);
  }
  return [...found.values()].sort(
    (a, b) => workloadOf(input.plan, a).payloadBytes - workloadOf(input.plan, b).payloadBytes,
  );
}

function streams(arms: readonly Arm[]): Arm[] {
  return arms.filter(({ transport }) => transports[transport].direction === 'push');
}

function shares(input: ReportInput): Share[] {
  return sizes(input).flatMap((arm) => {
    const { payloadBytes } = workloadOf(input.plan, arm);
    const { downPayloadShare, bytesPerUpdate, wireDownBytesPerUpdate: down, wireUpBytesPerUpdate: up } = arm.metrics;
    const of = (level: Level, share: Omit<Estimate, 'values'> | null): Share[] => {
      const { median, low, high } = shown(share ?? undefined, 100);
      return median === null || low === null || high === null
        ? []
        : [
            {
              arm: armTitle(arm, input.summary),
              level,
              payloadBytes,
              median,
              low,
              high,
              shown: formatPoint({ median, low, high }),
            },
          ];
    };
    // The more bytes, the smaller a share: ends of the intervals change places.
    const among = (bytes: Omit<Estimate, 'values'>) => ({
      median: payloadBytes / bytes.median,
      low: payloadBytes / bytes.high,
      high: payloadBytes / bytes.low,
    });
    return [
      ...of('the stream', downPayloadShare ?? null),
      ...of('the sockets, both ways', bytesPerUpdate === undefined ? null : among(bytesPerUpdate)),
      ...of(
        'the wire, both ways',
        down === undefined || up === undefined
          ? null
          : among({ median: down.median + up.median, low: down.low + up.low, high: down.high + up.high }),
      ),
    ];
  });
}

function shown(estimate: Omit<Estimate, 'values'> | undefined, scale: number) {
  const at = (value: number | undefined) => (value === undefined ? null : round(value * scale));
  return { median: at(estimate?.median), low: at(estimate?.low), high: at(estimate?.high) };
}
