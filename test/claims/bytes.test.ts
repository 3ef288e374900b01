/** A8, A14, I5 and I6: what is sent, and what of it is in vain. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { a8 } from '../../claims/a8-fully-efficient.js';
import { a14 } from '../../claims/a14-protocol-overhead.js';
import { i5 } from '../../claims/i5-five-updates.js';
import { i6 } from '../../claims/i6-vain-polls.js';
import type { TransportId } from '../../contract/transports.js';
import { always, bytes, type Cell, inTurn, verdictOf } from './verdict-of.js';

/** 200 updates arrive in a made-up trial. */
function sized(payloadBytes: number, transport: TransportId, framingPerUpdate: number): Cell {
  return {
    workload: { id: `bytes-${payloadBytes}`, payloadBytes },
    transport,
    reported: always({ client: bytes({ payload: 200 * payloadBytes, framing: 200 * framingPerUpdate }) }),
  };
}
const sizes = (payloadBytes: number, sse: number, websocket: number) => [
  sized(payloadBytes, 'sse', sse),
  sized(payloadBytes, 'websocket', websocket),
];

test('A8: refuted without a trial, with the best share where there is one', () => {
  assert.equal(verdictOf(a8, [sized(100, 'polling', 1)]).outcome, 'refuted by arithmetic');
  assert.match(verdictOf(a8, [sized(100, 'polling', 1)]).value ?? '', /8 B around each event at least/);
  const verdict = verdictOf(a8, [sized(100, 'sse', 100), sized(900, 'sse', 100)]);
  assert.match(verdict.value ?? '', /^90\.0 % at best, at 900 B$/);
  assert.equal(verdict.evidence.length, 1);
});

test('A8: what breaks cost is of the window, whenever its reconnects were', () => {
  const broken = (reconnects: number): Cell => ({
    workload: { id: 'reset', proxy: 'transparent', faults: [{ kind: 'reset-connections', atMs: 100, forMs: 0 }] },
    transport: 'sse',
    reported: always({
      client: { reconnects, ...bytes({ payload: 20_000, framing: 4000, heads: 300, repeated: 100 }) },
    }),
  });
  // 300 B and 100 B beside 200 updates. Reconnects are of the whole trial: no denominator of theirs.
  for (const reconnects of [2, 20])
    assert.match(
      verdictOf(a8, [sized(900, 'sse', 100), broken(reconnects)]).value ?? '',
      /with one break in 1 s each update takes 1\.50 B of new heads and 0\.500 B of updates sent again besides$/,
    );
});

test('A14: small is 5 %, of both, at every payload, or from some on', () => {
  assert.equal(verdictOf(a14, [...sizes(1000, 30, 4), ...sizes(4000, 30, 4)]).outcome, 'reproduced');
  assert.equal(verdictOf(a14, sizes(20, 30, 4)).outcome, 'contradicted');
  const some = verdictOf(a14, [...sizes(67, 30, 2), ...sizes(1000, 30, 4)]);
  assert.equal(some.outcome, 'holds under stated conditions');
  assert.match(some.because, /SSE is within 5 % from 1000 B on and WebSocket from 67 B on/);
  assert.match(some.value ?? '', /^67 B: SSE 30 B \(30\.9 %\), WebSocket 2 B \(2\.90 %\)/);
  const straddling = sizes(100, 5, 5).map((cell) => ({
    ...cell,
    reported: inTurn(...[800, 1000, 1200].map((framing) => ({ client: bytes({ payload: 20_000, framing }) }))),
  }));
  assert.equal(verdictOf(a14, straddling).outcome, 'inconclusive');
  assert.equal(verdictOf(a14, [sized(100, 'sse', 30)]).outcome, 'not tested');
});

/** Bytes of one subscriber for five updates; all but SSE's handshake inside the window. */
function five(transport: TransportId, ...totals: number[]): Cell {
  return {
    workload: { id: 'five', payloadBytes: 39, warmupMs: 0, subscribers: 1 },
    transport,
    reported: inTurn(
      ...[0, 1, 2].map((i) => ({
        client: { windowDelivered: 5, ...bytes({ payload: 195, heads: (totals[i] ?? (totals[0] as number)) - 195 }) },
      })),
    ),
  };
}
const fiveOf = (sse: number, longPolling: number, polling: number) => [
  five('sse', sse),
  five('long-polling', longPolling),
  five('polling', polling),
];

test('I5: their ratios, or only their order, or not even that', () => {
  assert.equal(verdictOf(i5, fiveOf(902, 2930, 8820)).outcome, 'reproduced');
  assert.match(verdictOf(i5, fiveOf(902, 2930, 8820)).value ?? '', /902, 2,930, 8,820 B .* 21\.6 %, 6\.66 %, 2\.21 %/);
  assert.equal(verdictOf(i5, fiveOf(500, 900, 1200)).outcome, 'holds under stated conditions');
  assert.equal(verdictOf(i5, fiveOf(902, 8820, 2930)).outcome, 'contradicted');
  const unclear = [five('sse', 900), five('long-polling', 800, 900, 1000), five('polling', 900, 950, 1000)];
  assert.equal(verdictOf(i5, unclear).outcome, 'inconclusive');
  assert.equal(verdictOf(i5, fiveOf(902, 2930, 8820).slice(1)).outcome, 'not tested');
});

const vain = (...useless: number[]): Cell => ({
  workload: { id: 'sparse', updates: { rateHz: 2.5, arrival: 'periodic', burstSize: 1 } },
  transport: 'polling',
  reported: inTurn(...useless.map((windowUselessPolls) => ({ client: { windowRequests: 1000, windowUselessPolls } }))),
});

test('I6: three polls of four, within two points', () => {
  assert.equal(verdictOf(i6, [vain(740, 750, 760)]).outcome, 'reproduced');
  assert.equal(verdictOf(i6, [vain(770, 780, 790)]).outcome, 'inconclusive');
  assert.equal(verdictOf(i6, [vain(775, 780, 790)]).outcome, 'contradicted');
  const random = { ...vain(750, 750, 750), workload: { id: 'random' } };
  assert.equal(verdictOf(i6, [random]).outcome, 'not tested');
});
