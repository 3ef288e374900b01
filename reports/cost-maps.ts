/**
 * What a map of costs is made of: which pairs of polling and SSE of a run are comparable, the model fitted to them, and the
 * audience and payload that it is told for.
 */
import { pairsOf } from '../claims/evidence.js';
import type { Workload } from '../contract/trial.js';
import type { Arm, MetricId } from '../harness/model.js';
import {
  type CostModel,
  deliveries,
  everySecond,
  fitCosts,
  type Load,
  polls,
  pollsThatBring,
  type Seen,
  sends,
  type Terms,
  times,
  wakeUps,
} from './cost-model.js';
import type { ReportInput } from './data.js';
import { hullOf, type Place } from './hull.js';

/** Above this the server is about to be full, and what one more poll costs is no longer what the last one did. */
const busiestShare = 0.85;
/** One segment of Ethernet: a larger update is several packets, and another cost. */
const mostPayloadBytes = 1_400;

interface Cost {
  readonly title: string;
  readonly unit: string;
  readonly metrics: readonly MetricId[];
  readonly terms: Terms;
  /** Per second, from the values of the metrics. */
  of(values: readonly number[]): number;
}

const cpu: Cost = {
  title: 'server CPU time',
  unit: 'CPU time',
  metrics: ['serverCpuShare'],
  terms: { polling: [everySecond, wakeUps, polls], sse: [everySecond, wakeUps, sends] },
  of: ([share = 0]) => share,
};
const byteTerms: Terms = {
  polling: [polls, times(polls), pollsThatBring],
  sse: [sends, deliveries, times(deliveries)],
};
const wireBytes: Cost = {
  title: 'bytes on the wire',
  unit: 'bytes',
  metrics: ['wireDownBytesPerUpdate', 'wireUpBytesPerUpdate', 'achievedPerS'],
  terms: byteTerms,
  of: ([down = 0, up = 0, perS = 0]) => (down + up) * perS,
};
const socketBytes: Cost = {
  title: 'bytes of the sockets',
  unit: 'bytes',
  metrics: ['bytesPerUpdate', 'achievedPerS'],
  terms: byteTerms,
  of: ([bytes = 0, perS = 0]) => bytes * perS,
};

/** Of all subscribers together. */
const offeredRate = { metrics: ['offeredPerS'], of: ([perS = 0]: readonly number[]) => perS } as const;

interface Measured {
  readonly workload: string;
  readonly load: Load;
  readonly seen: Seen;
}

export interface CostMap {
  readonly cost: Cost;
  readonly model: CostModel;
  readonly measured: readonly Measured[];
  /** Whose audience and payload the map is drawn for: those of most workloads. */
  readonly at: Load;
}

/** Fitting takes a tenth of a second, and question, answer, drawing, words and table all ask for it. */
const fitted = new WeakMap<ReportInput, CostMap[]>();

export function costMapsOf(input: ReportInput): CostMap[] {
  const maps = fitted.get(input) ?? fitMaps(input);
  fitted.set(input, maps);
  return maps;
}

/** CPU time, and bytes as far out as they were counted. */
function fitMaps(input: ReportInput): CostMap[] {
  const bytes = input.plan.wire.method === 'namespace' ? wireBytes : socketBytes;
  return [cpu, bytes].flatMap((cost): CostMap[] => {
    const measured = measuredOf(input, cost);
    const model = fitCosts(
      measured.map(({ seen }) => seen),
      cost.terms,
    );
    // Each place of the map once, so that the row with the most of them is the best measured one.
    const loads = [...new Map(measured.map(({ load }) => [`${load.rateHz}/${load.intervalMs}`, load])).values()];
    const hull = hullOf(loads.map(placeOf));
    const [first] = loads;
    if (model === null || first === undefined || hull.length < 3) return [];
    const at = {
      ...first,
      arrival: 'poisson' as const,
      subscribers: commonest(loads.map(({ subscribers }) => subscribers)),
      payloadBytes: commonest(loads.map(({ payloadBytes }) => payloadBytes)),
      intervalMs: commonest(loads.map(({ intervalMs }) => intervalMs)),
    };
    return [{ cost, model, measured, at }];
  });
}

/** Where a load stands on the map: along the logarithms of both. */
export function placeOf({ rateHz, intervalMs }: Pick<Load, 'rateHz' | 'intervalMs'>): Place {
  return [Math.log(rateHz), Math.log(intervalMs)];
}

/** Workloads of raw clients and one subject, the one that has most of them. */
function measuredOf({ plan, summary }: ReportInput, cost: Cost): Measured[] {
  const pairs = pairsOf(
    { plan, summary },
    ['polling', 'sse'],
    [...cost.metrics, 'serverCpuShare', 'offeredPerS'],
  ).filter(({ a, b, workload }) => a.client === 'raw' && isPlain(workload) && [a, b].every(isFree));
  if (pairs.length === 0) return [];
  const subject = commonest(pairs.map(({ a }) => a.subject));
  return pairs
    .filter(({ a }) => a.subject === subject)
    .flatMap(({ a, b, workload }): Measured[] => {
      const [polling, sse, offered] = [perRepetition(a, cost), perRepetition(b, cost), perRepetition(b, offeredRate)];
      if (polling === null || sse === null || offered === null) return [];
      const { subscribers, updates, poll, payloadBytes, title } = workload;
      const load: Load = {
        subscribers,
        rateHz: updates.rateHz,
        intervalMs: poll.intervalMs,
        payloadBytes,
        arrival: updates.arrival === 'poisson' ? 'poisson' : 'periodic',
      };
      const repetitions = [...polling].flatMap(([repetition, cost]) => {
        const [other, perS] = [sse.get(repetition), offered.get(repetition)];
        return other === undefined || perS === undefined
          ? []
          : [{ repetition, rateHz: perS / subscribers, polling: cost, sse: other }];
      });
      return [{ workload: title, load, seen: { load, repetitions } }];
    });
}

function isPlain({ updates, delivery, payloadBytes, poll }: Workload): boolean {
  return (
    updates.arrival !== 'bursts' &&
    delivery === 'latest' &&
    payloadBytes <= mostPayloadBytes &&
    poll.connection === 'keep-alive'
  );
}

function isFree({ metrics }: Arm): boolean {
  return (metrics.serverCpuShare?.high ?? 1) < busiestShare;
}

/** Null where a trial lacks one of the metrics: then nobody knows whose value is whose. */
function perRepetition({ metrics, repetitions }: Arm, cost: Pick<Cost, 'metrics' | 'of'>): Map<number, number> | null {
  const values = cost.metrics.map((metric) => metrics[metric]?.values ?? []);
  if (values.some(({ length }) => length !== repetitions.length)) return null;
  return new Map(repetitions.map((repetition, i) => [repetition, cost.of(values.map((own) => own[i] as number))]));
}

/** Of equals the first. */
function commonest<T>(values: readonly T[]): T {
  const count = (value: T) => values.filter((one) => one === value).length;
  return values.reduce((best, value) => (count(value) > count(best) ? value : best));
}
