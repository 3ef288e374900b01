import type { UpstreamWay } from '../contract/messages.js';
import { type Claim, type Evidence, fewestTrials, rangeOf } from '../harness/model.js';
import { article, digits, number, spread } from './evidence.js';

type Upstream = NonNullable<NonNullable<Evidence['probes']>['upstream']>;
type Row = Upstream['rows'][number];
type Figure = 'upBytesPerMessage' | 'downBytesPerMessage' | 'roundTripP50Us' | 'serverCpuUsPerMessage';

export const a15: Claim = {
  id: 'A15',
  title: 'SSE goes one way, WebSocket both',
  says: 'SSE carries data from server to client only, WebSocket in both directions.',
  source: article,
  claimed: 'unidirectional against bidirectional',
  theirMethod: 'Stated in a table; it is how the two protocols are made.',
  ourTest:
    'Send messages of 128 B to the server and wait for each to come back: as frames on the WebSocket that updates come by, and as POST requests beside an open event stream, on a connection kept for them and on a new one each. Bytes, round trips, connections and server CPU per message.',
  prediction:
    'A frame adds 8 B to 128 B going up and 4 B coming down. A POST adds its heads, some 70 and 100 B without what a browser would add, and needs a second connection under HTTP/1.1. Its time and CPU are those of any request.',
  threshold:
    'It holds when each message came back, over a WebSocket on the one connection that the server took and beside an event stream on another. Where the server’s connections were not counted it holds by construction, and is said to. What the second way costs is stated, and no part of the verdict: the article says nothing of it.',
  wouldChange: 'An event stream that takes a message of its client, or a WebSocket that does not.',
  needs: 'messages to the server by both ways (probe upstream)',
  experiments: [],
  probes: ['upstream'],
  judge({ probes }) {
    const upstream = probes?.upstream ?? null;
    if (upstream === null || upstream.rows.length === 0) return null;
    const subjects = [...new Set(upstream.rows.map(({ subject }) => subject))];
    const [websocket, post] = [rowsOf(upstream, 'websocket'), rowsOf(upstream, 'post')];
    if (websocket.length === 0 || post.length === 0) return null;
    const isCounted = [...websocket, ...post].every(({ accepted }) => accepted !== undefined);
    const holds = websocket.every((row) => taken(row) === 1) && post.every((row) => taken(row) >= 2);
    const fewest = Math.min(
      ...subjects.flatMap((subject) =>
        (['websocket', 'post'] as const).map(
          (way) => new Set(rowsOf(upstream, way, subject).map(({ repetition }) => repetition)).size,
        ),
      ),
    );
    return {
      outcome: fewest < fewestTrials ? 'inconclusive' : holds ? 'reproduced' : 'contradicted',
      value: subjects
        .map(
          (subject) =>
            `${subject}: ${(['websocket', 'post', 'post-per-connection'] as const)
              .map((way) => costOf(rowsOf(upstream, way, subject), way))
              .join(', ')}`,
        )
        .join('; '),
      inShort: `a message there and back takes ${bytesOf(websocket)} B by WebSocket, ${bytesOf(post)} B by POST`,
      because:
        fewest < fewestTrials
          ? `fewer than ${fewestTrials} blocks of each way decide nothing`
          : !holds
            ? `${isCounted ? 'the server took' : 'the client opened'} other connections than expected: ${connectionsOf(websocket)} over a WebSocket, ${connectionsOf(post)} for POST beside an event stream`
            : isCounted
              ? 'the server took one connection for a WebSocket, and its messages came back on it; beside an event stream each message is a request of its own with heads of its own, on a second connection: HTTP/1.1 answers in order, and the answer that is a stream does not end (RFC 9112, 9.3.2)'
              : 'by construction: our client has one connection for a WebSocket, and every message came back on it; beside an event stream it opens a second, as HTTP/1.1 answers in order and the answer that is a stream does not end (RFC 9112, 9.3.2). The server’s connections were not counted',
      conditions: [
        `messages of ${upstream.payloadBytes} B and their echo, one at a time; nothing published meanwhile`,
        'HTTP/1.1; under HTTP/2 a request shares the connection of the stream',
        'requests carry Host and Content-Length only; a browser adds several hundred bytes to each',
      ],
      evidence: [],
      probes: ['upstream'],
      samples: upstream.rows.length,
    };
  },
};

function rowsOf({ rows }: Upstream, way: UpstreamWay, subject?: string): Row[] {
  return rows.filter((row) => row.way === way && (subject === undefined || row.subject === subject));
}

/** By the server’s count, or by what the client opens where nobody counted. */
function taken({ accepted, connections }: Row): number {
  return accepted ?? connections;
}

function connectionsOf(rows: readonly Row[]): string {
  return [...new Set(rows.map(taken))].sort((a, b) => a - b).join(' or ');
}

const names: Readonly<Record<UpstreamWay, string>> = {
  websocket: 'WebSocket',
  post: 'POST',
  'post-per-connection': 'POST on a new connection',
};

/** The least and the most of all subjects. */
function bytesOf(rows: readonly Row[]): string {
  const bytes = rows.map((row) => row.upBytesPerMessage + row.downBytesPerMessage);
  const [low, high] = [digits(Math.min(...bytes)), digits(Math.max(...bytes))];
  return low === high ? low : rangeOf(low, high);
}

function costOf(rows: readonly Row[], way: UpstreamWay): string {
  const bytes = rows.map((row) => row.upBytesPerMessage + row.downBytesPerMessage);
  return bytes.length === 0
    ? `${names[way]} not measured`
    : `${names[way]} ${middle(bytes)} B, ${range(rows, 'roundTripP50Us')} µs there and back, ${range(rows, 'serverCpuUsPerMessage')} µs of server CPU`;
}

function range(rows: readonly Row[], figure: Figure): string {
  const values = rows.map((row) => row[figure]).filter((value) => value !== null);
  if (values.length === 0) return 'unknown';
  return number(spread(values));
}

function middle(values: readonly number[]): string {
  return digits(spread(values).median);
}
