import type { Arm, Claim } from '../harness/model.js';
import {
  armsWith,
  article,
  digits,
  figure,
  intervalOf,
  micros,
  milliseconds,
  sameBut,
  workloadOf,
} from './evidence.js';

const claimedUs = 50;

/**
 * "Latency" is three things, and the article's timer measures the first: how long the server is busy writing an event.
 * How long the event is on its way, and how long a request takes that would have asked for it, are others. A fan-out
 * cannot keep a single figure: the last of N subscribers waits for N − 1 writes.
 */
export const a2: Claim = {
  id: 'A2',
  title: 'An event takes 50 µs, far less than polling',
  says: 'Events are pushed with an average latency of 50 µs, far better than polling can do.',
  source: article,
  claimed: '50 µs on average, far below polling',
  theirMethod:
    'A constant in a handler. The code beside it times the write of each event on the server, and prints every hundredth.',
  ourTest:
    'Time three things apart, at 1 to 1,000 subscribers on an open-loop schedule: the server’s tick until all subscribers are written to, published to received on one clock, and a poll’s request to its response.',
  prediction:
    'One subscriber over loopback comes near 50 µs, a write alone below it. A thousand cannot: each write costs several µs, and the last subscriber waits for all.',
  threshold:
    '50 µs or less on average, the claim’s own figure, for the way of an event at every audience (reproduced) or for one of the readings at some audience (holds there).',
  wouldChange: 'Naming what is timed and for how many subscribers; another machine moves all of it.',
  needs: 'an SSE arm with handover times and service latency',
  experiments: ['audience'],
  timed: true,
  judge(evidence) {
    const arms = armsWith(evidence, ['sse'], ['handoverP50Us', 'serviceLatencyMeanUs', 'serviceLatencyMaxUs'])
      .filter(({ client, subject }) => client === 'raw' && subject === 'uws')
      .filter((arm) => workloadOf(evidence, arm).updates.rateHz === 50)
      .sort((a, b) => workloadOf(evidence, a).subscribers - workloadOf(evidence, b).subscribers);
    const [smallest] = arms;
    if (smallest === undefined) return null;
    const readings = arms.flatMap((arm) => {
      const { subscribers } = workloadOf(evidence, arm);
      return [
        { what: `writing to ${subscribers}`, estimate: figure(arm, 'handoverP50Us'), way: false },
        { what: `on its way to ${subscribers}`, estimate: figure(arm, 'serviceLatencyMeanUs'), way: true },
      ];
    });
    const within = readings.filter(({ estimate }) => estimate.high <= claimedUs);
    const ways = readings.filter(({ way }) => way);
    const polling = armsWith(evidence, ['polling'], ['latencyP50Us', 'responseTimeMeanUs']);
    return {
      outcome: ways.every((reading) => within.includes(reading))
        ? 'reproduced'
        : within.length > 0
          ? 'holds under stated conditions'
          : readings.every(({ estimate }) => estimate.low > claimedUs)
            ? 'contradicted'
            : 'inconclusive',
      value: arms.map((arm) => describe(workloadOf(evidence, arm).subscribers, arm, sameBut(arm, polling))).join('; '),
      interval: intervalOf(figure(smallest, 'serviceLatencyMeanUs'), 'µs'),
      because: `${
        within.length === 0
          ? `none of the readings stays within ${claimedUs} µs for certain`
          : `${within.map(({ what }) => what).join(', ')} ${within.length === 1 ? 'stays' : 'stay'} within ${claimedUs} µs, the other readings do not`
      }. Against a poller that waits for its next turn any of them is small; against the poll’s own request and response they are of one size`,
      conditions: [
        'uWebSockets.js over loopback on this machine, not the article’s framework; the figure in µs is no other’s',
        'published to received; from the intended time the source’s timer adds up to a millisecond, to every transport alike',
        'p99.9 is not given: no arm of one subscriber has a thousand latencies',
      ],
      evidence: arms.flatMap((arm) => [
        arm.key,
        ...(sameBut(arm, polling) === undefined ? [] : [sameBut(arm, polling)?.key ?? '']),
      ]),
    };
  },
};

function describe(subscribers: number, sse: Arm, polling: Arm | undefined): string {
  const at = (id: 'serviceLatencyP50Us' | 'serviceLatencyP90Us' | 'serviceLatencyP99Us' | 'serviceLatencyMaxUs') =>
    digits(sse.metrics[id]?.median ?? Number.NaN);
  const poll =
    polling === undefined
      ? ''
      : `, while a poll takes ${micros(figure(polling, 'responseTimeMeanUs'))} and brings an update ${milliseconds(figure(polling, 'latencyP50Us'))} old`;
  return `${subscribers}: written in ${micros(figure(sse, 'handoverP50Us'))}, on its way ${micros(figure(sse, 'serviceLatencyMeanUs'))} on average (p50 ${at('serviceLatencyP50Us')}, p90 ${at('serviceLatencyP90Us')}, p99 ${at('serviceLatencyP99Us')}, max ${at('serviceLatencyMaxUs')})${poll}`;
}
