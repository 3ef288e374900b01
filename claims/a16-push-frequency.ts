import { type TransportId, transports } from '../contract/transports.js';
import { type Arm, type Claim, type Evidence, formatCount, type Verdict } from '../harness/model.js';
import { article, digits, percent, workloadOf } from './evidence.js';
import {
  busy,
  fewestRates,
  isFull,
  type Knee,
  keptUpShare,
  type Limit,
  type PushSweep,
  pushSweeps,
  type Sign,
  slowerBy,
} from './knee.js';

/** A source with a timer of 1 ms publishes updates one by one up to here. */
const mostFrequent = 1_000;
const asked = ['sse', 'websocket'] as const satisfies readonly TransportId[];

/**
 * Advice without a figure. What can be tested is whether there is a frequency from which it applies, and that is what is
 * looked for; how high it is belongs to an audience, a payload and a machine.
 */
export const a16: Claim = {
  id: 'A16',
  title: 'There is a push rate that is too high',
  says: 'A server should push no more often than makes sense: from some rate on it is too much.',
  source: article,
  claimed: 'advice; from which frequency on is not said',
  theirMethod: 'Given as a recommendation, without a measurement.',
  ourTest:
    'Push to five hundred subscribers ever more often, every update owed, over SSE and WebSocket, and look for the rate from which the server falls behind.',
  prediction:
    'A server sends one update after the other, so it is full when updates × subscribers × the cost of one make a core: with 15 to 20 µs for 4 KiB, at some 100 to 130 updates a second to 500.',
  threshold: `The knee is the lowest rate at which less than ${keptUpShare * 100} % of what is offered is delivered and more than one update is missing, the p99 is over ${slowerBy} times that at the lowest rate, subscribers are dropped or updates lost, in the whole interval. It is the server’s when its core is ${busy.server * 100} % busy, or it drops or loses, and not while the load generator’s is ${busy.generator * 100} % busy and its own has room. One for both transports reproduces the claim; none up to ${mostFrequent.toLocaleString('en')} updates a second contradicts it. Changed after a first run (docs/decisions/0023).`,
  wouldChange: 'A server with cores or coalescing to spare at any rate that a timer can publish at.',
  needs: `SSE or WebSocket arms that differ in their update rate only, at ${fewestRates} rates or more, each update owed`,
  experiments: ['push-rate'],
  // One rate that is too high settles it, whatever else was not measured.
  statement: 'existential',
  timed: true,
  judge(evidence) {
    const found = pushSweeps(evidence);
    if (found.length === 0) return null;
    const knees = found.filter(({ limit }) => limit?.by === 'server');
    const never = found.filter(({ limit }) => limit?.by === 'end of the sweep' && limit.from >= mostFrequent);
    return {
      outcome:
        knees.length === asked.length
          ? 'reproduced'
          : knees.length > 0
            ? 'holds under stated conditions'
            : never.length === asked.length
              ? 'contradicted'
              : 'inconclusive',
      value: found.map(describe).join('; '),
      interval: bracketOf(knees),
      because: asked.map((transport) => because(transport, found)).join('; '),
      conditions: [
        ...(knees.length === asked.length ? [] : knees.map(({ transport }) => `${transports[transport].title} only`)),
        ...found
          .flatMap(({ loads }) => loads.flatMap(({ arm }) => (arm === undefined ? [] : [arm])).slice(0, 1))
          .flatMap((arm) => conditionsOf(evidence, arm))
          .filter((text, i, all) => all.indexOf(text) === i),
      ],
      evidence: found.flatMap((sweep) => judged(sweep).map(({ key }) => key)),
    };
  },
};

/** Up to the first rate that was not kept up with: what lies beyond is overload, and says nothing more. */
function judged({ loads, limit }: PushSweep): Arm[] {
  if (limit === null) return [];
  const kept = limit.by === 'server' ? limit.knee.before : limit.from;
  const past = limit.by === 'server' ? limit.knee.at : (loads.find(({ rateHz }) => rateHz > kept)?.rateHz ?? kept);
  return loads.flatMap(({ rateHz, arm }) => (arm === undefined || rateHz > past ? [] : [arm]));
}

