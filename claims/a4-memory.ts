import type { TransportId } from '../contract/transports.js';
import type { Arm, Claim, Evidence, MetricId, Slope } from '../harness/model.js';
import { aConstant, article, digits, workloadOf } from './evidence.js';

/** Set before measuring. The article gives a whole number of KB: what rounds to it agrees. */
const claimedBytes = { low: 3.5 * 1024, high: 4.5 * 1024 } as const;
/** Over fewer connections a slope is mostly the noise of a garbage collector. */
const fewestConnections = 10_000;

interface Range {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/**
 * "4 KB" does not say whose memory. The server process's own and the kernel's are both real, and only their sum is what
 * a connection takes; each is judged, and the verdict says which agrees. A slope over connections, since a process
 * with one connection is mostly itself.
 *
 * Both ends are on one machine and the kernel's memory is measured together: half of it is the server's. The client's
 * socket holds a local port besides (256 B of the pair), so half is a little more than the server's.
 */
export const a4: Claim = {
  id: 'A4',
  title: 'An SSE connection takes 4 KB of the server’s memory',
  says: 'Each connection takes 4 KB of memory.',
  source: article,
  claimed: '4 KB per connection',
  theirMethod: `${aConstant} 4 KB is also the default read buffer of the framework it describes.`,
  ourTest:
    'Hold 100, 2,500 and 10,000 idle event streams and draw a line through what the server process has as its own, and through what the kernel’s sockets take.',
  prediction:
    'About 1.3 KB of the process and 4 to 6 KB of the kernel for both ends of a socket, as a prototype on uWebSockets.js had it.',
  threshold:
    'What rounds to 4 KB, 3.5 to 4.5 KB, since the claim is a whole number; over 10,000 connections at least, as a slope over fewer is mostly a garbage collector’s noise.',
  wouldChange:
    'Whose memory is meant. Buffers of what is under way, TLS and anything a handler keeps for itself come on top.',
  needs:
    'SSE arms that differ in their number of subscribers only, up to 10,000, with idle time, in three repetitions that all of them have',
  experiments: ['ten-thousand'],
  judge(evidence) {
    const user = slopeOf(evidence, 'sse', 'idleServerAnonymousBytes');
    if (user === null || Math.max(...user.subscribers) < fewestConnections) return null;
    const kernelBoth = slopeOf(evidence, 'sse', 'idleKernelSocketBytes');
    const kernel = kernelBoth === null ? null : scaled(kernelBoth.perSubscriber, 0.5);
    const total = kernel === null ? null : plus(user.perSubscriber, kernel);
    const readings: readonly [string, Range | null][] = [
      ['the process and the kernel together', total],
      ['the kernel alone', kernel],
      ['the process alone', user.perSubscriber],
    ];
    const agreeing = readings.filter(([, range]) => range !== null && liesIn(range));
    const possible = readings.filter(([, range]) => range !== null && touches(range));
    return {
      outcome:
        total !== null && liesIn(total)
          ? 'reproduced'
          : agreeing.length > 0
            ? 'holds under stated conditions'
            : possible.length > 0 || (kernel === null && user.perSubscriber.high < claimedBytes.low)
              ? 'inconclusive'
              : 'contradicted',
      value: [
        ...readings.flatMap(([what, range]) => (range === null ? [] : [`${what} ${bytes(range)}`])),
        ...afterUpdate(evidence),
      ].join('; '),
      because: [
        agreeing.length === 0
          ? `none of these rounds to 4 KB${possible.length > 0 ? ' for certain' : ''}`
          : `${agreeing.map(([what]) => what).join(' and ')} ${agreeing.length === 1 ? 'rounds' : 'round'} to 4 KB`,
        ...(kernel === null ? ['the kernel’s memory was not measured, and would come on top'] : []),
      ].join('; '),
      conditions: [
        `slope over ${user.subscribers.map((n) => n.toLocaleString('en')).join(', ')} connections, all idle`,
        'memory of the process’s own (Pss_Anon); slab of the kernel, half of both ends; buffers of bytes under way not included',
      ],
      evidence: armsOf(evidence, user),
    };
  },
};

function slopeOf({ summary }: Evidence, transport: TransportId, metric: MetricId): Slope | null {
  return (
    summary.slopes.find(
      (slope) => slope.transport === transport && slope.metric === metric && slope.subject === 'uws',
    ) ?? null
  );
}

/** The arms of the slope's line: alike in everything but their number of subscribers. */
function armsOf(evidence: Evidence, { transport, client, subject, subscribers }: Slope): string[] {
  const arms = evidence.summary.arms.filter(
    (arm) => arm.transport === transport && arm.client === client && arm.subject === subject,
  );
  const likeness = (arm: Arm) => {
    const { id: _id, title: _title, subscribers: _subscribers, ...rest } = workloadOf(evidence, arm);
    return JSON.stringify(rest);
  };
  for (const first of arms) {
    const alike = arms.filter((arm) => likeness(arm) === likeness(first));
    if (subscribers.every((n) => alike.some((arm) => workloadOf(evidence, arm).subscribers === n)))
      return alike.map(({ key }) => key);
  }
  return [];
}

function afterUpdate(evidence: Evidence): string[] {
  const after = slopeOf(evidence, 'sse', 'serverAnonymousBytes');
  return after === null ? [] : [`the process after one update each ${bytes(after.perSubscriber)}`];
}

function liesIn({ low, high }: Range): boolean {
  return low >= claimedBytes.low && high < claimedBytes.high;
}

function touches({ low, high }: Range): boolean {
  return high >= claimedBytes.low && low < claimedBytes.high;
}

function scaled({ median, low, high }: Range, by: number): Range {
  return { median: median * by, low: low * by, high: high * by };
}

/** Ends added to ends: wider than the sum's own interval, never narrower. */
function plus(a: Range, b: Range): Range {
  return { median: a.median + b.median, low: a.low + b.low, high: a.high + b.high };
}

/** `5,040 B (4,990–5,100)`. */
function bytes({ median, low, high }: Range): string {
  const whole = (value: number) => Math.round(value).toLocaleString('en');
  return `${whole(median)} B (${whole(low)}–${whole(high)}, ${digits(median / 1024)} KB)`;
}
