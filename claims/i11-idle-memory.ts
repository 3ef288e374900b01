import { type Arm, type Claim, type Evidence, figureOfInterval, type MetricId, type Slope } from '../harness/model.js';
import { digits, intervalOf, withUnit, workloadOf } from './evidence.js';

const claimedKernelBytes = 4 * 1024;
/** Their figures for the process, with Go's defaults and tuned. */
const theirUserKb = { asIs: 27.0, tuned: 10.9 } as const;
/** "About 4 KB" on another kernel: its version and options decide how large a socket's objects are. */
const alike = 1.5;
/** Over fewer connections a slope is mostly the noise of a garbage collector. */
const fewestConnections = 10_000;

/**
 * What a process keeps of a connection is a matter of that process: theirs is written in Go, ours in C++ beneath Node. What
 * the kernel keeps is Linux's in both, so that is judged, and the other stands beside it.
 */
export const i11: Claim = {
  id: 'I11',
  title: 'An idle WebSocket takes about 4 KB of the kernel’s memory',
  says: 'At 200,000 idle WebSockets each takes about 4 KB of kernel slab for its socket, beside what the server’s process keeps of it.',
  source: { title: 'Centrifugal Labs, blog of 2026-08-17', url: 'https://centrifugal.dev/blog' },
  claimed: '≈4 KB of kernel slab a socket',
  theirMethod: '200,000 idle connections to a server in Go; memory of the process and slab divided by connections.',
  ourTest:
    'Hold idle WebSockets at two counts up to 10,000 and draw a line through the kernel’s socket objects, and through what the server process has as its own.',
  prediction: 'The kernel’s part is the same on Linux, some 4 KB a socket. The process’s is a matter of the server.',
  threshold:
    'Within a factor of 1.5 of 4 KB, since "about" and another kernel leave that much; beyond is another figure. What the process keeps is of another server, not testable here and no part of this.',
  wouldChange: 'A kernel with larger socket objects, or buffers of bytes under way, which are pages and not slab.',
  needs:
    'WebSocket arms that differ in their number of subscribers only, up to 10,000, with idle time, and /proc/slabinfo (root)',
  experiments: ['idle-sockets'],
  judge(evidence) {
    const kernelBoth = slopeOf(evidence, 'idleKernelSocketBytes');
    if (kernelBoth === null || Math.max(...kernelBoth.subscribers) < fewestConnections) return null;
    const { median, low, high } = kernelBoth.perSubscriber;
    const kernel = { median: median / 2, low: low / 2, high: high / 2 };
    const user = slopeOf(evidence, 'idleServerAnonymousBytes')?.perSubscriber;
    return {
      outcome:
        kernel.low >= claimedKernelBytes / alike && kernel.high <= claimedKernelBytes * alike
          ? 'reproduced'
          : kernel.high < claimedKernelBytes / alike || kernel.low > claimedKernelBytes * alike
            ? 'contradicted'
            : 'inconclusive',
      value: `kernel ${kilobytes(kernel)} a socket; the process ${user === undefined ? 'not measured' : kilobytes(user)} a connection, theirs ${theirUserKb.asIs} KB, tuned ${theirUserKb.tuned} KB`,
      interval: intervalOf(kernel, 'B of kernel slab a socket'),
      because: `what the kernel keeps of a socket is ${digits(kernel.median / claimedKernelBytes)} times theirs; what a process keeps of a connection is of its server, and is not testable here`,
      conditions: [
        `the kernel’s part only; ${theirUserKb.asIs} KB of their process, ${theirUserKb.tuned} KB when tuned, are not judged`,
        `slope over ${kernelBoth.subscribers.map((n) => n.toLocaleString('en')).join(' and ')} idle connections; theirs are 200,000`,
        `${evidence.plan.machine.kernel}; half of both ends’ slab`,
      ],
      evidence: armsOf(evidence, kernelBoth),
    };
  },
};

function slopeOf({ summary }: Evidence, metric: MetricId): Slope | null {
  return (
    summary.slopes.find(
      (slope) => slope.transport === 'websocket' && slope.metric === metric && slope.subject === 'uws',
    ) ?? null
  );
}

/** The arms of the slope's line. */
function armsOf(evidence: Evidence, { transport, client, subject, subscribers }: Slope): string[] {
  return evidence.summary.arms
    .filter((arm: Arm) => {
      const workload = workloadOf(evidence, arm);
      return (
        arm.transport === transport &&
        arm.client === client &&
        arm.subject === subject &&
        (workload.idleMs ?? 0) > 0 &&
        subscribers.includes(workload.subscribers)
      );
    })
    .map(({ key }) => key);
}

function kilobytes({ median, low, high }: { readonly median: number; readonly low: number; readonly high: number }) {
  return withUnit(figureOfInterval({ median: median / 1024, low: low / 1024, high: high / 1024 }), ' KB');
}
