/** A16, I11, I13, I14 and I16: how many, how often, and what each takes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { a16 } from '../../claims/a16-push-frequency.js';
import { i11 } from '../../claims/i11-idle-memory.js';
import { i13 } from '../../claims/i13-forty-thousand.js';
import { i14 } from '../../claims/i14-many-streams.js';
import { i16 } from '../../claims/i16-wasted-polls.js';
import type { TransportId } from '../../contract/transports.js';
import type { TrialPlan } from '../../contract/trial.js';
import { fakeCost, fakeHistogram, fakePlan, fakeTrial } from '../fixtures/run.js';
import { always, type Cell, inTurn, type Reported, verdictOf } from './verdict-of.js';

const [somePlan] = fakePlan().trials as [TrialPlan];

/** Shares of what is offered and of a core, in a window of a second. */
interface Pushed {
  readonly delivered?: number;
  readonly p99Us?: number;
  readonly server?: number;
  readonly generator?: number;
  readonly dropped?: number;
}
function pushed(rateHz: number, transport: TransportId, over: Pushed = {}): Cell {
  const { delivered = 1, p99Us = 5_000, server = 0.5, generator = 0.4, dropped = 0 } = over;
  const expected = rateHz * 100;
  const serverCost = fakeCost({ cpuUs: server * 1e6 });
  const generatorCost = fakeCost({ cpuUs: generator * 1e6 });
  const reported: Reported = {
    client: {
      expected,
      delivered: expected,
      windowDelivered: expected * delivered,
      latency: fakeHistogram(Array(200).fill(p99Us)),
    },
    serverCost,
    generatorCost,
  };
  const full = generator >= 0.9;
  return {
    workload: { id: `push-${rateHz}`, updates: { rateHz, arrival: 'periodic', burstSize: 1 }, delivery: 'every' },
    transport,
    reported: always({
      ...reported,
      ...(dropped === 0 ? {} : { server: { ...fakeTrial(somePlan).server, droppedSlow: dropped } }),
      ...(full
        ? { warnings: [{ kind: 'generator-bound' as const, message: 'it measured itself', disqualifying: true }] }
        : {}),
    }),
  };
}
const both = (rateHz: number, over: Pushed = {}) => [pushed(rateHz, 'sse', over), pushed(rateHz, 'websocket', over)];
const full = { delivered: 0.6, p99Us: 900_000, server: 0.98, generator: 0.6 };

test('A16: the knee lies between the last rate kept up with and the first that was not', () => {
  const verdict = verdictOf(a16, [...both(10), ...both(50), ...both(100, full), ...both(200, full)]);
  assert.equal(verdict.outcome, 'reproduced');
  assert.match(verdict.value ?? '', /^Server-Sent Events: knee between 50 and 100 updates\/s \(100 % of 5,000\/s/);
  assert.match(
    verdict.value ?? '',
    /60 % of 10,000\/s delivered, p99 90\d ms, .* less delivered, p99 grown\); WebSocket: knee/,
  );
  assert.deepEqual([verdict.interval?.low, verdict.interval?.high], [50, 100]);
});

test('A16: each sign of a knee is one alone, from its threshold on', () => {
  const outcome = (over: Pushed) =>
    verdictOf(a16, [...both(10), ...both(50), ...both(100, { server: 0.95, ...over })]).outcome;
  assert.equal(outcome({ delivered: 0.94 }), 'reproduced');
  assert.equal(outcome({ delivered: 0.96 }), 'inconclusive');
  assert.equal(outcome({ p99Us: 26_000 }), 'reproduced');
  assert.equal(outcome({ p99Us: 24_000 }), 'inconclusive');
  assert.equal(outcome({ dropped: 1 }), 'reproduced', 'one in each trial');
});

test('A16: a knee is the server’s when its core is full, or when it drops; times alone may be anybody’s', () => {
  const at100 = (over: Pushed) => verdictOf(a16, [...both(10), ...both(50), ...both(100, over)]);
  const slow = at100({ p99Us: 90_000, server: 0.3 });
  assert.equal(slow.outcome, 'inconclusive');
  assert.match(slow.because, /falls behind and no core is seen to be full/);
  const waiting = at100({ p99Us: 90_000, server: 0.95 });
  assert.match(
    waiting.because,
    /^Server-Sent Events: from there on the server’s core is full, more updates are more wait/,
  );
  assert.ok(!waiting.because.includes('dropped'), waiting.because);
  const dropping = at100({ dropped: 1, server: 0.3 });
  assert.equal(dropping.outcome, 'reproduced');
  assert.ok(!dropping.because.includes('core is full'), dropping.because);
});

test('A16: p99 has grown against the whole interval at the lowest rate; one update of ten more or less is no sign', () => {
  const turns = [4_000, 5_000, 9_000].map((us) => pushed(10, 'sse', { p99Us: us }).reported(0));
  const wide = both(10).map((cell) => ({ ...cell, reported: inTurn(...turns) }));
  const over = { p99Us: 30_000, server: 0.95 };
  assert.equal(verdictOf(a16, [...wide, ...both(50), ...both(100, over)]).outcome, 'inconclusive');
  assert.equal(verdictOf(a16, [...both(10), ...both(50), ...both(100, over)]).outcome, 'reproduced');
  const short = { delivered: 0.9, server: 0.95 };
  assert.equal(verdictOf(a16, [...both(10, short), ...both(50), ...both(100)]).outcome, 'inconclusive');
});

