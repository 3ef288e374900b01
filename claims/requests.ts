/** Requests per second as claims read them: which blocks there are, and ratios repeat by repeat. */
import { publishedRequests } from '../contract/published-requests.js';
import type { Estimate, Evidence } from '../harness/model.js';
import { digits, number, spread } from './evidence.js';

type Probes = NonNullable<Evidence['probes']>;
export type Requests = NonNullable<Probes['requests']>;
export type Target = Requests['targets'][number];
type Block = Target['blocks'][number];
type Row = Target['rows'][number];
type Mode = Block['mode'];

/** What is divided: what the article gives, and what it costs the server. */
export type Per = 'second' | 'server CPU second';

/** One generator's blocks of one server in one mode. */
export interface Asked {
  readonly target: Target;
  readonly generator: string;
  readonly mode: Mode;
}

/** Keep-alive ÷ close by wrk of each server in their table, ascending. */
export const theirRatios = Object.values(publishedRequests)
  .map(({ wrkKeepAlive, wrkClose }) => wrkKeepAlive / wrkClose)
  .sort((a, b) => a - b);

/** Fewer repeats of a block are no interval. */
export const fewestPairs = 3;

export function targetOf({ targets }: Requests, subject: string): Target | undefined {
  return targets.find((target) => target.subject === subject);
}

const names: Readonly<Record<string, string>> = { uws: 'uWebSockets.js', node: 'Node', hyperlane: 'Hyperlane' };

export function nameOf({ subject }: Target): string {
  return names[subject] ?? subject;
}

/** Generators with a figure for this server in both modes. */
export function generatorsOf({ rows }: Target): string[] {
  const measured = (generator: string, mode: Mode) =>
    rows.some((row) => row.generator === generator && row.mode === mode && row.requestsPerS !== null);
  return [...new Set(rows.map(({ generator }) => generator))].filter(
    (generator) => measured(generator, 'keep-alive') && measured(generator, 'close'),
  );
}

/** One ÷ other, repeat by repeat; null where fewer than three repeats have both. */
export function ratioOf(one: Asked, other: Asked, per: Per): Estimate | null {
  const others = valuesOf(other, per);
  const values = [...valuesOf(one, per)].flatMap(([repetition, value]) => {
    const divisor = others.get(repetition);
    return divisor === undefined || divisor === 0 ? [] : [value / divisor];
  });
  return values.length < fewestPairs ? null : spread(values);
}

function valuesOf({ target, generator, mode }: Asked, per: Per): Map<number, number> {
  const values = new Map<number, number>();
  for (const block of target.blocks) {
    const { measured, failure, repetition } = block;
    if (block.generator !== generator || block.mode !== mode || measured === null || failure !== null) continue;
    if (per === 'second') values.set(repetition, measured.requestsPerS);
    else if (measured.serverCpuUs !== null) values.set(repetition, measured.requests / (measured.serverCpuUs / 1e6));
  }
  return values;
}

/** Keep-alive ÷ close, by each generator that has it. */
export function keptAlive(target: Target, per: Per): { readonly generator: string; readonly ratio: Estimate }[] {
  return generatorsOf(target).flatMap((generator) => {
    const ratio = ratioOf({ target, generator, mode: 'keep-alive' }, { target, generator, mode: 'close' }, per);
    return ratio === null ? [] : [{ generator, ratio }];
  });
}

/** Inside: every interval wholly. Outside: every one wholly. Else neither can be said. */
export function within(ratios: readonly Estimate[], [least, most]: readonly [number, number]) {
  if (ratios.length === 0) return 'unknown';
  if (ratios.every(({ low, high }) => low >= least && high <= most)) return 'inside';
  return ratios.every(({ low, high }) => high < least || low > most) ? 'outside' : 'unknown';
}

/** What is said by requests per second and by those per second of the server's CPU time alike; else nothing is. */
export function agreed(perCpu: ReturnType<typeof within>, plain: ReturnType<typeof within>): typeof perCpu {
  return perCpu === plain ? perCpu : 'unknown';
}

const limitWords = {
  generator: 'the generator at its limit',
  server: 'the server at its limit',
  both: 'both at their limit',
  neither: 'neither at its limit',
  unknown: 'the limit unknown',
} as const;

/** `pushlab, keep-alive: 61,204 requests/s …, 108 B a response, the server at its limit, Little’s law 1.00`. */
export function describeRow(row: Row): string {
  const { generator, mode, connections, requestsPerS, requestsPerServerCpuS, bytesPerResponse, littlesLaw } = row;
  const name = `${generator}, ${mode}, ${connections} connections`;
  if (requestsPerS === null) return `${name}: ${row.failures[0] ?? 'not measured'}`;
  return [
    `${name}: ${whole(requestsPerS.median)} requests/s (${whole(requestsPerS.low)}–${whole(requestsPerS.high)})`,
    ...(requestsPerServerCpuS === null ? [] : [`${whole(requestsPerServerCpuS.median)} per server CPU second`]),
    ...(bytesPerResponse === null ? [] : [`${digits(bytesPerResponse)} B a response`]),
    limitWords[row.limit],
    ...(littlesLaw === null ? [] : [`Little’s law ${digits(littlesLaw)}`]),
  ].join(', ');
}

/** In a closed loop somebody is always at work: where neither end is full, something else had its core. */
export function disturbed({ blocks }: Target): string[] {
  const good = blocks.filter(({ failure, measured }) => failure === null && measured !== null);
  const idle = good.filter(({ measured }) => measured?.limit === 'neither').length;
  return idle * 2 > good.length
    ? [
        `in ${idle} of ${good.length} blocks neither end was at its limit, so something else used the machine: requests/s are fewer than they could be, and only those per CPU second are the server’s`,
      ]
    : [];
}

/** Generators that were asked for and are not here. */
export function missingTools({ tools }: Requests): string[] {
  const missing = tools.filter(({ path }) => path === null).map(({ id }) => id);
  return missing.length === 0 ? [] : [`not run: ${missing.join(', ')} (not installed, or left out of a thinned run)`];
}

/** `pushlab 5.10 (4.90–5.30), wrk 5.00 (4.80–5.20)`. */
export function byGenerator(found: readonly { readonly generator: string; readonly ratio: Estimate }[]): string {
  return found.length === 0
    ? 'not measured'
    : found.map(({ generator, ratio }) => `${generator} ${number(ratio)}`).join(', ');
}

export function whole(value: number): string {
  return Math.round(value).toLocaleString('en');
}
