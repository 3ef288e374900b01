/**
 * Whether the server lets go of connections that vanish: a few rounds of `pushlab churn`, of event streams, which
 * are what the article speaks of.
 */
import { type ChurnOptions, churnTable, churnWays, runChurn } from '../churn.js';
import { NetNamespace, whyNoWire } from '../meters/wire.js';
import { type ChurnRound, methodVersion } from '../model.js';
import { placesOf } from '../places.js';
import type { Probe } from './probe.js';

/** Three are the fewest from which a slope of memory can be told (claim A17); nine rounds of 1,000 left it unknown by kilobytes. */
const cycles = 5;
/**
 * A heap that is collected moves by some megabytes between rounds; half of what an open connection takes, 500 B, is 3 MB
 * over six rounds of 1,000, and 5 MB over the ten that the slope is taken from.
 */
const connections = 1000;
const transports = ['sse'] as const;

export const churn: Probe<'churn'> = {
  id: 'churn',
  // A silent peer takes some 3 s to be given up, in each cycle of each transport; other rounds a second.
  expectedMs: (thinned) => (thinned ? null : 20_000),
  async measure({ plan, signal, abort, say }) {
    const why = plan.wire.method === 'namespace' ? whyNoWire() : plan.wire.why;
    if (why !== null) say(`nobody vanishes silently: ${why}`);
    const network = why === null ? NetNamespace.create('churn') : null;
    const remove = () => network?.remove();
    // Also when this process has to leave at once.
    process.once('exit', remove);
    const common: Omit<ChurnOptions, 'transport'> = {
      ways: churnWays(network),
      cycles,
      connections,
      places: placesOf(plan, network),
      network,
      seed: plan.seed,
      abort,
    };
    const rounds: ChurnRound[] = [];
    try {
      for (const transport of transports) {
        signal.throwIfAborted();
        rounds.push(...(await runChurn({ ...common, transport })));
        say(`${transport}: ${rounds.filter((round) => round.transport === transport).length} rounds`);
      }
    } finally {
      remove();
      process.off('exit', remove);
    }
    return { methodVersion, runId: plan.runId, connections, ...churnTable(rounds) };
  },
};
