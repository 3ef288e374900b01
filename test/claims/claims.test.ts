import assert from 'node:assert/strict';
import { test } from 'node:test';
import { usefulByLaw } from '../../claims/a7-useless-polls.js';
import { megabitsPerS } from '../../claims/i1-header-bytes.js';
import { claims } from '../../claims/index.js';
import { exponential, seededRandom } from '../../contract/random.js';
import type { Workload } from '../../contract/trial.js';
import { judge } from '../../harness/judge.js';
import { type OkTrial, type Plan, type Verdict, verdictsSchema } from '../../harness/model.js';
import { summarize } from '../../harness/summarize.js';
import { fakePlan, fakeTrial, fakeWorkload } from '../fixtures/run.js';

type Client = Partial<OkTrial['client']>;

/** Judges made-up trials: what the clients of a transport reported, per repetition. */
function verdictOf(
  id: string,
  clients: Record<string, (repetition: number) => Client>,
  over: Partial<Plan> = {},
): Verdict {
  const plan = fakePlan({ transports: Object.keys(clients) as Plan['trials'][number]['transport'][], ...over });
  const records = plan.trials.map((trial) =>
    fakeTrial(trial, { client: (clients[trial.transport] as (repetition: number) => Client)(trial.repetition) }),
  );
  const verdicts = judge({ plan, summary: summarize(plan, records) }, claims);
  verdictsSchema.parse(verdicts);
  return verdicts.verdicts.find((verdict) => verdict.id === id) as Verdict;
}

const sseBytes = (payload: number, framing: number) => () => ({
  windowTraffic: {
    down: { payload, repeated: 0, framing, heads: 0 },
    up: { payload: 0, repeated: 0, framing: 0, heads: 0 },
  },
});
const useful = (shares: readonly number[]) => (repetition: number) => ({
  windowRequests: 1000,
  windowUselessPolls: Math.round(1000 * (1 - (shares[repetition] as number))),
});
const stale = (meansUs: readonly number[]) => (repetition: number) => ({
  stalenessMeanUs: meansUs[repetition] as number,
});

test('every claim has a citation, its own words, and an id of its own', () => {
  const ids = claims.map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
  for (const { id, title, says, claimed, needs, source } of claims)
    for (const text of [id, title, says, claimed, needs, source.title])
      assert.ok(text.trim().length > 1, `${id}: ${text}`);
});

test('what was wrong on purpose is no evidence of how things are', () => {
  const shares = { polling: useful([0.5, 0.5, 0.5, 0.5, 0.5]) };
  assert.notEqual(verdictOf('A7', shares).outcome, 'not tested');
  const behindProxy = [{ ...fakeWorkload, proxy: 'transparent' as const }];
  const reset = [{ ...fakeWorkload, faults: [{ kind: 'restart-server' as const, atMs: 100, forMs: 0 }] }];
  for (const workloads of [behindProxy, reset])
    assert.equal(verdictOf('A7', shares, { workloads }).outcome, 'not tested');
});

test('a claim without its evidence is not tested, and says what it needs; nobody wins by it', () => {
  for (const id of ['A6', 'A10']) {
    const verdict = verdictOf(id, { polling: useful([0.5, 0.5, 0.5, 0.5, 0.5]) });
    assert.equal(verdict.outcome, 'not tested');
    assert.match(verdict.because, /SSE arm/);
    assert.deepEqual([verdict.value, verdict.sampleCount, verdict.evidence], [null, 0, []]);
  }
  assert.equal(verdictOf('A7', { sse: () => ({}) }).outcome, 'not tested');
  assert.equal(verdictOf('I1', { sse: () => ({}) }).outcome, 'not tested');
});

test('two trials are no verdict', () => {
  const verdict = verdictOf('A6', { sse: sseBytes(100, 100) }, { repeats: 2 });
  assert.equal(verdict.outcome, 'inconclusive');
  assert.match(verdict.because, /2 trials of an arm are too few/);
});

test('the same evidence gives the same verdict', () => {
  const clients = { polling: stale([3, 4, 5, 6, 7]), sse: stale([1, 2, 1, 2, 1]) };
  assert.deepEqual(verdictOf('A10', clients), verdictOf('A10', clients));
});

