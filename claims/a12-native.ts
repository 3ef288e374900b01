import type { PageFeature } from '../contract/clients.js';
import type { TransportId } from '../contract/transports.js';
import { type Arm, type Claim, type Evidence, formatCount } from '../harness/model.js';
import { armsWith, article, digits, figure, percent } from './evidence.js';

/** What gets through at all gets through whole. */
const all = 0.99;
/** Half as much again: less is a matter of style between two ways to write the same page. */
const additional = 1.5;

const objects = { sse: 'EventSource', websocket: 'WebSocket' } as const satisfies Partial<
  Record<TransportId, PageFeature>
>;
type Pushing = keyof typeof objects;
type Code = NonNullable<NonNullable<Evidence['probes']>['code']>;

export const a12: Claim = {
  id: 'A12',
  title: 'SSE is native to browsers, WebSocket needs more',
  says: 'Browsers support SSE natively, while WebSocket requires additional handling.',
  source: article,
  claimed: 'native against additional handling',
  theirMethod: 'Stated in a table, without a trial. What the additional handling is, is not said.',
  ourTest:
    'Look in a real browser whether it has EventSource and WebSocket, run a page with either and no library, and count the code that a page needs for each, with and without reconnecting, as JavaScript without comments.',
  prediction:
    'Both have been built into every browser since 2011, but for SSE in Edge, which came in 2020: neither needs a library. Without reconnecting the two pages are about as long; a WebSocket needs a timer more to come back.',
  threshold: `Native is what is there and delivers ${all * 100} % with nothing but the object itself. Handling is additional from ${additional} times the bytes of code on: less is style.`,
  wouldChange: 'A browser without WebSocket, or a page whose WebSocket needs half as much code again.',
  needs: 'pages with EventSource and WebSocket alone (client browser-bare, experiment plain-pages)',
  experiments: ['plain-pages'],
  probes: ['code'],
  judge(evidence) {
    const { pages } = evidence.summary;
    const [sse, websocket] = [plainArm(evidence, 'sse'), plainArm(evidence, 'websocket')];
    if (pages === null || sse === null || websocket === null) return null;
    const native = (arm: Arm, transport: Pushing) =>
      pages.features[objects[transport]] && figure(arm, 'deliveredShare').low >= all;
    const sseNative = native(sse, 'sse');
    const websocketNative = native(websocket, 'websocket');
    const code = evidence.probes?.code ?? null;
    const [alone, whole] = [ratio(code, 'page-bare'), ratio(code, 'page')];
    const most = Math.max(alone ?? 0, whole ?? 0);
    // Built in is half of it: whether handling is additional takes both pages.
    const builtIn = (['sse', 'websocket'] as const).map(
      (transport) => `${objects[transport]} ${pages.features[objects[transport]] ? 'is' : 'is not'} built in`,
    );
    const counted = alone !== null && whole !== null;
    return {
      outcome: !sseNative
        ? pages.features.EventSource
          ? 'inconclusive'
          : 'contradicted'
        : !websocketNative
          ? pages.features.WebSocket
            ? 'inconclusive'
            : 'reproduced'
          : most >= additional
            ? 'holds under stated conditions'
            : counted
              ? 'contradicted'
              : 'inconclusive',
      value: [
        ...builtIn,
        `delivered without a library: ${share(sse)} and ${share(websocket)}`,
        ...(code === null || (alone === null && whole === null)
          ? ['the code that each needs was not measured']
          : (['page-bare', 'page'] as const).flatMap((end) => {
              const [a, b] = [sizeOf(code, end, 'sse'), sizeOf(code, end, 'websocket')];
              return a === null || b === null
                ? []
                : [
                    `${end === 'page' ? 'with' : 'without'} reconnecting ${formatCount(a.lines)} and ${formatCount(b.lines)} lines, ${formatCount(a.bytes)} and ${formatCount(b.bytes)} B`,
                  ];
            })),
      ].join('; '),
      inShort: builtIn.join(', '),
      because:
        sseNative && websocketNative
          ? `the browser has both built in, and a page uses either without a library${
              most >= additional
                ? `; but WebSocket takes ${digits(most)} times the bytes of code`
                : counted
                  ? '; WebSocket takes less than half as much code again. What it lacks is the reconnect (A11)'
                  : '; whether WebSocket takes more code was not counted, so its additional handling is open'
            }`
          : `missing here, or not delivering by itself: ${[...(sseNative ? [] : ['EventSource']), ...(websocketNative ? [] : ['WebSocket'])].join(', ')}`,
      conditions: [
        `${pages.versions.join(', ')}; looked for: ${Object.entries(pages.features)
          .map(([name, found]) => `${name} ${found ? 'yes' : 'no'}`)
          .join(', ')}`,
        ...(code === null
          ? []
          : [
              'code of this lab’s pages: types and comments stripped, not minified, the line that notes each update included',
            ]),
      ],
      evidence: [sse.key, websocket.key],
      ...(code === null ? {} : { probes: ['code'] }),
    };
  },
};

function plainArm(evidence: Evidence, transport: Pushing): Arm | null {
  return armsWith(evidence, [transport], ['deliveredShare']).find(({ client }) => client === 'browser-bare') ?? null;
}

function share(arm: Arm): string {
  return `${percent(figure(arm, 'deliveredShare').median)} %`;
}

function sizeOf(code: Code, end: string, transport: Pushing) {
  return code.rows.find((row) => row.end === end && row.transport === transport)?.own ?? null;
}

/** Of bytes, WebSocket ÷ SSE. */
function ratio(code: Code | null, end: string): number | null {
  if (code === null) return null;
  const [sse, websocket] = [sizeOf(code, end, 'sse'), sizeOf(code, end, 'websocket')];
  return sse === null || websocket === null ? null : websocket.bytes / sse.bytes;
}
