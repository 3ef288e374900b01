/**
 * The load from which a server falls behind.
 *
 * Below it everything offered is delivered and latency hardly moves; above it more load is only more waiting. By M/D/1
 * (Pollaczek–Khinchine) the time in a queue is five times a service time at nine tenths of what a server can do: so a p99
 * of five times that at the lowest rate means that it is nearly full. Set before the first sweep.
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
  /** Undefined: planned, and without a trial that counts; its load generator was saturated, or it failed. */
  readonly arm: Arm | undefined;
}

export interface Knee {
  /** Highest rate before it, and the first that was not kept up with. */
  readonly before: number;
  readonly at: number;
  readonly arm: Arm;
  readonly signs: readonly ('less delivered' | 'p99 grown' | 'subscribers dropped' | 'updates lost')[];
}

export type Limit =
  | { readonly by: 'server'; readonly knee: Knee }
  | { readonly by: 'load generator' | 'end of the sweep'; readonly from: number };

/** What a sweep ends at, by rising rates; null when its lowest rate was not measured. */
export function limitOf(loads: readonly Load[]): Limit | null {
  const [lowest] = loads;
  if (lowest?.arm === undefined) return null;
  for (const [i, { rateHz, arm }] of loads.entries()) {
    const before = loads[i - 1]?.rateHz ?? rateHz;
    if (arm === undefined) return { by: 'load generator', from: before };
    const signs = signsOf(arm, lowest.arm);
    if (signs.length === 0) continue;
    if (isGenerators(arm)) return { by: 'load generator', from: before };
    return { by: 'server', knee: { before, at: rateHz, arm, signs } };
  }
  return { by: 'end of the sweep', from: (loads.at(-1) ?? lowest).rateHz };
}

function signsOf({ metrics, counts, trials }: Arm, lowest: Arm): Knee['signs'] {
  const { achievedPerS, offeredPerS, latencyP99Us, lostShare } = metrics;
  const base = lowest.metrics.latencyP99Us;
  return [
    ...(isLess(achievedPerS, offeredPerS) ? (['less delivered'] as const) : []),
    ...(latencyP99Us !== undefined && base !== undefined && latencyP99Us.low > slowerBy * base.median
      ? (['p99 grown'] as const)
      : []),
    // In one trial alone a neighbour on the machine is enough for that.
    ...(counts.droppedSlow >= trials ? (['subscribers dropped'] as const) : []),
    ...((lostShare?.low ?? 0) > 0 ? (['updates lost'] as const) : []),
  ];
}

function isLess(achieved: Estimate | undefined, offered: Estimate | undefined): boolean {
  return achieved !== undefined && offered !== undefined && achieved.high < keptUpShare * offered.median;
}

/** Its core was busy and the server’s was not: what is late is late there. */
function isGenerators({ metrics: { generatorCpuShare, serverCpuShare } }: Arm): boolean {
  if (generatorCpuShare === undefined || serverCpuShare === undefined) return false;
  return generatorCpuShare.median >= busy.generator && serverCpuShare.median < busy.server;
}

export interface PushSweep {
  readonly transport: TransportId;
  readonly loads: readonly Load[];
  readonly limit: Limit;
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
  const left = evidence.summary.arms
    .filter((arm) => arm.trials === 0 && arm.transport === transport && arm.subject === first.arm.subject)
    .map((arm) => ({ arm, workload: workloadOf(evidence, arm) }));
  const all = rateSweep([...sweep, ...left], ({ arm }) => arm.subject);
  if (all.length < fewestRates) return [];
  const loads = all.map(({ arm, workload }) => ({
    rateHz: workload.updates.rateHz,
    arm: arm.trials === 0 ? undefined : arm,
  }));
  const limit = limitOf(loads);
  return limit === null ? [] : [{ transport, loads, limit }];
}