const endsWhere: Readonly<Record<Exclude<Limit['by'], 'server'>, string>> = {
  'load generator': 'the load generator is full',
  neither: 'it falls behind and no core is seen to be full',
  'not measured': 'the next rate has no trial that counts',
  'end of the sweep': 'the sweep ends',
};

function describe({ transport, limit, loads }: PushSweep): string {
  const { title } = transports[transport];
  if (limit === null) return `${title}: its lowest rate was not measured, so nothing says what has grown`;
  if (limit.by !== 'server') return `${title}: no knee up to ${limit.from} updates/s, where ${endsWhere[limit.by]}`;
  const { before, at, arm, signs } = limit.knee;
  const told = `${figures(arm)}: ${signs.join(', ')}`;
  if (before === at) return `${title}: not kept up with at ${at} updates/s, the lowest rate (${told})`;
  const kept = loads.find(({ rateHz }) => rateHz === before)?.arm;
  return `${title}: knee between ${before} and ${at} updates/s (${kept === undefined ? '' : `${figures(kept)}; then `}${told})`;
}

function figures({ metrics, counts }: Arm): string {
  const { achievedPerS, offeredPerS, latencyP99Us, serverCpuShare, generatorCpuShare } = metrics;
  const core = (share: number | undefined) => (share === undefined ? 'not measured' : `${percent(share)} %`);
  return [
    `${percent((achievedPerS?.median ?? 0) / (offeredPerS?.median ?? 1))} % of ${digits(offeredPerS?.median ?? 0)}/s delivered`,
    `p99 ${digits((latencyP99Us?.median ?? 0) / 1000)} ms`,
    `server ${core(serverCpuShare?.median)} and load generator ${core(generatorCpuShare?.median)} of a core`,
    ...(counts.droppedSlow > 0 ? [`${formatCount(counts.droppedSlow)} subscribers dropped`] : []),
  ].join(', ');
}

/** Where all knees lie: above the lowest rate that was still kept up with, at the highest that was not at most. */
function bracketOf(knees: readonly PushSweep[]): Verdict['interval'] {
  const found = knees.flatMap(({ limit }): Knee[] => (limit?.by === 'server' ? [limit.knee] : []));
  if (found.length === 0 || found.some(({ before, at }) => before === at)) return null;
  const low = Math.min(...found.map(({ before }) => before));
  const high = Math.max(...found.map(({ at }) => at));
  return { median: Math.sqrt(low * high), low, high, unit: 'updates/s' };
}

const seen: Readonly<Record<Sign, string>> = {
  'less delivered': 'less arrives than is offered',
  'p99 grown': 'more updates are more waiting',
  'subscribers dropped': 'subscribers that fall behind are dropped',
  'updates lost': 'updates are lost',
};

function because(transport: TransportId, found: readonly PushSweep[]): string {
  const { title } = transports[transport];
  const sweep = found.find((one) => one.transport === transport);
  if (sweep === undefined) return `${title}: no sweep of ${fewestRates} rates in this run`;
  const { limit } = sweep;
  if (limit === null) return `${title}: without its lowest rate there is nothing to compare with`;
  if (limit.by === 'server') {
    const { arm, signs } = limit.knee;
    return `${title}: from there on ${[...(isFull(arm.metrics) ? ['the server’s core is full'] : []), ...signs.map((sign) => seen[sign])].join(', ')}`;
  }
  return {
    'load generator': `${title}: the load generator was full first, so the server’s knee lies at or beyond ${limit.from} updates/s`,
    neither: `${title}: beyond ${limit.from} updates/s it falls behind and no core is seen to be full, which need not be the server’s doing`,
    'not measured': `${title}: the rate after ${limit.from} updates/s has no trial that counts, so what lies beyond is open`,
    'end of the sweep': `${title}: no rate up to ${limit.from} updates/s was too high`,
  }[limit.by];
}

function conditionsOf(evidence: Evidence, arm: Arm): string[] {
  const { subscribers, payloadBytes } = workloadOf(evidence, arm);
  return [
    `${subscribers} subscribers, ${payloadBytes.toLocaleString('en')} B, one server process; each update owed to each`,
    evidence.plan.wire.method === 'namespace'
      ? 'segments as on Ethernet, which the sender’s core pays for'
      : 'loopback of the machine, with segments of up to 64 KiB',
  ];
}
