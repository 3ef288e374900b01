import { transports } from '../contract/transports.js';
import type { Arm, Claim, Evidence, Verdict } from '../harness/model.js';
import { article, digits, workloadOf } from './evidence.js';
import { fewestRates, type Knee, keptUpShare, type PushSweep, pushSweeps, slowerBy } from './knee.js';

/** A source with a timer of 1 ms publishes updates one by one up to here. */
const mostFrequent = 1_000;

/**
 * Advice without a figure. What can be tested is whether there is a frequency from which it applies, and that is what is
 * looked for; how high it is belongs to an audience, a payload and a machine.
 */
export const a16: Claim = {
  id: 'A16',
  title: 'Avoid overly frequent updates',
  says: 'Push at a reasonable frequency and avoid updates that are too frequent.',
  source: article,
  claimed: 'advice; from which frequency on is not said',
  theirMethod: 'Given as a recommendation, without a measurement.',
  ourTest:
    'Push to five hundred subscribers ever more often, every update owed, over SSE and WebSocket, and look for the rate from which the server falls behind.',
  prediction:
    'A server sends one update after the other, so it is full when updates × subscribers × the cost of one make a core: with 15 to 20 µs for 4 KiB, at some 100 to 130 updates a second to 500.',
  threshold: `The knee is the lowest rate at which less than ${keptUpShare * 100} % of what is offered is delivered, the p99 is over ${slowerBy} times that at the lowest rate, subscribers are dropped or updates lost, in the whole interval. One for each transport reproduces the claim; none up to ${mostFrequent.toLocaleString('en')} updates a second contradicts it. A knee while the load generator’s core is fuller than the server’s is not the server’s.`,
  wouldChange: 'A server with cores or coalescing to spare at any rate that a timer can publish at.',
  needs: `SSE or WebSocket arms that differ in their update rate only, at ${fewestRates} rates or more, each update owed`,
  experiments: ['push-rate'],
  timed: true,
  judge(evidence) {
    const found = pushSweeps(evidence);
    if (found.length === 0) return null;
    const knees = found.filter(({ limit }) => limit.by === 'server');
    const never = found.filter(({ limit }) => limit.by === 'end of the sweep' && limit.from >= mostFrequent);
    return {
      outcome:
        knees.length === found.length
          ? 'reproduced'
          : knees.length > 0
            ? 'holds under stated conditions'
            : never.length === found.length
              ? 'contradicted'
              : 'inconclusive',
      value: found.map(describe).join('; '),
      interval: bracketOf(knees),
      because: because(knees.length, found),
      conditions: found
        .flatMap(({ loads }) => loads.slice(0, 1))
        .flatMap(({ arm }) => (arm === undefined ? [] : conditionsOf(evidence, arm)))
        .filter((text, i, all) => all.indexOf(text) === i),
      evidence: found.flatMap(({ loads }) => loads.flatMap(({ arm }) => (arm === undefined ? [] : [arm.key]))),
    };
  },
};

function describe({ transport, limit, loads }: PushSweep): string {
  const { title } = transports[transport];
  if (limit.by !== 'server')
    return `${title}: no knee up to ${limit.from} updates/s, where ${limit.by === 'load generator' ? 'the load generator is full' : 'the sweep ends'}`;
  const { before, at, arm, signs } = limit.knee;
  const kept = loads.find(({ rateHz }) => rateHz === before)?.arm;
  return `${title}: knee between ${before} and ${at} updates/s (${kept === undefined || kept === arm ? '' : `${figures(kept)}; then `}${figures(arm)}: ${signs.join(', ')})`;
}

function figures({ metrics, counts }: Arm): string {
  const { achievedPerS, offeredPerS, latencyP99Us, serverCpuShare, generatorCpuShare } = metrics;
  const percent = (share: number | undefined) => (share === undefined ? 'not measured' : `${digits(share * 100)} %`);
  return [
    `${digits(((achievedPerS?.median ?? 0) / (offeredPerS?.median ?? 1)) * 100)} % of ${digits(offeredPerS?.median ?? 0)}/s delivered`,
    `p99 ${digits((latencyP99Us?.median ?? 0) / 1000)} ms`,
    `server ${percent(serverCpuShare?.median)} and load generator ${percent(generatorCpuShare?.median)} of a core`,
    ...(counts.droppedSlow > 0 ? [`${counts.droppedSlow} subscribers dropped`] : []),
  ].join(', ');
}

/** Where all knees lie: above the lowest rate that was still kept up with, at the highest that was not at most. */
function bracketOf(knees: readonly PushSweep[]): Verdict['interval'] {
  const found = knees.flatMap(({ limit }): Knee[] => (limit.by === 'server' ? [limit.knee] : []));
  if (found.length === 0) return null;
  const low = Math.min(...found.map(({ before }) => before));
  const high = Math.max(...found.map(({ at }) => at));
  return { median: Math.sqrt(low * high), low, high, unit: 'updates/s (between these)' };
}

function because(knees: number, found: readonly PushSweep[]): string {
  if (knees === found.length)
    return 'beyond it more updates are only more waiting: the server’s core is full, its buffers grow, and subscribers that fall behind are dropped';
  const full = found.filter(({ limit }) => limit.by === 'load generator').length;
  if (full > 0)
    return `in ${full} of ${found.length} sweeps the load generator was full first, so the server’s knee lies at or beyond the last rate before`;
  return 'no rate of the sweep was too frequent';
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
