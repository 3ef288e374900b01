import { type ProxyId, proxyIdleMs } from '../contract/proxies.js';
import type { TransportId } from '../contract/transports.js';
import { type Arm, type Claim, type Evidence, formatCount } from '../harness/model.js';
import { article, digits, disturbedArmsWith, figure, milliseconds, workloadOf } from './evidence.js';

/** What gets through at all gets through whole; the odd update at the edge of a window is no blockade. */
const passes = 0.99;
const isBlocked = 0.01;
/** Ten times as old is another thing than a proxy's own hop, which costs a fraction of a millisecond. */
const heldBack = 10;

/**
 * One half of a story. What stops WebSocket is an intermediary that does not know Upgrade; what stops SSE is one that
 * collects a response before it passes it on, which is what proxies do with responses unless told otherwise. Both have
 * to be in the evidence, or the half that was measured would win by default. One that cuts silent connections asks the
 * same of both, and is told of where a run has it.
 */
export const a13: Claim = {
  id: 'A13',
  title: 'SSE is firewall friendly, WebSocket may be blocked',
  says: 'SSE is ordinary HTTP and passes firewalls and proxies, where WebSocket may be blocked.',
  source: article,
  claimed: 'SSE passes, WebSocket may not',
  theirMethod: 'Stated in a table, without a trial.',
  ourTest:
    'Send the same updates by SSE and WebSocket through proxies of ours: one that passes everything on, one that ignores Upgrade, one that collects a response before it passes it on, one that cuts connections that are silent.',
  prediction:
    'Who ignores Upgrade leaves WebSocket without a connection and SSE untouched. Who buffers holds SSE back by as long as a buffer takes to fill, and passes a WebSocket on as a tunnel. Who cuts silence cuts both; what comes back before the next update, or can say what it missed, loses nothing.',
  threshold:
    'Through are 99 % of the updates, blocked 99 %: the odd one at the edge of a window is no blockade. Held back is ten times the age of the transparent proxy, far above what a proxy’s own hop costs. It is as said when the proxy without Upgrade blocks WebSocket and passes SSE and no other stops SSE, holds it back or loses its updates; under conditions when one does.',
  wouldChange: 'A firewall in use that stops neither, or both; ours are of one kind each.',
  needs:
    'SSE and WebSocket arms through three proxies: a transparent one, one that ignores Upgrade, one that buffers (suite proxies)',
  experiments: ['intermediaries'],
  judge(evidence) {
    const [plain, dropping, buffering] = [
      pairThrough(evidence, 'transparent'),
      pairThrough(evidence, 'drop-upgrade'),
      pairThrough(evidence, 'buffering'),
    ];
    if (plain === null || dropping === null || buffering === null) return null;
    const idle = pairThrough(evidence, 'idle-timeout');
    const websocketFate = fateOf(dropping.websocket);
    const sseFate = fateOf(dropping.sse);
    const elsewhere = [buffering, ...(idle === null ? [] : [idle])].map(({ sse }) => fateOf(sse, plain.sse));
    return {
      outcome:
        websocketFate === 'stops' && sseFate === 'passes'
          ? elsewhere.every((fate) => fate === 'passes')
            ? 'reproduced'
            : 'holds under stated conditions'
          : sseFate === 'stops' || websocketFate === 'passes'
            ? 'contradicted'
            : 'inconclusive',
      value: [
        `without Upgrade SSE delivers ${share(dropping.sse)}, WebSocket ${share(dropping.websocket)}`,
        `behind a buffer SSE is ${age(buffering.sse)} old on arrival, WebSocket ${age(buffering.websocket)}`,
        ...(idle === null
          ? []
          : [`behind an idle timeout SSE ${throughCuts(idle.sse)}; WebSocket ${throughCuts(idle.websocket)}`]),
      ].join('; '),
      because: [
        `an intermediary that ignores Upgrade ${clause(websocketFate, 'WebSocket')} and ${clause(sseFate, 'SSE')}`,
        `one that buffers responses ${clauses(buffering, plain)}`,
        ...(idle === null ? [] : [`one that cuts silent connections ${clauses(idle, plain)}`]),
      ].join('; '),
      conditions: [
        'unencrypted HTTP/1.1 through proxies of our own, one of each kind: whether one in use does the same depends on its configuration, and through TLS none sees either',
        ...(idle === null
          ? ['an intermediary that cuts silent connections is not in this run']
          : [idleConditions(evidence, idle)]),
      ],
      evidence: [plain, dropping, buffering, ...(idle === null ? [] : [idle])].flatMap(({ sse, websocket }) => [
        sse.key,
        websocket.key,
      ]),
    };
  },
};

