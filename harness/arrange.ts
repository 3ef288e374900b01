/**
 * How many processes and addresses it takes to hold a number of connections on this machine.
 *
 * A process may open so many files and no more, whoever asks; and between one address and one port of a server there are
 * as many connections as there are local ports. Both limits are met here, before the first connection, instead of by
 * the k-th.
 */
import type { TrialArrangement, TrialPlan } from '../contract/trial.js';
import type { Plan } from './model.js';

export interface Limits {
  /** Open files a process may raise itself to (the hard limit); null: unknown, and taken as no limit. */
  readonly descriptors: number | null;
  /** First and last local port for connections; null: unknown. */
  readonly portRange: readonly [number, number] | null;
}

export interface Arrangement {
  readonly serverProcesses: number;
  readonly clientWorkers: number;
  readonly addresses: number;
}

/** What Node, its IPC channel and a listening socket per address hold open besides, with room. */
const ownDescriptors = 128;
/** The kernel deals connections out by a hash: 48,000 over three servers came within 1 % of a third each. */
const unevenness = 1.05;
/**
 * connect(2) looks at every second port first. Once that half is taken, each further connection walks through all of
 * it: 48,000 to one address came to a halt at 38,000 of 64,512 ports, at several ms of kernel time a connection.
 */
const usablePorts = 0.45;

/** The fewest that do. */
export function arrange(connections: number, { descriptors, portRange }: Limits): Arrangement {
  const perProcess = descriptors === null ? Number.POSITIVE_INFINITY : Math.max(1, descriptors - ownDescriptors);
  const ports =
    portRange === null ? Number.POSITIVE_INFINITY : Math.max(1, (portRange[1] - portRange[0] + 1) * usablePorts);
  return {
    serverProcesses: connections <= perProcess ? 1 : Math.ceil((connections * unevenness) / perProcess),
    clientWorkers: Math.max(1, Math.ceil(connections / perProcess)),
    addresses: Math.max(1, Math.ceil(connections / ports)),
  };
}

/** What a trial of a plan takes, said or not. */
export function arrangementOf(
  { serverCores, generatorCores }: Pick<Plan, 'serverCores' | 'generatorCores'>,
  { arrangement }: Pick<TrialPlan, 'arrangement'>,
): TrialArrangement {
  return arrangement ?? { serverProcesses: 1, clientWorkers: 1, addresses: 1, serverCores, generatorCores };
}

/** In words, for who wonders where the processes come from; null when there is nothing to explain. */
export function explainArrangement(connections: number, arrangement: Arrangement, limits: Limits): string | null {
  const { serverProcesses, clientWorkers, addresses } = arrangement;
  const parts: string[] = [];
  const needed = arrange(connections, limits);
  const isForMore = serverProcesses > needed.serverProcesses || clientWorkers > needed.clientWorkers;
  if (serverProcesses > 1 || clientWorkers > 1)
    parts.push(
      `${serverProcesses} server processes and ${clientWorkers} client workers, ${isForMore ? 'more than they need' : `since a process may open ${limits.descriptors} files`}`,
    );
  if (addresses > 1)
    parts.push(
      `${addresses} loopback addresses, ${addresses > needed.addresses ? 'more than they need' : `since there are ${portCount(limits)} local ports`}`,
    );
  return parts.length === 0 ? null : `${connections.toLocaleString('en')} connections: ${parts.join('; ')}`;
}

function portCount({ portRange }: Limits): number {
  return portRange === null ? 0 : portRange[1] - portRange[0] + 1;
}
