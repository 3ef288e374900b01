import type { Arm, Claim } from '../harness/model.js';
import { lostAlways, notCarried } from './carried.js';
import { armsWith, digits, figure, intervalOf, isClean, number, workloadOf } from './evidence.js';
import { busy } from './knee.js';

const asked = { streams: 5_000, rateHz: 10, payloadBytes: 82 } as const;
const offeredPerS = asked.streams * asked.rateHz;
/** An open loop delivers what is offered, or falls behind; the rest are the edges of a window. */
const whole = 0.98;

/** An absolute figure, and a modest one: a rate that is kept up with is kept up with on any machine that does. */
export const i14: Claim = {
  id: 'I14',
  title: 'Five thousand SSE streams get ten events a second without an error',
  says: 'A server sends 5,000 SSE connections ten events of 82 B a second each, 50,000 in all, and no error occurs.',
  source: { title: 'Documentation of m-ware’s ESB, load test', url: 'https://esb-docs.m-ware.eu' },
  claimed: '5,000 × 10 events/s × 82 B, no error',
  theirMethod:
    'A load test of their own server, by these figures; on what machine and for how long decides nothing here.',
  ourTest:
    'The same streams, rate and size over loopback, each event owed; count what arrives, what is lost, and errors.',
  prediction: 'About 6 µs of a core for each, so a third of one: it holds.',
  threshold: `Nothing lost, no reconnect, no error, nobody dropped, and at least ${whole * 100} % of 50,000 deliveries a second when one event to all of them is taken off: a window sees whole events, and whether it sees the last one is chance (one of thirty in 3 s is 3.3 %). Less in every trial, or something lost, contradicts nobody: with a load generator at ${busy.generator * 100} % of its core or more it is inconclusive, with room in it not testable here.`,
  wouldChange: 'A network or TLS in between, larger events, or a machine whose cores are several times slower.',
  needs: `an SSE arm of ${asked.streams.toLocaleString('en')} subscribers at ${asked.rateHz} updates/s of ${asked.payloadBytes} B`,
  experiments: ['many-streams'],
  statement: 'existential',
  judge(evidence) {
    const [arm] = armsWith(evidence, ['sse'], ['achievedPerS', 'lostShare']).filter((one) => {
      const { subscribers, updates, payloadBytes } = workloadOf(evidence, one);
      return subscribers >= asked.streams && updates.rateHz === asked.rateHz && payloadBytes === asked.payloadBytes;
    });
    if (arm === undefined) return null;
    const achieved = figure(arm, 'achievedPerS');
    const { lost, reconnects, errors, droppedSlow } = arm.counts;
    const { generatorCpuShare: generator, latencyP99Us: p99 } = arm.metrics;
    const perWindow = (asked.rateHz * workloadOf(evidence, arm).windowMs) / 1000;
    const enoughPerS = whole * offeredPerS * (1 - 1 / perWindow);
    const carried = achieved.low >= enoughPerS && isClean(arm);
    const always = achieved.values.every((perS) => perS < enoughPerS) || lostAlways(arm);
    return {
      ...(carried
        ? {
            outcome: 'reproduced' as const,
            because: `everything offered arrived${isBusy(arm) ? ', though the load generator’s core was busy, which only makes it later' : ''}`,
          }
        : notCarried([arm], always, whatFailed(arm, enoughPerS))),
      value: `${number(achieved)} deliveries/s, ${lost} lost, ${errors} errors, ${reconnects} reconnects, ${droppedSlow} dropped`,
      interval: intervalOf(achieved, 'deliveries/s'),
      conditions: [
        'loopback, without TLS, one server process',
        ...(generator === undefined ? [] : [`the load generator used ${digits(generator.median * 100)} % of its core`]),
        ...(p99 === undefined ? [] : [`latencies, p99 of ${digits(p99.median / 1000)} ms here, are not claimed`]),
      ],
      evidence: [arm.key],
    };
  },
};

function isBusy({ metrics: { generatorCpuShare } }: Arm): boolean {
  return generatorCpuShare !== undefined && generatorCpuShare.high >= busy.generator;
}

function whatFailed(arm: Arm, enoughPerS: number): string {
  return [
    ...(figure(arm, 'achievedPerS').low < enoughPerS ? ['fewer events arrived in time than were offered'] : []),
    ...(isClean(arm) ? [] : ['something was lost, dropped or refused, or had to reconnect']),
  ].join(', and ');
}
