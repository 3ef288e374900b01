/**
 * What each trial of a plan takes on this machine: its own processes and addresses, or the reason why it cannot be run.
 *
 * By trial and not by plan: one workload of 40,000 subscribers must not make every other one share its cores with
 * processes that it has no use for. Who cannot be held here is not tried: a machine out of memory kills processes at
 * random, and what they would have said is worth less than a reason.
 */
import type { TrialArrangement, TrialPlan, Workload } from '../contract/trial.js';
import { type Arrangement, arrange, explainArrangement, type Limits } from './arrange.js';
import type { Cores } from './meters/environment.js';
import { sharingSubjectIds } from './processes.js';
import { restartsOf } from './trial/restart.js';
import { UserError } from './user-error.js';

export type Arranger = (workload: Workload, subject: string) => Pick<TrialPlan, 'arrangement' | 'refused'>;

export interface Machine extends Limits {
  /** What processes may still take; null: unknown, and taken as enough. */
  readonly freeBytes: number | null;
  /** Of so many server processes and client workers. */
  readonly cores: (serverProcesses: number, clientWorkers: number) => Cores;
}

/**
 * Slope over 1,000 to 10,000 event streams, all ends together: 11 KB of kernel for both sockets, 6.3 KB of the load
 * generator, 2 KB of the server (decision 16), and as much again for bytes under way and garbage.
 */
const bytesPerConnection = 40 * 1024;
/** A process before its first connection: Node, ts-node and our code. */
const bytesPerProcess = 150 * 1024 * 1024;
/** Of each kind. With more the machine measures its own scheduler. */
const mostProcesses = 16;
/** Of a loopback network's last byte, .1 to .254. */
const mostAddresses = 254;

/**
 * @param wanted by options; they hold for every trial
 * @param alike connections that every trial has processes for, where its subject can share a port: a process more would be
 *   taken for memory of the connections by whoever compares trials
 * @throws UserError by the arranger, when an option asks for what a workload or subject cannot do
 */
export function arranger(
  machine: Machine,
  wanted: { readonly [K in keyof Arrangement]?: number | undefined },
  alike = 0,
): Arranger {
  return (workload, subject) => {
    const chosen = chooseFor(workload, machine, wanted, sharingSubjectIds.includes(subject) ? alike : 0);
    const { serverProcesses, clientWorkers, addresses } = chosen;
    const alone = whyAlone(workload, subject, chosen);
    if (alone !== null) {
      if ((wanted.serverProcesses ?? 1) > 1 || (wanted.addresses ?? 1) > 1)
        throw new UserError(`${alone}; leave out --server-processes and --addresses, or take fewer subscribers`);
      return { refused: `${alone}, and ${connections(workload)} need more here` };
    }
    const refused = whyTooMany(workload, machine, chosen);
    if (refused !== null) return { refused };
    if (Math.max(serverProcesses, clientWorkers, addresses) === 1) return {};
    return { arrangement: placed(chosen, machine) };
  };
}

/** In words, one line for each number of connections that takes more than one of something. */
export function explainTrials(
  { workloads, trials }: { readonly workloads: readonly Workload[]; readonly trials: readonly TrialPlan[] },
  limits: Limits,
): string[] {
  const lines = trials.flatMap(({ workloadId, arrangement, refused }) => {
    const workload = workloads.find(({ id }) => id === workloadId);
    if (workload === undefined) return [];
    if (refused !== undefined) return [`not run: ${workload.id}: ${refused}`];
    const line = arrangement === undefined ? null : explainArrangement(workload.subscribers, arrangement, limits);
    return line === null ? [] : [line];
  });
  return [...new Set(lines)];
}

function chooseFor(
  { subscribers, crowd = 0 }: Workload,
  machine: Machine,
  wanted: { readonly [K in keyof Arrangement]?: number | undefined },
  alike: number,
): Arrangement {
  const needed = arrange(Math.max(subscribers + crowd, alike), machine);
  return {
    serverProcesses: wanted.serverProcesses ?? needed.serverProcesses,
    clientWorkers: wanted.clientWorkers ?? needed.clientWorkers,
    addresses: wanted.addresses ?? needed.addresses,
  };
}

function placed(arrangement: Arrangement, { cores }: Machine): TrialArrangement {
  const { server, generator } = cores(arrangement.serverProcesses, arrangement.clientWorkers);
  return { ...arrangement, serverCores: server, generatorCores: generator };
}

/** Why it runs in one process on one address only, where it would not; null: it need not, or may. */
function whyAlone(workload: Workload, subject: string, { serverProcesses, addresses }: Arrangement): string | null {
  if (serverProcesses > 1 && restartsOf(workload).length > 0)
    return `workload '${workload.id}' restarts its server, which works with one server process only`;
  if (!sharingSubjectIds.includes(subject) && (serverProcesses > 1 || addresses > 1))
    return `subject '${subject}' runs in one process on one address only`;
  return null;
}

function whyTooMany(
  workload: Workload,
  { descriptors, freeBytes }: Machine,
  { serverProcesses, clientWorkers, addresses }: Arrangement,
): string | null {
  const count = workload.subscribers + (workload.crowd ?? 0);
  const most = Math.max(serverProcesses, clientWorkers);
  if (most > mostProcesses)
    return `${connections(workload)} take ${most} processes at an end, as one may open ${descriptors} files; ${mostProcesses} at most are started (ulimit -Hn, --server-processes, --client-workers)`;
  if (addresses > mostAddresses)
    return `${connections(workload)} take ${addresses} loopback addresses, as there are so few local ports; ${mostAddresses} at most are used`;
  const neededBytes = count * bytesPerConnection + (serverProcesses + clientWorkers) * bytesPerProcess;
  if (freeBytes !== null && neededBytes > freeBytes)
    return `${connections(workload)} take about ${mebibytes(neededBytes)} MiB of memory with both ends, and ${mebibytes(freeBytes)} are free`;
  return null;
}

function connections({ subscribers, crowd = 0 }: Workload): string {
  return `${(subscribers + crowd).toLocaleString('en')} connections`;
}

function mebibytes(bytes: number): string {
  return Math.round(bytes / 2 ** 20).toLocaleString('en');
}