test('A6: contradicted below 95 %, with the payload from which it would hold', () => {
  // 200 updates of 100 B with 20 B of overhead each: 83.3 %, and 95 % from 19 × 20 = 380 B on.
  const verdict = verdictOf('A6', { sse: sseBytes(20_000, 4_000) });
  assert.equal(verdict.outcome, 'contradicted');
  assert.match(verdict.value ?? '', /^83\.3 %/);
  assert.match(verdict.because, /20 B .*about 380 B/);
  assert.equal(verdict.sampleCount, 5);
});

test('A6: bytes of the wire are called estimated where they are', () => {
  assert.match(verdictOf('A6', { sse: sseBytes(20_000, 4_000) }).because, /on the wire, .* payload is \d/);
  const estimate = { method: 'estimate', why: 'no root' } as const;
  const verdict = verdictOf('A6', { sse: sseBytes(20_000, 4_000) }, { wire: estimate });
  assert.match(verdict.because, /payload is an estimated \d.* \(not counted: no root\)/);
});

test('A6: holds from the payload on that reaches it', () => {
  assert.equal(verdictOf('A6', { sse: sseBytes(96_000, 4_000) }).outcome, 'holds under stated conditions');
});

test('A6: inconclusive when the interval straddles 95 %', () => {
  const straddling = (repetition: number) => sseBytes(94_000 + repetition * 500, 5_000)();
  assert.equal(verdictOf('A6', { sse: straddling }).outcome, 'inconclusive');
});

test('A7: contradicted where another share is useful, and compared with the law', () => {
  // 100 updates/s per subscriber offered here (200 expected ÷ 1 s ÷ 2) × 100 ms = λT 10.
  const verdict = verdictOf('A7', { polling: useful([0.9, 0.91, 0.92, 0.93, 0.94]) });
  assert.equal(verdict.outcome, 'contradicted');
  // Of 22,000 B both ways 20,000 are updates.
  assert.match(verdict.value ?? '', /^92\.0 % \(90\.0–94\.0\) of the polls useful at λT = 10, 90\.9 % of the bytes$/);
  assert.match(verdict.because, /predicts 99\.995 % of them/);
});

test('A7: agreement is an interval near 20 %, not one that holds it', () => {
  const near = verdictOf('A7', { polling: useful([0.18, 0.19, 0.2, 0.21, 0.22]) });
  assert.equal(near.outcome, 'holds under stated conditions');
  assert.deepEqual(near.conditions, ['of the polls at λT = 10']);
  assert.match(near.because, /it is 20 % of the polls at λT = 10; 1 of 2 shares are otherwise, which contradicts it/);
  const wide = verdictOf('A7', { polling: useful([0.1, 0.3, 0.5, 0.7, 1]) });
  assert.equal(wide.outcome, 'inconclusive');
  assert.match(wide.because, /too wide to say so or otherwise: of the polls at λT = 10/);
});

/** Of a hundred bytes so many are updates. */
const usefulBytes = (shares: readonly number[], polls: readonly number[]) => (repetition: number) => ({
  ...useful(polls)(repetition),
  windowTraffic: {
    down: { payload: (shares[repetition] as number) * 100, repeated: 10, framing: 0, heads: 0 },
    up: { payload: 0, repeated: 0, framing: 0, heads: 90 - (shares[repetition] as number) * 100 },
  },
});

test('A7: read by bytes as well, requests included', () => {
  const all = [0.9, 0.9, 0.9, 0.9, 0.9];
  const verdict = verdictOf('A7', { polling: usefulBytes([0.19, 0.2, 0.2, 0.2, 0.21], all) });
  assert.equal(verdict.outcome, 'holds under stated conditions');
  assert.deepEqual(verdict.conditions, ['of the bytes at λT = 10']);
  assert.equal(verdictOf('A7', { polling: usefulBytes([0.1, 0.1, 0.1, 0.1, 0.1], all) }).outcome, 'contradicted');
  assert.equal(verdictOf('A7', { polling: usefulBytes([0.1, 0.2, 0.3, 0.4, 0.5], all) }).outcome, 'inconclusive');
  const unseen = (repetition: number) => ({
    ...useful(all)(repetition),
    windowTraffic: {
      down: { payload: 100, repeated: 0, framing: null, heads: null },
      up: { payload: 0, repeated: 0, framing: null, heads: null },
    },
  });
  const uncounted = verdictOf('A7', { polling: unseen });
  assert.equal(uncounted.outcome, 'inconclusive', 'bandwidth is what it is about');
  assert.match(uncounted.because, /bytes were not measured/);
});

