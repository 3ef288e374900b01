import type { Arm, Claim, Evidence } from '../harness/model.js';
import { lostAlways, notCarried } from './carried.js';
import { armsWith, digits, isClean, serverProcessesOf, workloadOf } from './evidence.js';

const asked = 40_000;
/** Of the machine they name (t3.micro). */
const theirMemoryBytes = 2 ** 30;

/**
 * How fast their machine is does not travel; that it holds them, and in how much memory, does. Each must also be reached:
 * a connection that nobody writes to may be long gone.
 */
export const i13: Claim = {
  id: 'I13',
  title: 'One small machine holds 40,000 SSE connections',
  says: 'A hub on one instance of two virtual cores and 1 GiB (EC2 t3.micro) holds 40,000 concurrent connections.',
  source: { title: 'Mercure.rocks, Load Test', url: 'https://mercure.rocks/docs/hub/load-test' },
  claimed: '40,000 connections in 1 GiB',
  theirMethod: 'A benchmark of one of its users, as the page says; what was sent over them is not said.',
  ourTest:
    'Open forty thousand event streams over loopback, leave them idle, and send each an update; count who has it, and the memory of server and kernel.',
  prediction: 'Some 2 KB of the server and 4 KB of the kernel for each: a quarter of a GiB, and it holds.',
  threshold:
    'Forty thousand open at one time, one update each at least, not one lost, reconnected, refused or dropped; in no more memory than their whole machine has, 1 GiB for server processes and their half of the kernel’s sockets. A failure here contradicts nobody: with a load generator at 70 % of its core or more it is inconclusive, with room in it and in every trial not testable here.',
  wouldChange: 'More of each connection kept by the server, TLS, or a limit of files or ports below what it takes.',
  needs: `an SSE arm of ${asked.toLocaleString('en')} subscribers or more that was sent an update`,
  experiments: ['forty-thousand'],
  statement: 'existential',
  judge(evidence) {
    const arms = armsWith(evidence, ['sse'], ['lostShare']).filter(
      (arm) => workloadOf(evidence, arm).subscribers >= asked,
    );
    if (arms.length === 0) return null;
    const failed = arms.filter((arm) => !isClean(arm));
    const always = failed.length === arms.length && failed.every(lostAlways);
    const memory = arms.map(memoryBytes);
    const known = memory.filter((bytes) => bytes !== null);
    const fits = known.length === arms.length && known.every((bytes) => bytes <= theirMemoryBytes);
    return {
      ...(failed.length === 0
        ? {
            outcome: fits ? ('reproduced' as const) : ('holds under stated conditions' as const),
            because: `all were open at one time and had every update${fits ? '' : known.length < arms.length ? '; their memory was not measured' : '; in more memory than their machine has'}`,
          }
        : notCarried(
            failed,
            always,
            `in ${failed.length} of ${arms.length} arms something was lost, dropped, refused or had to reconnect`,
          )),
      value: arms.map((arm) => describe(evidence, arm)).join('; '),
      conditions: [
        ...arms.map((arm) => {
          const processes = serverProcessesOf(evidence, arm);
          return processes === 1
            ? 'one server process'
            : `${processes} server processes on one port, as one may not open so many files here`;
        }),
        'loopback, without TLS; both ends on one machine, which has more memory than theirs',
      ],
      evidence: arms.map(({ key }) => key),
    };
  },
};

/** Of the server’s processes as a whole, and half of what both ends’ sockets take in the kernel. Null: not measured. */
function memoryBytes({ metrics }: Arm): number | null {
  const { serverAnonymousBytes: server, kernelSocketBytes: kernel } = metrics;
  return server === undefined || kernel === undefined ? null : server.high + kernel.high / 2;
}

function describe(evidence: Evidence, arm: Arm): string {
  const { subscribers } = workloadOf(evidence, arm);
  const { lost, reconnects, errors, droppedSlow, expected } = arm.counts;
  const bytes = memoryBytes(arm);
  const memory =
    bytes === null
      ? 'memory not measured'
      : `${digits(bytes / 2 ** 20)} MiB of the server and its half of the kernel’s sockets`;
  return `${subscribers.toLocaleString('en')} connections, ${updatesEach(expected / arm.trials / subscribers)}, ${lost} lost, ${reconnects} reconnects, ${errors} errors, ${droppedSlow} dropped; ${memory}`;
}

function updatesEach(number: number): string {
  return `${digits(number)} ${number === 1 ? 'update' : 'updates'} each`;
}
