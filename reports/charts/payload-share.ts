import type { TopLevelSpec } from 'vega-lite';
import { transports } from '../../contract/transports.js';
import type { Arm, Estimate } from '../../harness/model.js';
import { armTitle, formatNumber, formatPoint, type ReportInput, round, workloadOf } from '../data.js';
import type { Chart } from './chart.js';
import { armColour, armShape, schema } from './shared.js';

/** Claim A6, in percent. */
const claimed = 95;

interface Share {
  readonly arm: string;
  readonly payloadBytes: number;
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

export const payloadShare: Chart = {
  id: 'payload-share',
  question: 'How much of a stream is payload?',
  answer(input) {
    const found = shares(input);
    if (found.length === 0) return null;
    const told = [...new Set(found.map(({ arm }) => arm))].map((arm) => {
      const own = found.filter((share) => share.arm === arm);
      const from = own.find(({ low }) => low >= claimed);
      const most = Math.max(...own.map(({ median }) => median));
      return from === undefined
        ? `${arm} at most ${formatNumber(most)} %`
        : `${arm} ${claimed} % and more from ${from.payloadBytes.toLocaleString('en')} B on`;
    });
    return `Of the payloads measured: ${told.join(', ')}.`;
  },
  reading:
    'Of all bytes that came down an open stream, those that are updates; to the right the size of one update, logarithmic. The line across is the 95 % that claim A6 takes for a property of SSE: with o bytes of framing around each update it is reached from 19 · o on. TCP/IP is not in it.',
  concerns: ({ plan, summary }) =>
    new Set(streams(summary.arms).map((arm) => workloadOf(plan, arm).payloadBytes)).size > 1,
  spec(input) {
    const values = shares(input);
    if (values.length === 0) return null;
    const color = armColour(input, true);
    const x = { field: 'payloadBytes', type: 'quantitative', title: 'payload (bytes)', scale: { type: 'log' } };
    const y = (field: string) => ({
      field,
      type: 'quantitative',
      title: 'payload (% of the stream)',
      scale: { domain: [0, 100] },
    });
    return {
      $schema: schema,
      data: { values },
      width: 'container',
      height: 260,
      layer: [
        {
          mark: { type: 'rule', strokeDash: [4, 3], color: 'theme:reference' },
          encoding: { y: { datum: claimed } },
        },
        {
          mark: { type: 'rule', strokeWidth: 3, opacity: 0.55 },
          encoding: { x, y: y('low'), y2: { field: 'high' }, color },
        },
        { mark: { type: 'line', strokeWidth: 2, opacity: 0.7 }, encoding: { x, y: y('median'), color } },
        {
          mark: { type: 'point', filled: true, size: 60, opacity: 1 },
          encoding: { x, y: y('median'), color, shape: armShape(input, true) },
        },
      ],
    } as unknown as TopLevelSpec;
  },
  describe: (input) =>
    `Payload in percent of the stream: ${shares(input)
      .map((share) => `${share.arm} at ${share.payloadBytes} B ${formatPoint(share)}`)
      .join('; ')}`,
  table: (input) => ({
    head: ['payload, B', 'transport', 'payload, % of the stream', 'framing per update, B'],
    rows: streams(input.summary.arms).map((arm) => [
      workloadOf(input.plan, arm).payloadBytes.toLocaleString('en'),
      armTitle(arm, input.summary),
      formatPoint(shown(arm.metrics.downPayloadShare, 100)),
      formatPoint(shown(arm.metrics.downFramingBytesPerUpdate, 1)),
    ]),
  }),
};

function streams(arms: readonly Arm[]): Arm[] {
  return arms.filter(({ transport }) => transports[transport].direction === 'push');
}

/** One of each size: bytes do not vary between workloads of one payload. */
function shares(input: ReportInput): Share[] {
  const found = new Map<string, Share>();
  for (const arm of streams(input.summary.arms)) {
    const { payloadBytes, faults = [], proxy = 'none' } = workloadOf(input.plan, arm);
    const { median, low, high } = shown(arm.metrics.downPayloadShare, 100);
    const title = armTitle(arm, input.summary);
    if (median === null || low === null || high === null || faults.length > 0 || proxy !== 'none') continue;
    const key = `${title}/${payloadBytes}`;
    if (!found.has(key)) found.set(key, { arm: title, payloadBytes, median, low, high });
  }
  return [...found.values()].sort((a, b) => a.payloadBytes - b.payloadBytes);
}

function shown(estimate: Estimate | undefined, scale: number) {
  const at = (value: number | undefined) => (value === undefined ? null : round(value * scale));
  return { median: at(estimate?.median), low: at(estimate?.low), high: at(estimate?.high) };
}
