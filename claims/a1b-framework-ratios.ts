import { publishedRequests as table } from '../contract/published-requests.js';
import type { Claim, Estimate } from '../harness/model.js';
import { article, digits, intervalOf, number } from './evidence.js';
import {
  agreed,
  byGenerator,
  describeRow,
  disturbed,
  generatorsOf,
  keptAlive,
  missingTools,
  nameOf,
  type Per,
  type Requests,
  ratioOf,
  type Target,
  targetOf,
  theirRatios,
  whole,
  within,
} from './requests.js';

const { wrkKeepAlive: nodeKept, wrkClose: nodeClosed } = table['Node std'];
const { wrkKeepAlive: fastKept, wrkClose: fastClosed } = table.Hyperlane;
const theirs = nodeKept / nodeClosed;
/** The next server of their table: a ratio beyond the middle between the two is nearer to that one's. */
const next = theirRatios.find((ratio) => ratio > theirs) as number;
const most = Math.sqrt(theirs * next);
const least = (theirs * theirs) / most;
const faster = Object.entries(table).filter(([name]) => name !== 'Node std');
/** More than twice as many as Node, in Node's share. */
const half = 0.5;
const shares = faster.map(([, { wrkKeepAlive }]) => nodeKept / wrkKeepAlive).sort((a, b) => a - b);
/** wrk starts two threads when it is not told otherwise. */
const wrkThreads = 2;

/** Of the table's seven servers two are judged: Node's own, and Hyperlane where it is built. */
export const a1b: Claim = {
  id: 'A1b',
  title: 'The framework’s table: how many times as fast one server is as another',
  says: 'In the framework’s table of seven servers Hyperlane answers more than twice as many requests as Node’s own http server with connections kept alive, and Node answers about five times as many with them as without.',
  source: article,
  claimed: `Node ÷ Hyperlane ${digits(nodeKept / fastKept)} with keep-alive and ${digits(nodeClosed / fastClosed)} without, by wrk; keep-alive ÷ close of Node ${digits(theirs)}`,
  theirMethod:
    'wrk with 360 connections for 60 s, ab with 1,000, each server by itself on one machine, once. Responses are of 93 to 239 B. Node answers from one thread, as far as is shown; the others from as many as there are. Of a million requests that ab sent to Node with keep-alive, 811,908 failed: that cell is no rate.',
  ourTest:
    'Node’s own http server, Hyperlane where it is built, and ours on uWebSockets.js, each on the same one core, asked in turns by the same generators. uWebSockets.js is not in their table.',
  prediction:
    'Node’s own ratio should travel, as it is the same server. Node ÷ a compiled server depends on which, on how many cores each has, and on whether wrk could ask for more.',
  threshold: `Judged is Node’s keep-alive ÷ close, in requests per second and per second of the server’s CPU time alike: it holds within ${digits(least)} to ${digits(most)}, nearer to their ${digits(theirs)} than to the ${digits(next)} of the next server of their table; contradicted when every generator’s interval lies outside either way. Where Hyperlane is in the run, Node ÷ Hyperlane with keep-alive, counted alike, has to lie below ${half} as well, as more than twice is what is said; at ${half} and above it contradicts. Node ÷ uWebSockets.js decides nothing: that server is another.`,
  wouldChange: 'More cores: Hyperlane takes all there are, Node one.',
  needs: 'requests per second of the subject node in both modes, measured beside the trials',
  timed: true,
  experiments: [],
  probes: ['requests'],
  judge({ probes }) {
    const requests = probes?.requests;
    const node = requests == null ? undefined : targetOf(requests, 'node');
    if (requests == null || node === undefined) return null;
    const uws = targetOf(requests, 'uws');
    const hyperlane = targetOf(requests, 'hyperlane');
    const own = keptAlive(node, 'server CPU second');
    const kept = agreed(...bothWays((per) => keptAlive(node, per), [least, most]));
    const twice =
      hyperlane === undefined
        ? 'inside'
        : agreed(...bothWays((per) => nodeTo(node, hyperlane, 'keep-alive', per), [0, half]));
    const others = [hyperlane, uws].filter((target) => target !== undefined);
    return {
      outcome:
        kept === 'outside' || twice === 'outside'
          ? 'contradicted'
          : kept === 'inside' && twice === 'inside'
            ? 'holds under stated conditions'
            : 'inconclusive',
      value: [
        `keep-alive ÷ close of Node: ${byGenerator(own)}`,
        ...others.map(
          (other) =>
            `Node ÷ ${nameOf(other)}: ${byGenerator(nodeTo(node, other, 'keep-alive', 'server CPU second'))} with keep-alive, ${byGenerator(nodeTo(node, other, 'close', 'server CPU second'))} without`,
        ),
      ]
        .join('; ')
        .concat(', each per server CPU second'),
      interval: own[0] === undefined ? null : intervalOf(own[0].ratio, '× close, per server CPU second'),
      because:
        own.length === 0
          ? 'fewer than three repeats of both modes came with the server’s CPU time'
          : [
              {
                inside: `Node’s ratio is theirs, ${digits(theirs)}`,
                outside: `Node’s ratio is not theirs, ${digits(theirs)}`,
                unknown: `the intervals of Node’s ratio lie across the ends of ${digits(least)} to ${digits(most)}, or generators or the two ways of counting disagree`,
              }[kept],
              ...(hyperlane === undefined
                ? []
                : [
                    {
                      inside: 'on one core Hyperlane too answers more than twice as many as Node',
                      outside: 'on one core Hyperlane answers less than twice as many as Node',
                      unknown: 'whether Hyperlane answers twice as many as Node on one core is not settled',
                    }[twice],
                  ]),
            ].join('; '),
      conditions: [
        `not in this run: ${faster
          .map(([name]) => name)
          .filter((name) => name !== 'Hyperlane' || hyperlane === undefined)
          .join(', ')}`,
        `in their table Node reaches ${digits(shares[0] as number)} to ${digits(shares.at(-1) as number)} of the others with keep-alive; one thread of Node against as many as each of them starts`,
        ...others.map(
          (other) =>
            `in plain requests/s Node ÷ ${nameOf(other)} is ${byGenerator(nodeTo(node, other, 'keep-alive', 'second'))} with keep-alive, ${byGenerator(nodeTo(node, other, 'close', 'second'))} without`,
        ),
        ...ceiling(requests),
        `keep-alive ÷ close of Node in plain requests/s: ${byGenerator(keptAlive(node, 'second'))}`,
        ...bytesApart([node, ...others]),
        ...disturbed(node),
        ...node.rows.map((row) => `node by ${describeRow(row)}`),
        ...missingTools(requests),
      ],
      evidence: [],
      probes: ['requests'],
      samples: node.blocks.length,
    };
  },
};

