/**
 * The load from which a server falls behind.
 *
 * Below it everything offered is delivered and latency hardly moves; above it more load is only more waiting. By M/D/1
 * (Pollaczek–Khinchine) the time in a queue is five times a service time at nine tenths of what a server can do: so a p99
 * of five times that at the lowest rate means that something is nearly full. Set before the first sweep. What is full has
 * to show: by the server's own core, or by what it drops or loses (docs/decisions/0023-judges-reviewed.md).
 */
import type { TransportId } from '../contract/transports.js';
import type { Arm, Estimate, Evidence } from '../harness/model.js';
import { armsWith, rateSweep, workloadOf } from './evidence.js';

/** Of what is offered; an open loop that keeps up is within a few percent of it, by the edges of a window. */
export const keptUpShare = 0.95;
export const slowerBy = 5;
/** Of a core. From the first on a load generator is marked, from the second a server counts as full. */
export const busy = { generator: 0.7, server: 0.9 } as const;

/** Two points are a line, and no knee. */
export const fewestRates = 3;

export interface Load {
  readonly rateHz: number;
  readonly windowMs: number;
  /** Undefined: planned, and without a trial that counts; its load generator was saturated, or it failed. */
  readonly arm: Arm | undefined;
}

export type Sign = 'less delivered' | 'p99 grown' | 'subscribers dropped' | 'updates lost';

export interface Knee {
  /** Highest rate before it, and the first that was not kept up with. */
  readonly before: number;
  readonly at: number;
  readonly arm: Arm;
  readonly signs: readonly Sign[];
}

/** `neither`: it falls behind, and no core is seen to be busy enough to be what holds it up. */
export type Limit =
  | { readonly by: 'server'; readonly knee: Knee }
  | { readonly by: 'load generator' | 'neither' | 'not measured' | 'end of the sweep'; readonly from: number };

/** What a sweep ends at, by rising rates; null when its lowest rate was not measured: nothing says from what a p99 has grown. */
export function limitOf(loads: readonly Load[]): Limit | null {
  const [lowest] = loads;
  if (lowest?.arm === undefined) return null;
  for (const [i, { rateHz, windowMs, arm }] of loads.entries()) {
    const before = loads[i - 1]?.rateHz ?? rateHz;
    if (arm === undefined) return { by: 'not measured', from: before };
    const signs = signsOf(arm, lowest.arm, (rateHz * windowMs) / 1000);
    if (signs.length === 0) continue;
    if (isGenerators(arm)) return { by: 'load generator', from: before };
    if (!isServers(arm, signs)) return { by: 'neither', from: before };
    return { by: 'server', knee: { before, at: rateHz, arm, signs } };
  }
  return { by: 'end of the sweep', from: (loads.at(-1) ?? lowest).rateHz };
}

/** @param updates of the window, to each subscriber */
function signsOf({ metrics, counts, trials }: Arm, lowest: Arm, updates: number): Knee['signs'] {
  const { achievedPerS, offeredPerS, latencyP99Us, lostShare } = metrics;
  const base = lowest.metrics.latencyP99Us;
  return [
    ...(isLess(achievedPerS, offeredPerS, updates) ? (['less delivered'] as const) : []),
    ...(latencyP99Us !== undefined && base !== undefined && latencyP99Us.low > slowerBy * base.high
      ? (['p99 grown'] as const)
      : []),
    // In one trial alone a neighbour on the machine is enough for that.
    ...(counts.droppedSlow >= trials ? (['subscribers dropped'] as const) : []),
    ...((lostShare?.low ?? 0) > 0 ? (['updates lost'] as const) : []),
  ];
}

/** By more than one update to all, which falls on either side of an edge of the window: of ten it is a tenth. */
function isLess(achieved: Estimate | undefined, offered: Estimate | undefined, updates: number): boolean {
  if (achieved === undefined || offered === undefined) return false;
  return achieved.high < keptUpShare * offered.median && achieved.high < offered.median * (1 - 1 / updates);
}

/** Its core was busy and the server’s was not: what is late is late there. */
function isGenerators({ metrics: { generatorCpuShare, serverCpuShare } }: Arm): boolean {
  if (generatorCpuShare === undefined || serverCpuShare === undefined) return false;
  return generatorCpuShare.median >= busy.generator && serverCpuShare.median < busy.server;
}

/** Its core was busy, or it dropped or lost something. Growing times alone may be anybody's. */
function isServers({ metrics }: Arm, signs: readonly Sign[]): boolean {
  return isFull(metrics) || signs.includes('subscribers dropped') || signs.includes('updates lost');
}

export function isFull({ serverCpuShare }: Arm['metrics']): boolean {
  return serverCpuShare !== undefined && serverCpuShare.median >= busy.server;
}

/** What an arm says of a server below saturation: its core has room, and what is offered is delivered. */
export function keepsUp({ metrics }: Arm): boolean {
  const { achievedPerS, offeredPerS } = metrics;
  if (achievedPerS === undefined || offeredPerS === undefined) return false;
  return !isFull(metrics) && achievedPerS.median >= keptUpShare * offeredPerS.median;
}

export interface PushSweep {
  readonly transport: TransportId;
  readonly loads: readonly Load[];
  /** Null: its lowest rate has no trial that counts. */
  readonly limit: Limit | null;
}

/** One for each transport that has one. */
export function pushSweeps(evidence: Evidence): PushSweep[] {
  return (['sse', 'websocket'] as const).flatMap((transport) => sweepOf(evidence, transport));
}

/** By rising rate, with what was planned and has no trial that counts. */
function sweepOf(evidence: Evidence, transport: TransportId): PushSweep[] {
  const arms = armsWith(evidence, [transport], ['achievedPerS', 'offeredPerS', 'latencyP99Us'])
    .filter((arm) => arm.client === 'raw' && workloadOf(evidence, arm).delivery === 'every')
    .map((arm) => ({ arm, workload: workloadOf(evidence, arm) }));
  const sweep = rateSweep(arms, ({ arm }) => arm.subject);
  const [first] = sweep;
  if (first === undefined) return [];
  const row = (these: typeof sweep) => rateSweep(these, ({ arm }) => arm.subject);
  const left = evidence.summary.arms
    .filter((arm) => arm.trials === 0 && arm.transport === transport && arm.client === 'raw')
    .map((arm) => ({ arm, workload: workloadOf(evidence, arm) }))
    // A longer row of which nothing was measured is another sweep.
    .filter((one) => row([first, one]).length === 2);
  const all = row([...sweep, ...left]);
  if (all.length < fewestRates) return [];
  const loads = all.map(({ arm, workload }) => ({
    rateHz: workload.updates.rateHz,
    windowMs: workload.windowMs,
    arm: arm.trials === 0 ? undefined : arm,
  }));
  return [{ transport, loads, limit: limitOf(loads) }];
}
