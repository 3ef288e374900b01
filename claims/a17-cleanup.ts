import { transports } from '../contract/transports.js';
import { type ChurnRound, type Claim, figureOfInterval, formatCount } from '../harness/model.js';
import { article, digits, withUnit } from './evidence.js';

/**
 * Set before measuring. An open SSE connection takes about 1,000 B of the server (claim A4): one that is not let go of
 * keeps as much, and a heap that only finds its size moves by less than half of that.
 */
const allowedBytes = 500;
const fewestRounds = 3;

/**
 * The article advises cleaning up behind clients that are gone, lest memory leak. What can be judged is whether this
 * server does: every descriptor closed, and memory that does not grow with the connections that came and went.
 */
export const a17: Claim = {
  id: 'A17',
  title: 'Connections of clients that vanish are cleaned up',
  says: 'A server has to let go of clients soon after they are gone; what it keeps of each adds up.',
  source: article,
  claimed: 'no leak with cleanup',
  theirMethod: 'Advice, without a figure.',
  ourTest:
    'Let connections come, receive and vanish in rounds, by FIN, by reset and silently, and count what the server still has of them: descriptors and memory.',
  prediction: 'FIN and reset are noticed at once; a silent peer only when the kernel gives up sending to it.',
  threshold: `Not one connection left, and less than ${allowedBytes} B kept of each that came and went, its interval included: half of what an open one takes of the process. Three rounds at least, as a heap finds its size in the first.`,
  wouldChange: 'A handler that keeps something of its own for each connection.',
  needs:
    'rounds of connections that vanish, which a run that is not thinned measures beside its trials, or pushlab churn --run',
  experiments: [],
  probes: ['churn'],
  judge({ probes }) {
    const churn = probes?.churn;
    if (churn == null || churn.rounds.length === 0) return null;
    const { rounds, kept } = churn;
    const ways = [...new Set(rounds.map(({ how }) => how))];
    const left = rounds.reduce((sum, round) => sum + round.left, 0);
    const leaking = kept.filter(({ interval }) => interval !== null && interval[0] >= allowedBytes);
    const unknown = kept.filter(({ interval }) => interval === null);
    const restless = kept.filter(({ interval }) => interval !== null && interval[1] >= allowedBytes);
    const cycles = Math.min(
      ...ways.map((how) => new Set(rounds.filter((r) => r.how === how).map((r) => r.cycle)).size),
    );
    const silent = ways.includes('silent');
    return {
      outcome:
        left > 0 || leaking.length > 0
          ? 'contradicted'
          : unknown.length + restless.length > 0 || cycles < fewestRounds
            ? 'inconclusive'
            : silent
              ? 'reproduced'
              : 'holds under stated conditions',
      value: kept
        .map(({ transport, bytesPerConnection, interval }) => {
          const own = rounds.filter((round) => round.transport === transport);
          return `${transports[transport].title}: ${sum(own, 'open').toLocaleString('en')} came and went, ${sum(own, 'left')} still held, ${bytesPerConnection === null ? 'memory not measured' : `${keptOf(bytesPerConnection, interval)} kept of each`}`;
        })
        .join('; '),
      because:
        left > 0
          ? `${formatCount(left)} connections were still open half a minute after their clients were gone`
          : leaking.length > 0
            ? `memory grew by ${allowedBytes} B or more for each connection that came and went`
            : unknown.length > 0 || cycles < fewestRounds
              ? `there are fewer than ${fewestRounds} rounds, or memory was not measured`
              : restless.length > 0
                ? `every connection was closed, but memory moves by more between rounds than a leak of ${allowedBytes} B would move it`
                : `every connection was closed${silent ? `, the silent ones after ${longestSilentS(rounds)} s,` : ''} and memory grew by less than half of what an open one takes`,
      conditions: [
        `${churn.connections.toLocaleString('en')} connections a round, vanishing by ${ways.join(', ')}`,
        ...(silent
          ? ['silent peers are given up by the kernel, here after 3 tries instead of 15 (some 15 minutes)']
          : ['nobody vanished silently']),
        'peers that stay and never read are not among them: what a server buffers for those is not measured here',
      ],
      evidence: [],
      probes: ['churn'],
      samples: rounds.length,
    };
  },
};

function sum(rounds: readonly ChurnRound[], field: 'open' | 'left'): number {
  return rounds.reduce((total, round) => total + round[field], 0);
}

function keptOf(median: number, interval: readonly [number, number] | null): string {
  if (interval === null) return `${digits(median)} B`;
  return withUnit(figureOfInterval({ median, low: interval[0], high: interval[1] }), ' B');
}

function longestSilentS(rounds: readonly ChurnRound[]): string {
  const ms = rounds.filter(({ how }) => how === 'silent').map(({ goneAfterMs }) => goneAfterMs ?? 0);
  return digits(Math.max(...ms) / 1000);
}