test('A16: both transports have to have a knee, also the one whose lowest rate was left out', () => {
  const knee = [...both(10), ...both(50), ...both(100, full)];
  const [, lowest] = both(10, { generator: 0.95 }) as [Cell, Cell];
  const left = verdictOf(a16, [...knee.filter((_, i) => i !== 1), lowest]);
  assert.equal(left.outcome, 'holds under stated conditions');
  assert.match(left.value ?? '', /WebSocket: its lowest rate was not measured/);
  assert.match(left.conditions.join(), /^Server-Sent Events only/);
  const alone = verdictOf(
    a16,
    knee.filter(({ transport }) => transport === 'sse'),
  );
  assert.equal(alone.outcome, 'holds under stated conditions');
  assert.match(alone.because, /WebSocket: no sweep of 3 rates in this run/);
  const other = verdictOf(a16, [...both(10), ...both(50), pushed(100, 'sse', full), pushed(100, 'websocket')]);
  assert.equal(other.outcome, 'holds under stated conditions');
  assert.match(other.because, /from there on .*; WebSocket: no rate up to 100 updates\/s was too high$/);
});

test('A16: what lies beyond the knee is overload, and not its evidence', () => {
  const bound = { kind: 'generator-bound' as const, message: 'it measured itself', disqualifying: true };
  const beyond = both(200, full).map((cell) => ({
    ...cell,
    reported: (repetition: number) => ({
      ...cell.reported(repetition),
      ...(repetition === 0 ? { warnings: [bound] } : {}),
    }),
  }));
  const verdict = verdictOf(a16, [...both(10), ...both(50), ...both(100, full), ...beyond]);
  assert.equal(verdict.outcome, 'reproduced');
  assert.ok(!verdict.evidence.some((key) => key.startsWith('push-200')));
});

test('A16: a load generator that is fuller than the server has its own knee, and so has one that was left out', () => {
  const generators = { ...full, server: 0.5, generator: 0.8 };
  const marked = verdictOf(a16, [...both(10), ...both(50), ...both(100, generators)]);
  assert.equal(marked.outcome, 'inconclusive');
  assert.match(
    marked.because,
    /Server-Sent Events: the load generator was full first.*WebSocket: the load generator was full first/,
  );
  const left = verdictOf(a16, [...both(10), ...both(50), ...both(100, { generator: 0.95 }), ...both(200, full)]);
  assert.equal(left.outcome, 'inconclusive', 'what lies beyond a load that was not measured is not looked at');
  assert.match(left.because, /the rate after 50 updates\/s has no trial that counts/);
  const one = verdictOf(a16, [
    ...both(10),
    ...both(50),
    pushed(100, 'sse', full),
    pushed(100, 'websocket', generators),
  ]);
  assert.equal(one.outcome, 'holds under stated conditions');
});

test('A16: contradicted when nothing gives way up to a thousand a second; two rates are no sweep', () => {
  assert.equal(verdictOf(a16, [...both(10), ...both(100), ...both(1000)]).outcome, 'contradicted');
  assert.equal(verdictOf(a16, [...both(10), ...both(100)]).outcome, 'not tested');
});

const slab = (perConnection: readonly number[], userBytes = 1_000): Cell[] =>
  [1_000, 10_000].map((subscribers) => ({
    workload: { id: `idle-${subscribers}`, subscribers, idleMs: 3_000 },
    transport: 'websocket',
    reported: inTurn(
      ...perConnection.map((bytes) => ({
        idle: {
          elapsedMs: 3_000,
          serverCpuUs: 0,
          generatorCpuUs: 0,
          serverAnonymousBytes: 1e8 + subscribers * userBytes,
          generatorAnonymousBytes: 1e8,
          kernelSocketBytes: subscribers * bytes,
        },
      })),
    ),
  }));

test('I11: the kernel’s part of a socket, within half as much again of 4 KB; the process’s decides nothing', () => {
  const agreeing = verdictOf(i11, slab([8_000, 8_192, 8_400], 90_000));
  assert.equal(agreeing.outcome, 'reproduced');
  assert.match(agreeing.value ?? '', /^kernel 4\.00 KB \(3\.91–4\.10\) a socket; the process 87\.9 KB .* theirs 27 KB/);
  assert.equal(agreeing.evidence.length, 2);
  // What is judged is all that is claimed.
  assert.doesNotMatch(`${agreeing.title} ${agreeing.claimed}`, /27/);
  assert.match(agreeing.conditions.join(), /the kernel’s part only; 27 KB of their process, 10\.9 KB .* not judged/);
  assert.equal(verdictOf(i11, slab([14_000, 15_000, 16_000])).outcome, 'contradicted');
  assert.equal(verdictOf(i11, slab([5_000, 5_200, 5_300])).outcome, 'contradicted');
  assert.equal(verdictOf(i11, slab([12_000, 12_288, 12_600])).outcome, 'inconclusive');
  assert.equal(verdictOf(i11, slab([8_000, 8_000, 8_000]).slice(0, 1)).outcome, 'not tested');
});

