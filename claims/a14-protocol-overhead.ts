import { type Arm, type Claim, type Evidence, formatCount } from '../harness/model.js';
import { article, digits, figure, pairsOf } from './evidence.js';

/** What the article itself calls the overhead of SSE (A6). */
const smallShare = 0.05;

/** "Small" has no figure. The article's own list has one for overhead, so that is what small has to mean here. */
export const a14: Claim = {
  id: 'A14',
  title: 'The protocol overhead of SSE and of WebSocket is small',
  says: 'SSE and WebSocket both have a small protocol overhead.',
  source: article,
  claimed: 'small and small',
  theirMethod: 'Stated in a table, without a figure.',
  ourTest: 'Framing bytes per update in both directions on open connections, at payloads from 67 B to 64 KiB.',
  prediction:
    '2 to 4 B for a WebSocket frame (10 B from 64 KiB on), some 25 to 35 B for an SSE event with its id and its chunk.',
  threshold:
    'Small is 5 % of the connection’s bytes or less, which is what the article calls overhead elsewhere (A6). Both have to be small at every payload for the claim as it stands.',
  wouldChange: 'A payload range or a figure for "small". Compression is not measured here.',
  needs: 'SSE and WebSocket arms of the same payloads, with byte counts',
  experiments: ['payload-size'],
  judge(evidence) {
    const found = sizes(evidence);
    if (found.length === 0) return null;
    const each = found.flatMap(({ sse, websocket }) => [sse, websocket]);
    const small = each.filter(({ high }) => high <= smallShare);
    const large = each.filter(({ low }) => low > smallShare);
    const from = (which: 'sse' | 'websocket') => found.find((row) => row[which].high <= smallShare)?.payloadBytes;
    return {
      outcome:
        small.length === each.length
          ? 'reproduced'
          : large.length === each.length
            ? 'contradicted'
            : small.length > 0
              ? 'holds under stated conditions'
              : 'inconclusive',
      value: found
        .map(
          ({ payloadBytes, sse, websocket }) =>
            `${formatCount(payloadBytes)} B: SSE ${digits(sse.bytes)} B (${digits(sse.median * 100)} %), WebSocket ${digits(websocket.bytes)} B (${digits(websocket.median * 100)} %)`,
        )
        .join('; '),
      because: `of the payloads measured, SSE is within 5 % from ${bytesOrNone(from('sse'))} and WebSocket from ${bytesOrNone(from('websocket'))}`,
      conditions: ['framing inside an open connection, both directions; no compression, no TCP/IP'],
      evidence: found.flatMap(({ keys }) => keys),
    };
  },
};

interface Overhead {
  readonly bytes: number;
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** One row for each payload; bytes do not vary between workloads. */
function sizes(evidence: Evidence) {
  const needed = ['downFramingBytesPerUpdate', 'upFramingBytesPerUpdate'] as const;
  const rows = new Map<number, { payloadBytes: number; sse: Overhead; websocket: Overhead; keys: string[] }>();
  for (const { a, b, workload } of pairsOf(evidence, ['sse', 'websocket'], needed)) {
    const { payloadBytes } = workload;
    if (a.client === 'raw' && !rows.has(payloadBytes))
      rows.set(payloadBytes, {
        payloadBytes,
        sse: overhead(a, payloadBytes),
        websocket: overhead(b, payloadBytes),
        keys: [a.key, b.key],
      });
  }
  return [...rows.values()].sort((a, b) => a.payloadBytes - b.payloadBytes);
}

function overhead(arm: Arm, payloadBytes: number): Overhead {
  const [down, up] = [figure(arm, 'downFramingBytesPerUpdate'), figure(arm, 'upFramingBytesPerUpdate')];
  const share = (bytes: number) => bytes / (bytes + payloadBytes);
  const bytes = down.median + up.median;
  return { bytes, median: share(bytes), low: share(down.low + up.low), high: share(down.high + up.high) };
}

function bytesOrNone(bytes: number | undefined): string {
  return bytes === undefined ? 'none of them' : `${bytes} B on`;
}
