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
  const verdict = verdictOn({
    transparent,
    'drop-upgrade': dropping,
    buffering: { sse: late, websocket: whole },
    'idle-timeout': transparent,
  });
  assert.equal(verdict.outcome, 'holds under stated conditions');
  assert.match(verdict.value ?? '', /SSE delivers 100 %, WebSocket 0 %/);
  assert.match(verdict.value ?? '', /SSE is 500 ms .* WebSocket 1\.00 ms/);
  assert.equal(verdict.evidence.length, 8);
  assert.equal(
    verdictOn({ transparent, 'drop-upgrade': dropping, buffering: { sse: blocked, websocket: whole } }).outcome,
    'holds under stated conditions',
  );
});

test('a buffer that does not hold SSE back leaves the claim as it stands', () => {
  assert.equal(verdictOn({ transparent, 'drop-upgrade': dropping, buffering: transparent }).outcome, 'reproduced');
});

test('WebSocket that passes, or SSE that does not, contradicts it; something in between decides nothing', () => {
  const buffering = { sse: late, websocket: whole };
  const outcome = (pair: Pair) => verdictOn({ transparent, 'drop-upgrade': pair, buffering }).outcome;
  assert.equal(outcome(transparent), 'contradicted');
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