const streams = (over: Partial<NonNullable<Reported['client']>>, memoryBytes = 300 * 2 ** 20): Cell => ({
  workload: { id: 'streams', subscribers: 40_000, delivery: 'every' },
  transport: 'sse',
  reported: always({
    client: { expected: 40_000, delivered: 40_000, ...over },
    serverCost: fakeCost({ anonymousBytes: memoryBytes }),
    kernelSocketBytes: 300 * 2 ** 20,
  }),
});

test('I13: all of them, each reached, in their machine’s memory', () => {
  const verdict = verdictOf(i13, [streams({})]);
  assert.equal(verdict.outcome, 'reproduced');
  assert.match(verdict.value ?? '', /^40,000 connections, 1 update each, 0 lost, .* 450 MiB of the server/);
  assert.equal(verdictOf(i13, [streams({}, 2 ** 30)]).outcome, 'holds under stated conditions');
  const losing = streams({ delivered: 39_999, lost: 1 });
  assert.equal(verdictOf(i13, [losing]).outcome, 'not testable here');
  const busy = { ...losing.reported(0), generatorCost: fakeCost({ cpuUs: 750_000 }) };
  assert.equal(verdictOf(i13, [{ ...losing, reported: always(busy) }]).outcome, 'inconclusive');
  assert.equal(verdictOf(i13, [streams({ reconnects: 1 })]).outcome, 'inconclusive');
  const fewer = { ...streams({}), workload: { id: 'streams', subscribers: 39_999 } };
  assert.equal(verdictOf(i13, [fewer]).outcome, 'not tested');
});

const events = (
  windowDelivered: number,
  generator = 0.4,
  over: Partial<NonNullable<Reported['client']>> = {},
): Cell => ({
  workload: { id: 'events', subscribers: 5_000, payloadBytes: 82, delivery: 'every' },
  transport: 'sse',
  reported: always({
    client: { expected: 50_000, delivered: 50_000, windowDelivered, ...over },
    generatorCost: fakeCost({ cpuUs: generator * 1e6 }),
  }),
});

test('I14: what is offered arrives without an error, or it does not; nobody is contradicted by that', () => {
  assert.equal(verdictOf(i14, [events(50_000)]).outcome, 'reproduced');
  // Ten events in the window, and whether the last of them falls into it is chance: 98 % of nine.
  assert.equal(verdictOf(i14, [events(45_000)]).outcome, 'reproduced');
  const behind = verdictOf(i14, [events(44_000)]);
  assert.equal(behind.outcome, 'not testable here');
  assert.match(behind.because, /^fewer events arrived in time than were offered, in every trial/);
  const busy = verdictOf(i14, [events(44_000, 0.8)]);
  assert.equal(busy.outcome, 'inconclusive');
  assert.match(busy.because, /80 % of its core/);
  assert.match(verdictOf(i14, [events(50_000, 0.8)]).because, /though the load generator’s core was busy/);
  const broken = verdictOf(i14, [events(50_000, 0.4, { reconnects: 1 })]);
  assert.equal(broken.outcome, 'inconclusive');
  assert.match(
    broken.because,
    /^something was lost, dropped or refused, or had to reconnect; not every trial lost something/,
  );
  assert.equal(verdictOf(i14, [events(50_000, 0.4, { delivered: 49_999, lost: 1 })]).outcome, 'not testable here');
  assert.equal(
    verdictOf(i14, [{ ...events(50_000), workload: { id: 'events', subscribers: 5_000 } }]).outcome,
    'not tested',
  );
});

const vain = (useless: readonly number[], intervalMs = 10): Cell => ({
  workload: {
    id: 'rare',
    updates: { rateHz: 1.5, arrival: 'periodic', burstSize: 1 },
    poll: { intervalMs, pacing: 'request-start', phase: 'random', connection: 'keep-alive' },
  },
  transport: 'polling',
  reported: inTurn(...useless.map((windowUselessPolls) => ({ client: { windowRequests: 1000, windowUselessPolls } }))),
});

test('I16: a point on the law, and no property of polling', () => {
  const verdict = verdictOf(i16, [vain([984, 985, 986])]);
  assert.equal(verdict.outcome, 'holds under stated conditions');
  assert.match(verdict.because, /λT = 0\.0150 predicts 98\.5 %, which lies inside/);
  assert.equal(verdictOf(i16, [vain([970, 972, 974])]).outcome, 'contradicted');
  assert.equal(verdictOf(i16, [vain([978, 980, 985])]).outcome, 'inconclusive');
  assert.equal(verdictOf(i16, [vain([985, 985, 985], 100)]).outcome, 'not tested');
});
