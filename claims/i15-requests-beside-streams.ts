import type { Claim, Estimate } from '../harness/model.js';
import { digits, intervalOf, number, percents, spread } from './evidence.js';
import { fewestPairs, whole } from './requests.js';

const theirs = { alonePerS: 11_000, besidePerS: 5_337, streams: 5_000, p95Ms: 120 } as const;
/** How many requests a message of a stream costs: what capacity went for that many messages a second. */
const theirPrice = (theirs.alonePerS - theirs.besidePerS) / theirs.streams;
/** Twice or half of it is another price. */
const alike = 2;

/**
 * Half of the capacity is a matter of how much there was. What travels is the price of a message, in requests: capacity
 * lost ÷ messages a second.
 */
export const i15: Claim = {
  id: 'I15',
  title: '5,000 event streams halve what a server answers: a message costs as much as a request',
  says: 'A small server answers 5,337 requests a second with a p95 of 120 ms beside 5,000 event streams, and about 11,000 a second without them.',
  source: { title: 'rage-rb.dev, SSE Benchmark, 2026-04-09', url: 'https://rage-rb.dev/blog/2026/04/09/sse-benchmark' },
  claimed: `about half of the capacity; a message costs as much as ${digits(theirPrice)} requests; p95 120 ms`,
  theirMethod:
    'k6 for five minutes against two Ruby processes on two cores: each request reads a record from SQLite, each stream sends a message a second and is opened anew after 5 to 10 s.',
  ourTest:
    'Our uWebSockets.js server with 5,000 streams of a message a second and without, in turns: as many requests as it answers, and 5,000 a second on a schedule; and the streams alone, for what they cost.',
  prediction:
    'Far less than half: hello costs microseconds where theirs reads a database, so there is ten times the capacity for the same streams. What a message costs, in requests, should be near theirs: both are a write to a socket and little else.',
  threshold: `Half is half of a machine’s capacity, so judged is the price of a message in requests: (11,000 − 5,337) ÷ 5,000 = ${digits(theirPrice)} there. Within half and twice of it, ${digits(theirPrice / alike)} to ${digits(theirPrice * alike)}, it holds; outside it is another price. Three repeats at least. 120 ms are of their machine: not testable here.`,
  wouldChange: 'Streams that are opened anew every few seconds, or requests that do some work.',
  needs: 'requests beside 5,000 event streams, which a run that is not thinned measures beside its trials',
  timed: true,
  experiments: [],
  probes: ['streams-beside-requests'],
  judge({ probes }) {
    const found = probes?.['streams-beside-requests'];
    if (found == null) return null;
    const { blocks, alone, streams, updatesPerS } = found;
    const at = (held: number, open: boolean) =>
      new Map(
        blocks
          .filter((block) => block.streams === held && (block.rateHz !== null) === open)
          .map((block) => [block.repetition, block]),
      );
    const [without, beside] = [at(0, false), at(streams, false)];
    const prices = alone.flatMap(({ repetition, updates, serverCpuUs }) => {
      const request = without.get(repetition)?.measured;
      if (serverCpuUs === null || updates === 0 || request?.serverCpuUs == null || request.requests === 0) return [];
      return [serverCpuUs / updates / (request.serverCpuUs / request.requests)];
    });
    const left = [...without].flatMap(([repetition, block]) => {
      const other = beside.get(repetition)?.measured.requestsPerS;
      return other === undefined ? [] : [other / block.measured.requestsPerS];
    });
    const price = prices.length < fewestPairs ? null : spread(prices);
    const ratio = left.length < fewestPairs ? null : spread(left);
    const capacity = spreadOf([...without.values()].flatMap(({ measured }) => perCpuSecond(measured)));
    const [least, most] = [theirPrice / alike, theirPrice * alike];
    return {
      outcome:
        price === null
          ? 'inconclusive'
          : price.low >= least && price.high <= most
            ? 'holds under stated conditions'
            : price.high < least || price.low > most
              ? 'contradicted'
              : 'inconclusive',
      value: [
        price === null
          ? 'the price of a message was not measured'
          : `a message costs as much as ${number(price)} requests`,
        ratio === null
          ? 'capacity was not measured'
          : `${percents(ratio)} of the requests remain beside ${whole(streams)} streams`,
        `p95 at ${whole(found.settings.rateHz ?? 0)} requests/s: ${p95(at(streams, true))} beside them, ${p95(at(0, true))} without`,
      ].join('; '),
      interval: price === null ? null : intervalOf(price, 'requests a message'),
      because:
        price === null || capacity === null
          ? 'fewer than three repeats came with the server’s CPU time'
          : `at that price half of what this server can answer, ${whole(capacity.median)} requests in a second of its CPU time, would go for ${whole(capacity.median / 2 / price.median)} messages a second; theirs, with 11,000 to give, went for 5,000`,
      conditions: [
        `streams stay open, with ${digits(updatesPerS)} message a second of ${found.payloadBytes} B, all at one moment; theirs were opened anew every 5 to 10 s`,
        'hello in place of a read from a database; one thread in place of two processes; our own generator, which shares its core with the receivers',
        ...limits([...without.values(), ...beside.values()]),
        `p95 of 120 ms is of their machine and is not judged`,
      ],
      evidence: [],
      probes: ['streams-beside-requests'],
      samples: blocks.length + alone.length,
    };
  },
};

type Blocks = ReadonlyMap<number, { readonly p95Us: number | null }>;

function p95(blocks: Blocks): string {
  const values = [...blocks.values()].flatMap(({ p95Us }) => p95Us ?? []);
  return values.length === 0 ? 'not measured' : `${number(spread(values.map((us) => us / 1000)))} ms`;
}

/** Of the blocks that ask for as much as there is: who could not do more. */
function limits(
  blocks: readonly { readonly streams: number; readonly measured: { readonly limit: string } }[],
): string[] {
  const full = blocks.filter(({ measured }) => measured.limit === 'server' || measured.limit === 'both').length;
  return [
    `the server was at its limit in ${full} of ${blocks.length} blocks that asked for as much as it answers; in the others the requests that remain are what generator and machine allowed, and say little; the price of a message comes from the server’s CPU time`,
  ];
}

function perCpuSecond({ requests, serverCpuUs }: { readonly requests: number; readonly serverCpuUs: number | null }) {
  return serverCpuUs === null || serverCpuUs === 0 ? [] : [requests / (serverCpuUs / 1e6)];
}

function spreadOf(values: readonly number[]): Estimate | null {
  return values.length === 0 ? null : spread(values);
}
