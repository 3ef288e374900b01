/** A5, A9, I3 and I7: what the server pays. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { a5 } from '../../claims/a5-cpu-overhead.js';
import { a9 } from '../../claims/a9-server-load.js';
import { crossing } from '../../claims/evidence.js';
import { i3 } from '../../claims/i3-push-cpu.js';
import { i7 } from '../../claims/i7-sse-websocket.js';
import type { TransportId } from '../../contract/transports.js';
import { always, type Cell, cpu, inTurn, verdictOf } from './verdict-of.js';

/** λT of 1 is 10 updates/s, polled every 100 ms. */
function at(lambdaT: number, transport: TransportId, ...us: number[]): Cell {
  return {
    workload: { id: `rate-${lambdaT}`, updates: { rateHz: lambdaT * 10, arrival: 'poisson', burstSize: 1 } },
    transport,
    reported: us.length === 1 ? always(cpu(us[0] as number)) : inTurn(...us.map(cpu)),
  };
}
const pair = (lambdaT: number, pollingUs: number, sseUs: number) => [
  at(lambdaT, 'polling', pollingUs),
  at(lambdaT, 'sse', sseUs),
];

test('A9: lighter or heavier by updates per poll, and where the two cross', () => {
  const some = verdictOf(a9, [...pair(1, 4000, 1000), ...pair(4, 4000, 4000), ...pair(16, 4000, 16_000)]);
  assert.equal(some.outcome, 'holds under stated conditions');
  assert.match(some.because, /cross at about λT = 4/);
  assert.match(some.value ?? '', /λT = 1: polling costs 4\.00 times .* λT = 16: polling costs 0\.250/);
  assert.equal(verdictOf(a9, [...pair(1, 4000, 1000), ...pair(4, 4000, 2000)]).outcome, 'reproduced');
  assert.equal(verdictOf(a9, [...pair(4, 1000, 4000), ...pair(16, 1000, 9000)]).outcome, 'contradicted');
  const straddling = [at(1, 'polling', 900, 1000, 1100), at(1, 'sse', 1000)];
  assert.equal(verdictOf(a9, straddling).outcome, 'inconclusive');
  assert.equal(verdictOf(a9, [at(1, 'sse', 1000)]).outcome, 'not tested');
});

test('A9: the article’s own intervals stand beside it, and decide nothing', () => {
  const poll = { intervalMs: 3000, pacing: 'response-end', phase: 'random', connection: 'keep-alive' } as const;
  const own = pair(0.1, 500, 100).map((cell) => ({ ...cell, workload: { ...cell.workload, id: 'own', poll } }));
  const verdict = verdictOf(a9, [...pair(4, 1000, 4000), ...pair(16, 1000, 9000), ...own]);
  assert.equal(verdict.outcome, 'contradicted');
  assert.match(verdict.value ?? '', /at the article’s 3,000 ms and 1 updates\/s 5\.00 times/);
});

test('A9: a load that was left out keeps it from being lighter everywhere', () => {
  const bound = { kind: 'generator-bound', message: 'it measured itself', disqualifying: true } as const;
  const [polling, sse] = pair(100, 1000, 9000) as [Cell, Cell];
  const left = { ...sse, reported: always({ ...cpu(9000), warnings: [bound] }) };
  const verdict = verdictOf(a9, [...pair(1, 4000, 1000), ...pair(4, 4000, 2000), polling, left]);
  assert.equal(verdict.outcome, 'holds under stated conditions');
  assert.match(verdict.conditions.join(), /from λT = 1 to 4; .*rate-100\/sse\/raw\/uws \(0\)/);
});

test('A9: pairs of fewer than three repetitions say nothing', () => {
  const bound = { kind: 'generator-bound', message: 'it measured itself', disqualifying: true } as const;
  const once = (us: number, left: number) => (repetition: number) => ({
    ...cpu(us),
    ...(repetition === left ? { warnings: [bound] } : {}),
  });
  const crossed = [
    { ...at(1, 'polling'), reported: once(4000, 0) },
    { ...at(1, 'sse'), reported: once(1000, 1) },
  ];
  assert.equal(verdictOf(a9, crossed).outcome, 'not tested');
});

test('A5: undefined whatever is measured, with the load at which it would be true', () => {
  const delivering = (lambdaT: number, windowDelivered: number, us: number): Cell => ({
    ...at(lambdaT, 'sse'),
    reported: always({ ...cpu(us), client: { windowDelivered } }),
  });
  // 1 % of a core at 100/s and 4 % at 400/s: 2.1 % at 210/s.
  const verdict = verdictOf(a5, [delivering(1, 100, 10_000), delivering(4, 400, 40_000)]);
  assert.equal(verdict.outcome, 'undefined');
  assert.match(verdict.because, /about 210 deliveries\/s/);
  assert.match(verdict.value ?? '', /100 deliveries\/s: 1\.00 % .* 100 ms per 1,000/);
  assert.match(verdictOf(a5, [delivering(1, 100, 1000)]).because, /none of the loads here lies around it/);
  assert.equal(verdictOf(a5, [at(1, 'polling', 100)]).outcome, 'not tested');
  assert.match(verdict.value ?? '', /; 10,000 idle streams not measured$/);
  const idle: Cell = {
    workload: { id: 'idle', subscribers: 10_000, idleMs: 4_000 },
    transport: 'sse',
    reported: always({
      idle: {
        elapsedMs: 4_000,
        serverCpuUs: 8_000,
        generatorCpuUs: null,
        serverAnonymousBytes: null,
        generatorAnonymousBytes: null,
        kernelSocketBytes: null,
      },
    }),
  };
  const withIdle = verdictOf(a5, [delivering(1, 100, 10_000), delivering(4, 400, 40_000), idle]);
  assert.match(withIdle.value ?? '', /; 10,000 idle streams: 0\.200 % of a core$/);
  assert.match(withIdle.because, /about 210 deliveries\/s/);
});