/** Whether their best rows may be what wrk can ask for, rather than what the servers can answer. */
function ceiling(requests: Requests): string[] {
  const perThread = [table.Hyperlane, table.Tokio]
    .map(({ wrkKeepAlive }) => whole(wrkKeepAlive / wrkThreads))
    .join(' and ');
  const rows = requests.targets.flatMap(({ subject, rows: all }) =>
    all
      .filter(({ generator, mode }) => generator === 'wrk' && mode === 'keep-alive')
      .map((row) => ({ subject, cpu: row.requestsPerGeneratorCpuS, share: row.generatorShare })),
  );
  const seen = rows.flatMap(({ subject, cpu, share }) =>
    cpu === null || share === null
      ? []
      : [
          `${number(rounded(cpu))} thousand per CPU second of its own against ${subject}, at ${digits(share * 100)} % of its core`,
        ],
  );
  return [
    `their two best rows are ${perThread} requests/s for each of wrk’s two threads; whether wrk had more to give is not said there${seen.length === 0 ? '' : `. Here it reached ${seen.join(', ')}`}`,
  ];
}

function rounded({ median, low, high, values }: Estimate): Estimate {
  return { median: median / 1000, low: low / 1000, high: high / 1000, values };
}

function bytesApart(targets: readonly Target[]): string[] {
  const told = targets.flatMap((target) => {
    const bytes = target.rows.find(({ mode }) => mode === 'keep-alive')?.bytesPerResponse;
    return bytes == null ? [] : [`${nameOf(target)} ${digits(bytes)} B`];
  });
  return told.length === 0
    ? []
    : [`a response is as each library makes it: ${told.join(', ')}; theirs Node 149 B, Hyperlane 107 B`];
}

/** Per second of the server's CPU time, and per second. */
function bothWays(
  find: (per: Per) => readonly { readonly ratio: Estimate }[],
  range: readonly [number, number],
): [ReturnType<typeof within>, ReturnType<typeof within>] {
  const judged = (per: Per) =>
    within(
      find(per).map(({ ratio }) => ratio),
      range,
    );
  return [judged('server CPU second'), judged('second')];
}

/** By each generator that has both. */
function nodeTo(node: Target, other: Target, mode: 'keep-alive' | 'close', per: Per) {
  return generatorsOf(node).flatMap((generator) => {
    const ratio = ratioOf({ target: node, generator, mode }, { target: other, generator, mode }, per);
    return ratio === null ? [] : [{ generator, ratio }];
  });
}
