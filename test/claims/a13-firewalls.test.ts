import assert from 'node:assert/strict';
import { test } from 'node:test';
import { a13 } from '../../claims/a13-firewalls.js';
import type { ProxyId } from '../../contract/proxies.js';
import type { TransportId } from '../../contract/transports.js';
import { judge } from '../../harness/judge.js';
import type { OkTrial, Verdict } from '../../harness/model.js';
import { summarize } from '../../harness/summarize.js';
import { fakeHistogram, fakePlan, fakeTrial, fakeWorkload } from '../fixtures/run.js';

type Client = Partial<OkTrial['client']>;
type Pair = Readonly<Record<'sse' | 'websocket', Client>>;

const whole: Client = {};
const blocked: Client = { delivered: 0, lost: 200, latency: fakeHistogram([]) };
const half: Client = { delivered: 100, lost: 100 };
const late: Client = { latency: fakeHistogram(Array(200).fill(500_000)) };

function verdictOn(through: Partial<Record<ProxyId, Pair>>, transports: TransportId[] = ['sse', 'websocket']): Verdict {
  const workloads = Object.keys(through).map((proxy) => ({ ...fakeWorkload, id: proxy, proxy: proxy as ProxyId }));
  const plan = fakePlan({ transports, workloads, repeats: 3 });
  const records = plan.trials.map((trial) =>
    fakeTrial(trial, { client: through[trial.workloadId as ProxyId]?.[trial.transport as 'sse'] ?? {} }),
  );
  return judge({ plan, summary: summarize(plan, records) }, [a13]).verdicts[0] as Verdict;
}

const transparent: Pair = { sse: whole, websocket: whole };
const dropping: Pair = { sse: whole, websocket: blocked };

test('both halves measured: each transport has an intermediary that stops it', () => {
  const verdict = verdictOn({ transparent, 'drop-upgrade': dropping, buffering: { sse: late, websocket: whole } });
  assert.equal(verdict.outcome, 'holds under stated conditions');
  assert.match(verdict.value ?? '', /SSE delivers 100 %, WebSocket 0 %/);
  assert.match(verdict.value ?? '', /SSE is 500 ms .* WebSocket 1\.00 ms/);
  assert.match(
    verdict.because,
    /ignores Upgrade stops WebSocket and lets SSE through; .* holds SSE back and lets WebSocket/,
  );
  assert.match(verdict.conditions.join(), /cuts silent connections is not in this run/);
  assert.equal(verdict.evidence.length, 6);
  const blockedToo = verdictOn({
    transparent,
    'drop-upgrade': dropping,
    buffering: { sse: blocked, websocket: whole },
  });
  assert.equal(blockedToo.outcome, 'holds under stated conditions');
  assert.match(blockedToo.because, /one that buffers responses stops SSE and/);
});

test('a buffer that does not hold SSE back leaves the claim as it stands', () => {
  const verdict = verdictOn({ transparent, 'drop-upgrade': dropping, buffering: transparent });
  assert.equal(verdict.outcome, 'reproduced');
  assert.match(verdict.because, /one that buffers responses lets SSE through and lets WebSocket through/);
});

test('an intermediary that cuts silent connections is told of both, and counts against SSE as a buffer does', () => {
  const through = (idle: Pair) =>
    verdictOn({ transparent, 'drop-upgrade': dropping, buffering: transparent, 'idle-timeout': idle });
  const cut: Client = { reconnects: 20 };
  const kept = through({ sse: cut, websocket: { reconnects: 40 } });
  assert.equal(kept.outcome, 'reproduced');
  assert.match(
    kept.value ?? '',
    /SSE connected again 20 times a trial, delivers 100 % \(0 of 600 lost in all\); WebSocket connected again 40 times/,
  );
  assert.match(kept.conditions.join(), /cut after 1 s of silence/);
  assert.equal(kept.evidence.length, 8);
  const losing = through({ sse: { ...cut, ...half }, websocket: cut });
  assert.equal(losing.outcome, 'holds under stated conditions');
  assert.match(losing.because, /silent connections costs SSE some of its updates and lets WebSocket through/);
  assert.match(losing.value ?? '', /delivers 50 % \(300 of 600 lost in all\)/);
});

test('WebSocket that passes, or SSE that does not, contradicts it; something in between decides nothing', () => {
  const buffering = { sse: late, websocket: whole };
  const outcome = (pair: Pair) => verdictOn({ transparent, 'drop-upgrade': pair, buffering }).outcome;
  const passing = verdictOn({ transparent, 'drop-upgrade': transparent, buffering });
  assert.equal(passing.outcome, 'contradicted');
  assert.match(passing.because, /ignores Upgrade lets WebSocket through and lets SSE through/);
  assert.doesNotMatch(`${passing.because} ${passing.conditions.join()}`, /stops WebSocket|is blocked/);
  assert.equal(outcome({ sse: blocked, websocket: blocked }), 'contradicted');
  assert.equal(outcome({ sse: whole, websocket: half }), 'inconclusive');
  assert.equal(outcome({ sse: half, websocket: blocked }), 'inconclusive');
});

test('with one half of the evidence it is not tested, whichever half that is', () => {
  const buffering = { sse: late, websocket: whole };
  for (const part of [
    { transparent, 'drop-upgrade': dropping },
    { transparent, buffering },
    { 'drop-upgrade': dropping, buffering },
  ])
    assert.equal(verdictOn(part).outcome, 'not tested');
  const sseAlone = verdictOn({ transparent, 'drop-upgrade': dropping, buffering }, ['sse']);
  assert.equal(sseAlone.outcome, 'not tested');
  assert.match(sseAlone.because, /three proxies/);
});
