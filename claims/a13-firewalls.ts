import type { ProxyId } from '../contract/proxies.js';
import type { TransportId } from '../contract/transports.js';
import type { Arm, Claim, Evidence } from '../harness/model.js';
import { article, digits, disturbedArmsWith, figure, milliseconds, workloadOf } from './evidence.js';

/** What gets through at all gets through whole; the odd update at the edge of a window is no blockade. */
const passes = 0.99;
const isBlocked = 0.01;
/** Ten times as old is another thing than a proxy's own hop, which costs a fraction of a millisecond. */
const heldBack = 10;

/**
 * One half of a story. What stops WebSocket is an intermediary that does not know Upgrade; what stops SSE is one that
 * collects a response before it passes it on, which is what proxies do with responses unless told otherwise. Both have
 * to be in the evidence, or the half that was measured would win by default.
 */
export const a13: Claim = {
  id: 'A13',
  title: 'SSE is firewall friendly, WebSocket may be blocked',
  says: 'SSE is ordinary HTTP and passes firewalls and proxies, where WebSocket may be blocked.',
  source: article,
  claimed: 'SSE passes, WebSocket may not',
  theirMethod: 'Stated in a table, without a trial.',
  ourTest:
    'Send the same updates by SSE and WebSocket through proxies of ours: one that passes everything on, one that ignores Upgrade, one that collects a response before it passes it on.',
  prediction:
    'Who ignores Upgrade leaves WebSocket without a connection and SSE untouched. Who buffers holds SSE back by as long as a buffer takes to fill, and passes a WebSocket on as a tunnel.',
  threshold:
    'Through are 99 % of the updates, blocked 99 %: the odd one at the edge of a window is no blockade. Held back is ten times the age of the transparent proxy, far above what a proxy’s own hop costs.',
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
    const websocketBlocked = figure(dropping.websocket, 'deliveredShare').high <= isBlocked;
    const sseBlocked = figure(dropping.sse, 'deliveredShare').high <= isBlocked;
    const ssePasses = figure(dropping.sse, 'deliveredShare').low >= passes;
    const sseHeld = isHeldBack(buffering.sse, plain.sse);
    const websocketHeld = isHeldBack(buffering.websocket, plain.websocket);
    const idle = pairThrough(evidence, 'idle-timeout');
    return {
      outcome:
        websocketBlocked && ssePasses
          ? sseHeld
            ? 'holds under stated conditions'
            : 'reproduced'
          : sseBlocked || figure(dropping.websocket, 'deliveredShare').low >= passes
            ? 'contradicted'
            : 'inconclusive',
      value: [
        `without Upgrade SSE delivers ${share(dropping.sse)}, WebSocket ${share(dropping.websocket)}`,
        `behind a buffer SSE is ${age(buffering.sse)} old on arrival, WebSocket ${age(buffering.websocket)}`,
        ...(idle === null
          ? []
          : [`an idle timeout cut ${cuts(idle.sse)} SSE and ${cuts(idle.websocket)} WebSocket waits`]),
      ].join('; '),
      because: sseHeld
        ? `an intermediary that ignores Upgrade stops WebSocket, and one that buffers responses holds SSE back${websocketHeld ? ' (WebSocket too)' : ', which WebSocket passes as a tunnel'}: each has its own`
        : 'an intermediary that ignores Upgrade stops WebSocket, and none of those measured stops SSE',
      conditions: [
        'WebSocket is blocked by intermediaries that do not pass Upgrade on, over unencrypted HTTP/1.1',
        'SSE passes those, but is held back by intermediaries that buffer responses',
        'our own proxies, of one kind each: whether one in use buffers a stream depends on its configuration, and through TLS none sees either',
      ],
      evidence: [plain, dropping, buffering, ...(idle === null ? [] : [idle])].flatMap(({ sse, websocket }) => [
        sse.key,
        websocket.key,
      ]),
    };
  },
};

/** SSE and WebSocket of the same client and subject through one proxy; null when the run lacks either. */
function pairThrough(evidence: Evidence, proxy: ProxyId): { readonly sse: Arm; readonly websocket: Arm } | null {
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

/** Nothing arrived, or everything did so much later that the intervals are far apart. */
function isHeldBack(arm: Arm, plain: Arm): boolean {
  const [held, free] = [arm.metrics.latencyP50Us, plain.metrics.latencyP50Us];
  return held === undefined || (free !== undefined && held.low > heldBack * free.high);
}

function share(arm: Arm): string {
  return `${digits(figure(arm, 'deliveredShare').median * 100)} %`;
}

function age(arm: Arm): string {
  const latency = arm.metrics.latencyP50Us;
  return latency === undefined ? 'never (nothing arrived)' : milliseconds(latency);
}

function cuts({ counts, trials }: Arm): string {
  return digits(counts.noticed / trials);
}
