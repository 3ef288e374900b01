import type { FaultKind } from '../contract/faults.js';
import type { TransportId } from '../contract/transports.js';
import { type Arm, type Claim, type Evidence, formatCount } from '../harness/model.js';
import { article, digits, disturbedArmsWith, figure, milliseconds, workloadOf } from './evidence.js';
import { browserOf } from './pages.js';

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
    const ended = {
      sse: comebacks(broken.map(({ sse }) => sse)),
      websocket: comebacks(broken.map(({ websocket }) => websocket)),
    };
    const answered = comebacks(refused.map(({ sse }) => sse));
    const outcome =
      ended.sse.away.length > 0 || ended.websocket.back.length > 0
        ? 'contradicted'
        : ended.sse.unclear.length > 0 || ended.websocket.unclear.length > 0
          ? 'inconclusive'
          : refused.length > 0 && answered.back.length === refused.length
            ? 'reproduced'
            : 'holds under stated conditions';
    return {
      outcome,
      value: [...broken, ...refused]
        .map(({ name, sse, websocket }) => `${name}: SSE ${resumption(sse)}, WebSocket ${resumption(websocket)}`)
        .join('; '),
      inShort: `when the connection ended SSE ${whatCame(ended.sse)}, WebSocket ${whatCame(ended.websocket)}`,
      because: [
        `after a connection that ended SSE ${whatCame(ended.sse)}, and WebSocket ${whatCame(ended.websocket)}`,
        refused.length === 0
          ? 'Whether SSE comes back after an answer that is no event stream is not in this run'
          : `After an answer that is no event stream SSE ${whatCame(answered)}${answered.away.length > 0 ? ': there a page has to see to it, as with WebSocket' : ''}`,
      ].join('. '),
      conditions: [
        `${browserOf(evidence)}, HTTP/1.1, \`retry: 1000\``,
        ...(outcome === 'holds under stated conditions'
          ? ['the connection ended, and the next answer is an event stream (status 200, its content type)']
          : []),
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

interface Comebacks {
  /** All pages came back, none did, or some. */
  readonly back: readonly Arm[];
  readonly away: readonly Arm[];
  readonly unclear: readonly Arm[];
}

function comebacks(arms: readonly Arm[]): Comebacks {
  const back = arms.filter((arm) => figure(arm, 'resumedShare').low >= all);
  const away = arms.filter((arm) => figure(arm, 'resumedShare').high <= none);
  return { back, away, unclear: arms.filter((arm) => !back.includes(arm) && !away.includes(arm)) };
}

/** `came back by itself in 2 of 2 cases`, with whatever else it did. */
function whatCame({ back, away, unclear }: Comebacks): string {
  const cases = back.length + away.length + unclear.length;
  const parts = [
    ...(back.length > 0 ? [`came back by itself in ${back.length}`] : []),
    ...(away.length > 0 ? [`stayed away in ${away.length}`] : []),
    ...(unclear.length > 0 ? [`came back for some pages and not for others in ${unclear.length}`] : []),
  ];
  return `${parts.join(', ')} of ${cases} ${cases === 1 ? 'case' : 'cases'}`;
}

/** `100 % of 12 came back, after 1010 ms (1000–1020), 3 of 300 updates missed`. */
function resumption(arm: Arm): string {
  const { noticed, lost, expected, duplicate } = arm.counts;
  const after = arm.metrics.resumeP50Us;
  return [
    `${digits(figure(arm, 'resumedShare').median * 100)} % of ${formatCount(noticed)} came back`,
    ...(after === undefined ? [] : [`after ${milliseconds(after)}`]),
    `${formatCount(lost)} of ${formatCount(expected)} updates missed${duplicate > 0 ? ` and ${formatCount(duplicate)} had twice` : ''}`,
  ].join(', ');
}
