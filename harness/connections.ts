/**
 * `pushlab connections` as a suite of its own, and its figures as tables.
 *
 * Memory of a connection is a slope: what a process takes with one connection is mostly itself. So every transport is
 * measured at a tenth, at half and at all of the connections, in trials that are alike in everything else.
 */
import type { TransportId } from '../contract/transports.js';
import type { Workload } from '../contract/trial.js';
import { formatTable } from './columns.js';
import { type Arm, formatCount, type MetricId, type Plan, type Suite, type Summary, suiteSchema } from './model.js';
import { estimated } from './numbers.js';
import { plainTerminal, type Terminal, wrapped } from './terminal.js';

const warmupMs = 500;
const pollIntervalMs = 5_000;

interface ConnectionsShape {
  readonly count: number;
  readonly transports: readonly TransportId[];
  readonly idleMs: number;
  readonly holdMs: number;
  readonly repeats: number;
}

export function connectionsSuite({ count, transports, idleMs, holdMs, repeats }: ConnectionsShape): Suite {
  const counts = [...new Set([count / 10, count / 2, count].map(Math.ceil))];
  return suiteSchema.parse({
    id: 'connections',
    title: `${count.toLocaleString('en')} connections`,
    question: `What do ${count.toLocaleString('en')} connections cost to open and to hold, and does an update reach them all?`,
    repeats,
    arms: counts.map((subscribers) => ({
      workload: heldWorkload({ subscribers, idleMs, windowMs: holdMs }),
      transports: [...transports],
    })),
  });
}

function heldWorkload({
  subscribers,
  idleMs,
  windowMs,
}: Pick<Workload, 'subscribers' | 'windowMs'> & { idleMs: number }): Workload {
  // The source's first update falls inside the window, its second beyond it.
  const firstUpdateMs = warmupMs + windowMs * 0.6;
  return {
    id: `connections-${subscribers}`,
    title: `${subscribers.toLocaleString('en')} connections, ${idleMs / 1000} s idle, then one update to each`,
    subscribers,
    updates: { rateHz: 1000 / firstUpdateMs, arrival: 'periodic', burstSize: 1 },
    payloadBytes: 128,
    poll: { intervalMs: pollIntervalMs, pacing: 'request-start', phase: 'random', connection: 'keep-alive' },
    longPollTimeoutMs: 25_000,
    delivery: 'every',
    idleMs,
    warmupMs,
    windowMs,
    drainMs: 2 * pollIntervalMs,
    sockets: 'auto',
  };
}

/** Every arm's opening, idling and delivery, then what a connection takes in bytes. */
export function formatConnections(plan: Plan, summary: Summary, terminal: Terminal = plainTerminal): string {
  const subscribersOf = (arm: Arm) => plan.workloads.find(({ id }) => id === arm.workloadId)?.subscribers ?? 0;
  const arms = [...summary.arms].sort(
    (a, b) => a.transport.localeCompare(b.transport) || subscribersOf(a) - subscribersOf(b),
  );
  const rows = arms.map((arm) => [
    arm.transport,
    formatCount(subscribersOf(arm)),
    shown(arm, 'openMs', 1e-3),
    shown(arm, 'openedPerS', 1),
    shown(arm, 'idleServerCpuShare', 100),
    shown(arm, 'idleGeneratorCpuShare', 100),
    `${formatCount(arm.counts.delivered)} of ${formatCount(arm.counts.expected)}`,
    formatCount(arm.counts.lost),
    shown(arm, 'spreadUs', 1e-3),
    shown(arm, 'latencyMaxUs', 1e-3),
  ]);
  const head = [
    'transport',
    'connections',
    'all open s',
    'opened/s',
    'idle server %',
    'idle generator %',
    'delivered',
    'lost',
    'first to last ms',
    'last after ms',
  ];
  return `${formatTable([head, ...rows], { terminal, names: 2 })}\n\n${formatMemory(summary, terminal)}`;
}

function formatMemory({ slopes }: Summary, terminal: Terminal): string {
  const transports = [...new Set(slopes.map(({ transport }) => transport))];
  if (transports.length === 0)
    return wrapped('Memory per connection: not measured; it takes two different counts.', terminal);
  const cell = (transport: TransportId, metric: MetricId): string => {
    const slope = slopes.find((one) => one.transport === transport && one.metric === metric);
    return slope === undefined ? 'not measured' : estimated(slope.perSubscriber);
  };
  const columns: readonly [string, MetricId][] = [
    ['server, idle', 'idleServerAnonymousBytes'],
    ['after the update', 'serverAnonymousBytes'],
    ['generator, idle', 'idleGeneratorAnonymousBytes'],
    ['after', 'generatorAnonymousBytes'],
    ['kernel, both ends, idle', 'idleKernelSocketBytes'],
    ['after', 'kernelSocketBytes'],
  ];
  const table = formatTable(
    [
      ['bytes per connection', ...columns.map(([title]) => title)],
      ...transports.map((transport) => [transport, ...columns.map(([, metric]) => cell(transport, metric))]),
    ],
    { terminal },
  );
  const note = `Slopes over ${slopes[0]?.subscribers.map(formatCount).join(', ')} connections: memory of its own (Pss_Anon) of all processes of an end; slab of the kernel.`;
  return `${table}\n${wrapped(note, terminal)}`;
}

function shown(arm: Arm, metric: MetricId, scale: number): string {
  const estimate = arm.metrics[metric];
  return estimate === undefined ? 'not measured' : estimated(estimate, scale);
}