interface Pair {
  readonly sse: Arm;
  readonly websocket: Arm;
}

/** SSE and WebSocket of the same client and subject through one proxy; null when the run lacks either. */
function pairThrough(evidence: Evidence, proxy: ProxyId): Pair | null {
  const through = (transport: TransportId) =>
    disturbedArmsWith(evidence, [transport], ['deliveredShare']).filter((arm) => {
      const workload = workloadOf(evidence, arm);
      return workload.proxy === proxy && (workload.faults ?? []).length === 0;
    });
  for (const sse of through('sse')) {
    const websocket = through('websocket').find(
      (arm) => arm.workloadId === sse.workloadId && arm.client === sse.client && arm.subject === sse.subject,
    );
    if (websocket !== undefined) return { sse, websocket };
  }
  return null;
}

/** What an intermediary does to a transport, for certain; `unclear` when trials lie on both sides. */
type Fate = 'stops' | 'holds back' | 'passes' | 'loses' | 'unclear';

/** @param plain through the transparent proxy; absent: its age is not looked at */
function fateOf(arm: Arm, plain?: Arm): Fate {
  const delivered = figure(arm, 'deliveredShare');
  if (delivered.high <= isBlocked) return 'stops';
  if (delivered.high < passes) return 'loses';
  if (delivered.low < passes) return 'unclear';
  return plain !== undefined && isHeldBack(arm, plain) ? 'holds back' : 'passes';
}

/** Everything arrived so much later that the intervals are far apart. */
function isHeldBack(arm: Arm, plain: Arm): boolean {
  const [held, free] = [arm.metrics.latencyP50Us, plain.metrics.latencyP50Us];
  return held !== undefined && free !== undefined && held.low > heldBack * free.high;
}

function clauses({ sse, websocket }: Pair, plain: Pair): string {
  return `${clause(fateOf(sse, plain.sse), 'SSE')} and ${clause(fateOf(websocket, plain.websocket), 'WebSocket')}`;
}

function clause(fate: Fate, name: string): string {
  return {
    stops: `stops ${name}`,
    'holds back': `holds ${name} back`,
    passes: `lets ${name} through`,
    loses: `costs ${name} some of its updates`,
    unclear: `does not always let all of ${name} through`,
  }[fate];
}

function share(arm: Arm): string {
  return `${digits(figure(arm, 'deliveredShare').median * 100)} %`;
}

function age(arm: Arm): string {
  const latency = arm.metrics.latencyP50Us;
  return latency === undefined ? 'never (nothing arrived)' : milliseconds(latency);
}

/** Losses noticed are no count of cuts: who is cut again before an update came has noticed one. */
function throughCuts(arm: Arm): string {
  const { reconnects, lost, expected } = arm.counts;
  return `connected again ${digits(reconnects / arm.trials)} times a trial, delivers ${share(arm)} (${formatCount(lost)} of ${formatCount(expected)} lost in all)`;
}

function idleConditions(evidence: Evidence, { sse }: Pair): string {
  const { updates, resume = true } = workloadOf(evidence, sse);
  const rate = `${digits(1 / updates.rateHz)} s between updates, and connections cut after ${proxyIdleMs / 1000} s of silence, where 30 to 60 s are usual; no heartbeat is that frequent`;
  return sse.client === 'raw' && resume
    ? `${rate}. Both raw clients connect again by themselves and ask for what came after what they have, SSE once the 1 s has passed that the server asks for (\`retry\`), WebSocket after 250 ms, which is our own choice; who had no update yet cannot say what it missed. In a page EventSource does so too, and WebSocket takes code for it (A11)`
    : rate;
}