test('A7: the law of useful polls is what a simulation of polls and arrivals finds', () => {
  const random = seededRandom(5);
  const polls = 200_000;
  let usefulPolls = 0;
  let nextArrivalS = exponential(random, 1 / 7);
  for (let poll = 1; poll <= polls; poll++) {
    const before = nextArrivalS;
    while (nextArrivalS < poll * 0.1) nextArrivalS += exponential(random, 1 / 7);
    if (nextArrivalS !== before) usefulPolls++;
  }
  assert.ok(Math.abs(usefulPolls / polls - usefulByLaw(7, fakeWorkload)) < 0.005);
  const spaced = (updates: Workload['updates']) => ({ ...fakeWorkload, updates });
  assert.equal(usefulByLaw(4, spaced({ rateHz: 4, arrival: 'periodic', burstSize: 1 })), 0.4);
  assert.equal(usefulByLaw(40, spaced({ rateHz: 40, arrival: 'periodic', burstSize: 1 })), 1);
  assert.equal(usefulByLaw(40, spaced({ rateHz: 40, arrival: 'bursts', burstSize: 10 })), 0.4);
});

test('A10: reproduced when polling is staler in every repetition, though the ranges overlap', () => {
  // Unpaired, 100–160 ms against 60–120 ms would be tied; paired, the difference is 40 ms each time.
  const sse = [60_000, 75_000, 90_000, 105_000, 120_000];
  const verdict = verdictOf('A10', { polling: stale(sse.map((us) => us + 40_000)), sse: stale(sse) });
  assert.equal(verdict.outcome, 'reproduced');
  assert.match(verdict.value ?? '', /staler by 40\.0 ms, T\/2 = 50 ms/);
  assert.match(verdict.because, /older on average with polling, for certain, in 1 of 1 comparison; .* in 0 of 1$/);
  assert.equal(verdict.sampleCount, 10);
});

test('A10: of one comparison the figure has its interval; of several there is none, and where it holds is named', () => {
  const sse = [50_000, 50_000, 50_000, 50_000, 50_000];
  const one = verdictOf('A10', { polling: stale([70_000, 80_000, 90_000, 100_000, 110_000]), sse: stale(sse) });
  // 20 to 60 ms of an interval of 100.
  assert.deepEqual(one.interval, { median: 0.4, low: 0.2, high: 0.6, unit: '× poll interval' });
  const workloads = ['staler', 'fresher'].map((id) => ({ ...fakeWorkload, id, title: id }));
  const plan = fakePlan({ transports: ['polling', 'sse'], workloads });
  const records = plan.trials.map((trial) => {
    const polling = trial.workloadId === 'staler' ? 90_000 : 10_000;
    return fakeTrial(trial, { client: { stalenessMeanUs: trial.transport === 'sse' ? 50_000 : polling } });
  });
  const both = judge({ plan, summary: summarize(plan, records) }, claims).verdicts.find(({ id }) => id === 'A10');
  assert.equal(both?.outcome, 'holds under stated conditions');
  assert.deepEqual([both?.interval, both?.conditions], [null, ['staler']]);
  assert.match(both?.because ?? '', /in 1 of 2 comparisons, and fresher in 1; as it stands/);
});

test('A10: inconclusive when the difference changes sign, contradicted when polling is fresher', () => {
  const sse = [50, 50, 50, 50, 50].map((ms) => ms * 1000);
  assert.equal(
    verdictOf('A10', { polling: stale([40, 60, 60, 60, 60].map((ms) => ms * 1000)), sse: stale(sse) }).outcome,
    'inconclusive',
  );
  assert.equal(verdictOf('A10', { polling: stale([4, 6, 6, 6, 6]), sse: stale(sse) }).outcome, 'contradicted');
});

