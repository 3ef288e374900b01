/** Blocks summed up: one row per generator, mode and number of connections, each figure the median of its repeats. */
import { ownGenerator } from '../../contract/qps.js';
import type { Estimate } from '../model.js';
import { median, medianInterval } from '../stats.js';
import type { Block, LatencyFigures, Limit, Measured, Row } from './model.js';

type MeasuredBlock = Block & { readonly measured: Measured };

/** Rows in the order in which their first blocks ran. */
export function sumUp(blocks: readonly Block[], model: Row['model']): Row[] {
  const groups = new Map<string, Block[]>();
  for (const block of blocks) {
    const key = `${block.mode} ${block.generator} ${block.connections}`;
    groups.set(key, [...(groups.get(key) ?? []), block]);
  }
  return [...groups.values()].map((group) => rowOf(group, blocks, model));
}

function rowOf(group: readonly Block[], all: readonly Block[], model: Row['model']): Row {
  const { generator, mode, connections } = group[0] as Block;
  const good = group.filter(isGood);
  const of = (pick: (measured: Measured) => number | null): number[] =>
    good.map(({ measured }) => pick(measured)).filter((value) => value !== null);
  const middle = (pick: (measured: Measured) => number | null): number | null => {
    const values = of(pick);
    return values.length === 0 ? null : median(values);
  };
  const latency = (name: keyof LatencyFigures): number | null => middle((measured) => measured.latency[name]);
  return {
    generator,
    mode,
    connections,
    model: generator === ownGenerator ? model : 'closed',
    blocks: good.length,
    failures: [...new Set(group.map(({ failure }) => failure).filter((failure) => failure !== null))],
    requestsPerS: estimate(of(({ requestsPerS }) => requestsPerS)),
    requestsPerGeneratorCpuS: estimate(of(perGeneratorCpuS)),
    requestsPerServerCpuS: estimate(of(({ requests, serverCpuUs }) => perSecond(requests, serverCpuUs))),
    toOwn: generator === ownGenerator ? null : estimate(ratiosToOwn(good, all)),
    bytesPerResponse: middle(({ bytesPerResponse }) => bytesPerResponse),
    bytesPerRequest: middle(({ bytesPerRequest }) => bytesPerRequest),
    latency: {
      meanUs: latency('meanUs'),
      p50Us: latency('p50Us'),
      p90Us: latency('p90Us'),
      p99Us: latency('p99Us'),
      p999Us: latency('p999Us'),
      maxUs: latency('maxUs'),
    },
    ...errorsOf(group),
    generatorShare: middle(({ generatorShare }) => generatorShare),
    serverShare: middle(({ serverShare }) => serverShare),
    limit: commonest(good.map(({ measured }) => measured.limit)),
    littlesLaw: middle(({ littlesLaw }) => littlesLaw),
  };
}

function isGood(block: Block): block is MeasuredBlock {
  return block.failure === null && block.measured !== null;
}

/** Repeat by repeat: both blocks of a pair saw about the same machine. */
function ratiosToOwn(good: readonly MeasuredBlock[], all: readonly Block[]): number[] {
  return good.flatMap(({ mode, repetition, measured }) => {
    const own = all.find(
      (block) => block.generator === ownGenerator && block.mode === mode && block.repetition === repetition,
    );
    if (own === undefined || !isGood(own)) return [];
    const [ours, theirs] = [perGeneratorCpuS(own.measured), perGeneratorCpuS(measured)];
    return ours === null || theirs === null ? [] : [ours / theirs];
  });
}

function perGeneratorCpuS({ requests, generatorCpuUs }: Measured): number | null {
  return perSecond(requests, generatorCpuUs);
}

function perSecond(requests: number, us: number | null): number | null {
  return us === null || us === 0 ? null : requests / (us / 1e6);
}

function errorsOf(group: readonly Block[]): Pick<Row, 'errors' | 'errorExamples'> {
  const errors: Row['errors'] = {};
  const errorExamples: Row['errorExamples'] = {};
  for (const { measured } of group) {
    for (const [kind, count] of Object.entries(measured?.errors ?? {}) as [keyof Row['errors'], number][])
      errors[kind] = (errors[kind] ?? 0) + count;
    for (const [kind, example] of Object.entries(measured?.errorExamples ?? {}) as [keyof Row['errors'], string][])
      errorExamples[kind] ??= example;
  }
  return { errors, errorExamples };
}

/** The first of those that occur most; `unknown` for none. */
function commonest(limits: readonly Limit[]): Limit {
  const count = (limit: Limit): number => limits.filter((other) => other === limit).length;
  return [...limits].sort((a, b) => count(b) - count(a))[0] ?? 'unknown';
}

function estimate(values: number[]): Estimate | null {
  return values.length === 0 ? null : { median: median(values), ...medianInterval(values), values };
}