test('I3: seven times is one point of a curve', () => {
  const through = verdictOf(i3, [...pair(1, 1000, 500), ...pair(100, 1000, 50_000)]);
  assert.equal(through.outcome, 'holds under stated conditions');
  assert.match(through.because, /7 at about λT = 14\.0/);
  assert.equal(verdictOf(i3, [...pair(1, 1000, 7000), ...pair(2, 1000, 7000)]).outcome, 'reproduced');
  assert.equal(verdictOf(i3, pair(1, 1000, 7000)).outcome, 'holds under stated conditions');
  const below = verdictOf(i3, [...pair(1, 1000, 500), ...pair(2, 1000, 900)]);
  assert.equal(below.outcome, 'inconclusive', 'seven may lie beyond');
  assert.match(below.because, /stays below 7 up to the last λT measured/);
  assert.equal(verdictOf(i3, [...pair(1, 1000, 9000), ...pair(2, 1000, 9900)]).outcome, 'inconclusive');
  const turned = verdictOf(i3, [...pair(1, 1000, 500), ...pair(2, 1000, 900), ...pair(4, 1000, 600)]);
  assert.equal(turned.outcome, 'contradicted');
  assert.match(turned.because, /it has turned before 7$/);
  const full = verdictOf(i3, [...pair(1, 500_000, 500_000), ...pair(2, 1e6, 2e6), ...pair(4, 1e6, 1e6)]);
  assert.equal(full.outcome, 'inconclusive', 'a full core turns any curve');
  assert.equal(verdictOf(i3, [at(1, 'polling', 100)]).outcome, 'not tested');
});

test('I3: a wide interval holds seven, and agrees with nothing', () => {
  const wide = [1, 2].flatMap((lambdaT) => [at(lambdaT, 'polling', 1000), at(lambdaT, 'sse', 2000, 5000, 20_000)]);
  const verdict = verdictOf(i3, wide);
  assert.equal(verdict.outcome, 'inconclusive');
  assert.match(verdict.because, /no interval lies near 7/);
});

const busy = { expected: 2000, windowDelivered: 2000 };
function loads(websocketUs: readonly number[], windowDelivered = busy.windowDelivered): Cell[] {
  return [
    { ...at(1, 'sse'), reported: always({ ...cpu(10_000), client: busy }) },
    {
      ...at(1, 'websocket'),
      reported: inTurn(...websocketUs.map((us) => ({ ...cpu(us), client: { ...busy, windowDelivered } }))),
    },
  ];
}

test('I7: throughput alike, and less CPU only where every repetition says so', () => {
  assert.equal(verdictOf(i7, loads([8000, 8500, 9000])).outcome, 'reproduced');
  assert.equal(verdictOf(i7, loads([11_000, 12_000, 13_000])).outcome, 'contradicted');
  assert.equal(verdictOf(i7, loads([9000, 10_000, 11_000])).outcome, 'inconclusive');
  const other = verdictOf(i7, loads([8000, 8500, 9000], 1940));
  assert.equal(other.outcome, 'contradicted');
  assert.match(other.because, /^throughput is alike at 0 of 1 loads and is not at 1 of 1 loads/);
  const more = loads([9000, 10_000, 11_000]).map((cell) => ({ ...cell, workload: { ...cell.workload, id: 'more' } }));
  assert.equal(verdictOf(i7, [...loads([8000, 8500, 9000]), ...more]).outcome, 'holds under stated conditions');
  const mixed = verdictOf(i7, [...loads([8000, 8500, 9000]), ...more]);
  assert.deepEqual(mixed.conditions.filter((text) => text.startsWith('less CPU')).length, 1);
  const idle = loads([8000, 8000, 8000]).map((cell) => ({ ...cell, reported: always(cpu(100)) }));
  assert.equal(verdictOf(i7, idle).outcome, 'not tested');
});

test('I7: a load that one of the two is saturated at is left out, and named', () => {
  const beyond = (websocketUs: number, windowDelivered?: number) =>
    loads([websocketUs, websocketUs, websocketUs], windowDelivered).map((cell) => ({
      ...cell,
      workload: { ...cell.workload, id: 'beyond' },
    }));
  const behind = beyond(8000, 1500);
  const alone = verdictOf(i7, behind);
  assert.equal(alone.outcome, 'inconclusive');
  assert.match(alone.because, /at no load did both have room/);
  for (const saturated of [behind, beyond(950_000)]) {
    const verdict = verdictOf(i7, [...loads([8000, 8500, 9000]), ...saturated]);
    assert.equal(verdict.outcome, 'reproduced');
    assert.match(verdict.conditions.join(), /left out, as one of the two was beyond that: at 2,000 deliveries\/s/);
    assert.equal(verdict.evidence.length, 2);
  }
});

test('a curve’s crossing lies between the two points around it, on logarithmic axes', () => {
  assert.ok(
    Math.abs(
      (crossing(
        [
          [1, 4],
          [16, 0.25],
        ],
        1,
      ) ?? 0) - 4,
    ) < 1e-9,
  );
  assert.equal(
    crossing(
      [
        [1, 4],
        [16, 2],
      ],
      1,
    ),
    null,
  );
  assert.equal(
    crossing(
      [
        [1, 2],
        [2, 2],
        [4, 1],
      ],
      2,
    ),
    2,
  );
  assert.equal(crossing([[3, 1]], 1), 3);
  assert.equal(crossing([], 1), null);
});