test('A10: half the interval is what a simulation of age of information finds', () => {
  const random = seededRandom(9);
  const intervalS = 0.1;
  let arrivals = 0;
  let newestS = 0;
  let nextS = exponential(random, 0.05);
  let pushAge = 0;
  let pollAge = 0;
  const stepS = 0.0005;
  let heldS = 0;
  const steps = 2_000_000;
  for (let step = 1; step <= steps; step++) {
    const nowS = step * stepS;
    while (nextS <= nowS) {
      newestS = nextS;
      nextS += exponential(random, 0.05);
      arrivals++;
    }
    if (step % Math.round(intervalS / stepS) === 0) heldS = newestS;
    pushAge += nowS - newestS;
    pollAge += nowS - heldS;
  }
  assert.ok(arrivals > 10_000);
  assert.ok(Math.abs((pollAge - pushAge) / steps - intervalS / 2) < 0.001, `${(pollAge - pushAge) / steps}`);
});

test('I1: their printed Mbit/s follow from their bytes, with 2²⁰ bits to the megabit', () => {
  assert.deepEqual(
    [1e3, 1e4, 1e5].map((clients) => Math.trunc(megabitsPerS(871, clients) * 10) / 10),
    [6.6, 66.4, 664.5],
  );
  assert.deepEqual(
    [1e3, 1e4, 1e5].map((clients) => Number(megabitsPerS(2, clients).toFixed(3))),
    [0.015, 0.153, 1.526],
  );
});

test('I1: the portable form is header bytes per poll against frame bytes per update', () => {
  const polling = () => ({
    windowRequests: 100,
    windowDelivered: 200,
    windowTraffic: {
      down: { payload: 20_000, repeated: 0, framing: 400, heads: 11_000 },
      up: { payload: 0, repeated: 0, framing: 0, heads: 5_000 },
    },
  });
  const verdict = verdictOf('I1', { polling, websocket: sseBytes(20_000, 800) });
  assert.equal(verdict.outcome, 'holds under stated conditions');
  // (11,000 + 5,000) ÷ 100 polls; 800 ÷ 200 updates.
  assert.match(verdict.value ?? '', /^160 B of headers per poll, 4 B per frame \(40 : 1\)/);
});

test('I1: contradicted when frames cost more than polls', () => {
  const polling = () => ({
    windowRequests: 200,
    windowTraffic: {
      down: { payload: 20_000, repeated: 0, framing: 0, heads: 200 },
      up: { payload: 0, repeated: 0, framing: 0, heads: 200 },
    },
  });
  assert.equal(verdictOf('I1', { polling, websocket: sseBytes(20_000, 800) }).outcome, 'contradicted');
});

test('of several subjects, figures say whose they are, and none is set against another’s', () => {
  const one = fakePlan({ transports: ['polling', 'sse', 'websocket'] });
  const trials = one.trials.flatMap((trial) => [
    // What belongs to Node comes first where it could be mistaken.
    { ...trial, id: `${trial.id}-node`, subject: 'node' },
    ...(trial.transport === 'polling' ? [] : [trial]),
  ]);
  const plan = { ...one, trials };
  const framing = (subject: string) => (subject === 'node' ? 60_000 : 2_000);
  const summary = summarize(
    plan,
    trials.map((trial) =>
      fakeTrial(trial, {
        client: {
          windowRequests: 100,
          windowTraffic: {
            down: { payload: 20_000, repeated: 0, framing: framing(trial.subject), heads: 10_000 },
            up: { payload: 0, repeated: 0, framing: 0, heads: 10_000 },
          },
        },
      }),
    ),
  );
  const { verdicts } = judge({ plan, summary }, claims);
  const of = (id: string) => verdicts.find((verdict) => verdict.id === id) as Verdict;
  assert.match(of('A6').value ?? '', /\(node\); .*\(uws\)$/);
  assert.deepEqual(of('I1').evidence, ['w/polling/raw/node', 'w/websocket/raw/node']);
  assert.deepEqual(of('A10').evidence, ['w/polling/raw/node', 'w/sse/raw/node']);
});
