/** What differs between the surroundings of two measurements, as far as it moves times and CPU. */
import type { Plan } from './model.js';

export type Surroundings = Pick<Plan, 'machine' | 'versions' | 'wire' | 'serverCores' | 'generatorCores'>;

/**
 * One sentence a fact; none when nothing that matters differs. The commit of pushlab is no such fact: it is what
 * two runs are compared by.
 */
export function surroundingDifferences(a: Surroundings, b: Surroundings): string[] {
  const [ofA, ofB] = [facts(a), facts(b)];
  return Object.keys(ofA)
    .filter((name) => ofA[name] !== ofB[name])
    .map((name) => `${name} ${String(ofA[name])} against ${String(ofB[name])}`);
}

function facts({ machine, versions, wire, serverCores, generatorCores }: Surroundings): Record<string, unknown> {
  return {
    cpu: machine.cpuModel,
    cores: machine.cores,
    kernel: machine.kernel,
    'congestion control': machine.congestionControl,
    governor: machine.governor,
    turbo: machine.turbo,
    pinning: `${serverCores}/${generatorCores}`,
    network: wire.method,
    Node: versions.node,
    ws: versions.ws,
    'uWebSockets.js': versions.uWebSocketsSha256 ?? versions.uWebSockets,
  };
}
