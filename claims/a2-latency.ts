import { type Arm, type Claim, type Estimate, type Evidence, formatCount } from '../harness/model.js';
import {
  armsWith,
  article,
  digits,
  figure,
  intervalOf,
  micros,
  milliseconds,
  number,
  paired,
  sameBut,
  workloadOf,
} from './evidence.js';

const claimedUs = 50;
/** "Far" has no figure; less than ten times as long would not be called so. */
const farTimes = 10;
/** Another figure than the median of trials: all their latencies together, where there are enough. */
const tail = 0.999;
const largeAudience = 10_000;

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
    'Time three things apart, at 1 to 1,000 subscribers on an open-loop schedule: the server’s tick until all subscribers are written to, published to received on one clock, and a poll’s request to its response. How much staler polling leaves its subscribers stands beside them.',
  prediction:
    'One subscriber over loopback comes near 50 µs, a write alone below it. A thousand cannot: each write costs several µs, and the last subscriber waits for all. A poller waits half its interval besides, hundreds of times as long as one subscriber here.',
  threshold: `${claimedUs} µs or less on average, the claim’s own figure, for the way of an event at every audience or for one of the readings at some audience. "Far" has no figure: ${farTimes} times as long by polling, which takes the same way and half an interval of waiting, seen as age of what is held; in the whole interval. Reproduced with both at every audience, contradicted where no reading is within ${claimedUs} µs or polling is nowhere ${farTimes} times as long.`,
  wouldChange:
    'Naming what is timed, for how many subscribers and against which poll interval; another machine moves all of it.',
  needs: 'an SSE arm with handover times and service latency',
  experiments: ['audience'],
  timed: true,
  judge(evidence) {
    const needed = ['handoverMeanUs', 'serviceLatencyMeanUs', 'stalenessMeanUs'] as const;
    const arms = armsWith(evidence, ['sse'], needed)
      .filter(({ client, subject }) => client === 'raw' && subject === 'uws')
      .filter((arm) => workloadOf(evidence, arm).updates.rateHz === 50)
      .sort((a, b) => workloadOf(evidence, a).subscribers - workloadOf(evidence, b).subscribers);
    const [smallest] = arms;
    if (smallest === undefined) return null;
    const readings = arms.flatMap((arm) => readingsOf(evidence, arm));
    const within = readings.filter(({ estimate }) => estimate.high <= claimedUs);
    const beyond = readings.filter(({ estimate }) => estimate.low > claimedUs);
    const everyWay = readings.every((reading) => !reading.way || within.includes(reading));
    const compared = besidePolling(evidence, arms);
    const far = compared.filter(({ times }) => times.low >= farTimes);
    const near = compared.filter(({ times }) => times.high < farTimes);
    const farAtNone = compared.length > 0 && near.length === compared.length;
    return {
      outcome:
        beyond.length === readings.length || farAtNone
          ? 'contradicted'
          : within.length === 0 || (compared.length > 0 && far.length === 0)
            ? 'inconclusive'
            : everyWay && far.length === arms.length
              ? 'reproduced'
              : 'holds under stated conditions',
      value: arms
        .map((arm) =>
          describe(
            workloadOf(evidence, arm).subscribers,
            arm,
            compared.find(({ sse }) => sse === arm),
          ),
        )
        .join('; '),
      interval: intervalOf(figure(smallest, 'serviceLatencyMeanUs'), 'µs'),
      because: [whichWithin(readings, within, beyond), whereFar(compared, far, near)].join('. '),
      conditions: [
        'uWebSockets.js over loopback on this machine, not the article’s framework; the figure in µs is no other’s',
        'published to received; from the intended time the source’s timer adds up to a millisecond, to every transport alike',
        ...intervals(evidence, compared),
        ...(arms.every((arm) => workloadOf(evidence, arm).subscribers < largeAudience)
          ? [`an audience of ${largeAudience.toLocaleString('en')} is not in this run`]
          : []),
        'p99.9 is given only where all trials together have a thousand latencies',
      ],
      evidence: [...arms, ...compared.map(({ polling }) => polling)].map(({ key }) => key),
    };
  },
};

interface Reading {
  readonly what: string;
  readonly estimate: Estimate;
  /** From the server to the subscriber; else within the server. */
  readonly way: boolean;
}

function readingsOf(evidence: Evidence, arm: Arm): Reading[] {
  const { subscribers } = workloadOf(evidence, arm);
  return [
    { what: `writing to ${formatCount(subscribers)}`, estimate: figure(arm, 'handoverMeanUs'), way: false },
    { what: `on its way to ${formatCount(subscribers)}`, estimate: figure(arm, 'serviceLatencyMeanUs'), way: true },
  ];
}

