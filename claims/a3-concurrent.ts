import { transports } from '../contract/transports.js';
import type { Arm, Claim, Evidence } from '../harness/model.js';
import { lostAlways, notCarried } from './carried.js';
import { aConstant, armsWith, article, isClean, serverProcessesOf, workloadOf } from './evidence.js';

/** Set before measuring: what "10,000 concurrent" has to mean for the claim to be reproduced. */
export const asked = { connections: 10_000, heldMs: 60_000, updatesEach: 5 } as const;

/**
 * Open is not enough: all of them at one time, held for a minute, and every one of them given every update. Anything
 * lost, any connection that had to be opened again, any subscriber dropped speaks against it.
 */
export const a3: Claim = {
  id: 'A3',
  title: 'A server holds 10,000 concurrent SSE connections',
  says: 'The server handles 10,000 concurrent connections.',
  source: article,
  claimed: '10,000 concurrent connections',
  theirMethod: aConstant,
  ourTest:
    'Open ten thousand event streams from one load generator, hold them for over a minute, and send each of them several updates.',
  prediction:
    'One server process holds them: some 6 KB each is 60 MB, and ten thousand writes take well under a second.',
  threshold:
    'Ten thousand open at one time, held for 60 s, five updates each, and not one lost, reconnected, refused or dropped: with less than all of it "handles" would mean nothing. A failure here contradicts nobody: with a load generator at 70 % of its core or more it is inconclusive, with room in it and in every trial not testable here.',
  wouldChange:
    'A limit of the machine (descriptors, ports, memory), or updates so frequent that writing them takes longer than their gap.',
  needs: `an SSE arm of ${asked.connections.toLocaleString('en')} subscribers or more, held for ${asked.heldMs / 1000} s or more and sent ${asked.updatesEach} updates each or more`,
  experiments: ['ten-thousand'],
  statement: 'existential',
  judge(evidence) {
    const arms = armsWith(evidence, ['sse', 'http-stream', 'websocket', 'long-polling'], ['lostShare']).filter(
      (arm) => arm.client === 'raw' && isLarge(evidence, arm),
    );
    const sse = arms.filter(({ transport }) => transport === 'sse');
    if (sse.length === 0) return null;
    const failed = sse.filter((arm) => !isClean(arm));
    const always = failed.length === sse.length && failed.every(lostAlways);
    const serverProcesses = Math.max(...sse.map((arm) => serverProcessesOf(evidence, arm)));
    return {
      ...(failed.length === 0
        ? {
            outcome: serverProcesses === 1 ? ('reproduced' as const) : ('holds under stated conditions' as const),
            because: 'all were open at one time, stayed open, and had every update',
          }
        : notCarried(
            failed,
            always,
            `in ${failed.length} of ${sse.length} SSE arms something was lost, dropped, refused or had to reconnect`,
          )),
      value: arms.map((arm) => describe(evidence, arm)).join('; '),
      conditions: [
        `${serverProcesses} server ${serverProcesses === 1 ? 'process' : 'processes'}, loopback, raw TCP clients`,
        ...sse.map((arm) => workloadOf(evidence, arm).title),
      ],
      evidence: arms.map(({ key }) => key),
    };
  },
};

function isLarge(evidence: Evidence, arm: Arm): boolean {
  const { subscribers } = workloadOf(evidence, arm);
  return (
    subscribers >= asked.connections &&
    heldMs(evidence, arm) >= asked.heldMs &&
    updatesEach(evidence, arm) >= asked.updatesEach
  );
}

/** From the last connection opened to the end of the window. */
function heldMs(evidence: Evidence, arm: Arm): number {
  const { idleMs = 0, warmupMs, windowMs } = workloadOf(evidence, arm);
  return idleMs + warmupMs + windowMs;
}

function updatesEach(evidence: Evidence, arm: Arm): number {
  return arm.counts.expected / arm.trials / workloadOf(evidence, arm).subscribers;
}

function describe(evidence: Evidence, arm: Arm): string {
  const { lost, reconnects, errors, droppedSlow } = arm.counts;
  const held = `${workloadOf(evidence, arm).subscribers.toLocaleString('en')} held ${Math.round(heldMs(evidence, arm) / 1000)} s`;
  return `${transports[arm.transport].title}: ${held}, ${updatesEach(evidence, arm)} updates each, ${lost} lost, ${reconnects} reconnects, ${errors} errors, ${droppedSlow} dropped`;
}
