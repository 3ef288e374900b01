import type { FaultKind } from '../contract/faults.js';
import type { TransportId } from '../contract/transports.js';
import type { Arm, Claim, Evidence } from '../harness/model.js';
import { article, digits, disturbedArmsWith, figure, milliseconds, workloadOf } from './evidence.js';

/** The connection is gone; whoever asks again is served. */
const breaks: readonly FaultKind[] = ['restart-server', 'reset-connections', 'half-event'];
/** Whoever asks again is answered, but not with an event stream. */
const refusals: readonly FaultKind[] = ['answer-204', 'answer-500', 'wrong-content-type'];
const all = 0.99;
const none = 0.01;

/**
 * What the platform does alone, so only pages count that use its objects with nothing around them. EventSource
 * reconnects when a connection ends, but gives up for good after any answer that is no event stream (WHATWG HTML,
 * 9.2.3); a WebSocket object is over when its connection is.
 */
export const a11: Claim = {
  id: 'A11',
  title: 'SSE reconnects by itself, WebSocket does not',
  says: 'After a lost connection SSE comes back without any code of the page, WebSocket only by hand.',
  source: article,
  claimed: 'automatic against manual',
  theirMethod: 'Stated in a table, without a trial: "Built-in support" against "Manual implementation required".',
  ourTest:
    'Kill the server, reset connections and answer wrongly under pages of a real browser that use EventSource and WebSocket with no code around them; count who comes back, and after how long.',
  prediction:
    'EventSource comes back after its retry time when a connection ends, and gives up for good after an answer that is no event stream (WHATWG HTML, 9.2.3); a WebSocket object never comes back.',
  threshold:
    'Back are 99 % of those that lost the server, and away for good 99 %: one page of a hundred may be caught by the edge of the window.',
  wouldChange: 'A browser whose EventSource stays away after a plain loss, or whose WebSocket connects again alone.',
  needs:
    'SSE and WebSocket arms of bare browser objects (client browser-bare) whose connections are broken (suite reconnect-browser)',
  experiments: ['browser-objects'],
  judge(evidence) {
    const broken = pairsUnder(evidence, breaks);
    if (broken.length === 0) return null;
    const refused = pairsUnder(evidence, refusals);
    const sseResumes = broken.every(({ sse }) => figure(sse, 'resumedShare').low >= all);
    const sseStays = broken.some(({ sse }) => figure(sse, 'resumedShare').high <= none);
    const websocketStays = broken.every(({ websocket }) => figure(websocket, 'resumedShare').high <= none);
    const websocketResumes = broken.some(({ websocket }) => figure(websocket, 'resumedShare').low >= all);
    const givesUp = refused.filter(({ sse }) => figure(sse, 'resumedShare').high <= none);
    const answersToo = refused.length > 0 && refused.every(({ sse }) => figure(sse, 'resumedShare').low >= all);
    return {
      outcome:
        sseStays || websocketResumes
          ? 'contradicted'
          : !sseResumes || !websocketStays
            ? 'inconclusive'
            : answersToo
              ? 'reproduced'
              : 'holds under stated conditions',
      value: [...broken, ...refused]
        .map(({ name, sse, websocket }) => `${name}: SSE ${resumption(sse)}, WebSocket ${resumption(websocket)}`)
        .join('; '),
      because:
        refused.length === 0
          ? 'that is what the two objects do when a connection ends. Whether SSE comes back after an answer that is no event stream is not in this run'
          : `that is what the two objects do when a connection ends. After an answer that is no event stream SSE gave up for good in ${givesUp.length} of ${refused.length} cases, and a page has to see to it as with WebSocket`,
      conditions: [
        'Chromium, HTTP/1.1, `retry: 1000`',
        'the connection was lost, and the next answer is an event stream (status 200, its content type)',
        'an update published while nobody listened is missed by WebSocket and sent to SSE again, if the server keeps it (Last-Event-ID)',
      ],
      evidence: [...broken, ...refused].flatMap(({ sse, websocket }) => [sse.key, websocket.key]),
    };
  },
};

interface Pair {
  readonly name: string;
  readonly sse: Arm;
  readonly websocket: Arm;
}

/** One for each workload that has such a fault and no other. */
function pairsUnder(evidence: Evidence, kinds: readonly FaultKind[]): Pair[] {
  const under = (transport: TransportId) =>
    disturbedArmsWith(evidence, [transport], ['resumedShare']).filter((arm) => {
      const faults = workloadOf(evidence, arm).faults ?? [];
      return arm.client === 'browser-bare' && faults.length > 0 && faults.every(({ kind }) => kinds.includes(kind));
    });
  return under('sse').flatMap((sse) => {
    const websocket = under('websocket').find(
      ({ workloadId, subject }) => workloadId === sse.workloadId && subject === sse.subject,
    );
    return websocket === undefined ? [] : [{ name: sse.workloadId, sse, websocket }];
  });
}

/** `came back in 100 % of 12 losses, after 1.01 s`. */
function resumption(arm: Arm): string {
  const after = arm.metrics.resumeP50Us;
  const share = `${digits(figure(arm, 'resumedShare').median * 100)} % of ${arm.counts.noticed} came back`;
  return after === undefined ? share : `${share}, after ${milliseconds(after)}`;
}
