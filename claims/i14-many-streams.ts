import type { Claim } from '../harness/model.js';
import { armsWith, digits, figure, intervalOf, isClean, number, workloadOf } from './evidence.js';

const asked = { streams: 5_000, rateHz: 10, payloadBytes: 82 } as const;
const offeredPerS = asked.streams * asked.rateHz;
/** An open loop delivers what is offered, or falls behind; the rest are deliveries at the edges of a window. */
const whole = 0.98;
/** From here on a trial is marked: its latencies are the load generator's too. */
const busyShare = 0.7;

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
  threshold:
    '98 % of 50,000 deliveries a second at least, as an open loop either delivers what is offered or falls behind; nothing lost, no reconnect, no error, nobody dropped.',
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
    const generator = arm.metrics.generatorCpuShare;
    const busy = generator !== undefined && generator.high >= busyShare;
    const keptUp = achieved.low >= whole * offeredPerS;
    const fellBehind = achieved.high < whole * offeredPerS || (arm.metrics.lostShare?.low ?? 0) > 0;
    return {
      outcome: keptUp && isClean(arm) ? 'reproduced' : fellBehind && !busy ? 'contradicted' : 'inconclusive',
      value: `${number(achieved)} deliveries/s, ${lost} lost, ${errors} errors, ${reconnects} reconnects, ${droppedSlow} dropped`,
      interval: intervalOf(achieved, 'deliveries/s'),
      because:
        keptUp && isClean(arm)
          ? `everything offered arrived${busy ? ', though the load generator’s core was busy, which only makes it later' : ''}`
          : busy
            ? 'the load generator’s core was busy, so what is missing may be its doing and not the server’s'
            : 'less arrived than was offered, or something went wrong on the way',
      conditions: [
        'loopback, without TLS, one server process',
        ...(generator === undefined ? [] : [`the load generator used ${digits(generator.median * 100)} % of its core`]),
        `latencies, p99 of ${digits((arm.metrics.latencyP99Us?.median ?? 0) / 1000)} ms here, are not claimed`,
      ],
      evidence: [arm.key],
    };
  },
};