interface Compared {
  readonly subscribers: number;
  readonly sse: Arm;
  readonly polling: Arm;
  /** By how much older on average what a poller holds is, in µs. Its latency would not do: it has only what it got. */
  readonly staler: Estimate;
  /** How many times as long an update takes that has to wait that much besides. */
  readonly times: Omit<Estimate, 'values'>;
}

function besidePolling(evidence: Evidence, arms: readonly Arm[]): Compared[] {
  const pollers = armsWith(evidence, ['polling'], ['stalenessMeanUs', 'responseTimeMeanUs']);
  return arms.flatMap((sse) => {
    const polling = sameBut(sse, pollers);
    if (polling === undefined) return [];
    const staler = paired(polling, sse, 'stalenessMeanUs', (poll, push) => poll - push);
    if (staler === null) return [];
    const way = figure(sse, 'serviceLatencyMeanUs');
    const times = {
      median: 1 + staler.median / way.median,
      low: 1 + staler.low / way.high,
      high: 1 + staler.high / way.low,
    };
    return [{ subscribers: workloadOf(evidence, sse).subscribers, sse, polling, staler, times }];
  });
}

function whichWithin(all: readonly Reading[], within: readonly Reading[], beyond: readonly Reading[]): string {
  const unclear = all.filter((reading) => !within.includes(reading) && !beyond.includes(reading));
  const named = (readings: readonly Reading[]) => readings.map(({ what }) => what).join(', ');
  if (within.length === all.length) return `all readings stay within ${claimedUs} µs on average`;
  if (beyond.length === all.length) return `all readings take more than ${claimedUs} µs on average`;
  return [
    ...(within.length > 0 ? [`within ${claimedUs} µs on average: ${named(within)}`] : []),
    ...(beyond.length > 0 ? [`above it: ${named(beyond)}`] : []),
    ...(unclear.length > 0 ? [`on both sides of ${claimedUs} µs: ${named(unclear)}`] : []),
  ].join('; ');
}

function whereFar(compared: readonly Compared[], far: readonly Compared[], near: readonly Compared[]): string {
  if (compared.length === 0) return 'How much longer polling takes is not in this run';
  const to = (some: readonly Compared[]) => some.map(({ subscribers }) => subscribers).join(', ');
  if (far.length === compared.length)
    return `A polled update takes over ${farTimes} times as long as a pushed one, to ${to(far)} ${far.length === 1 && far[0]?.subscribers === 1 ? 'subscriber' : 'subscribers'}`;
  const unclear = compared.filter((one) => !far.includes(one) && !near.includes(one));
  return [
    `A polled update takes over ${farTimes} times as long as a pushed one to ${far.length === 0 ? 'no audience for certain' : to(far)}`,
    ...(near.length > 0 ? [`less than that to ${to(near)}`] : []),
    ...(unclear.length > 0 ? [`and it is not certain to ${to(unclear)}`] : []),
  ].join(', ');
}

/** What "polling" was: half of its interval is most of the difference. */
function intervals(evidence: Evidence, compared: readonly Compared[]): string[] {
  const ms = [...new Set(compared.map(({ polling }) => workloadOf(evidence, polling).poll.intervalMs))];
  return ms.length === 0 ? [] : [`polled every ${ms.join(' and ')} ms; polling adds about half of that`];
}

function describe(subscribers: number, sse: Arm, compared: Compared | undefined): string {
  const at = (id: 'serviceLatencyP50Us' | 'serviceLatencyP90Us' | 'serviceLatencyP99Us' | 'serviceLatencyMaxUs') =>
    digits(sse.metrics[id]?.median ?? Number.NaN);
  const rare = sse.serviceLatencyQuantiles.find(([quantile]) => quantile === tail);
  const poll =
    compared === undefined
      ? ''
      : `, while a poll takes ${micros(figure(compared.polling, 'responseTimeMeanUs'))} and leaves a subscriber staler by ${milliseconds(compared.staler)}: ${number(compared.times)} times as long`;
  return `${formatCount(subscribers)}: written in ${micros(figure(sse, 'handoverMeanUs'))} on average, on its way ${micros(figure(sse, 'serviceLatencyMeanUs'))} on average (p50 ${at('serviceLatencyP50Us')}, p90 ${at('serviceLatencyP90Us')}, p99 ${at('serviceLatencyP99Us')}, max ${at('serviceLatencyMaxUs')}${rare === undefined ? '' : `; p99.9 of all trials together ${digits(rare[1])}`})${poll}`;
}
