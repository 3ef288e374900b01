import assert from 'node:assert/strict';
import { test } from 'node:test';
import { a19 } from '../../claims/a19-scenarios.js';
import type { TransportId } from '../../contract/transports.js';
import { always, type Cell, inTurn, verdictOf } from './verdict-of.js';

function stale(scenario: string, transport: TransportId, ...ms: number[]): Cell {
  const reported = ms.map((value) => ({ client: { stalenessMeanUs: value * 1000 } }));
  return {
    workload: { id: `scenario-${scenario}` },
    transport,
    reported: reported.length === 1 ? always(reported[0] as { client: object }) : inTurn(...reported),
  };
}
const scenario = (name: string, sse: number, websocket: number, polling: number) => [
  stale(name, 'sse', sse),
  stale(name, 'websocket', websocket),
  stale(name, 'polling', polling),
];

test('suited where it is as fresh as the best; ties are ties', () => {
  const names = ['chat', 'news', 'prices', 'scores', 'sensors', 'dashboard'];
  const verdict = verdictOf(
    a19,
    names.flatMap((name) => scenario(name, 100, 100, 350)),
  );
  assert.equal(verdict.outcome, 'reproduced');
  // Of six that are named, one that was measured is no more than itself.
  assert.equal(verdictOf(a19, scenario('chat', 100, 100, 350)).outcome, 'holds under stated conditions');
  assert.match(verdict.value ?? '', /^chat .*: freshest .* and .* \(tied\).*polling is 3\.50/);
});

test('not suited where another is fresher, or something is missing', () => {
  const suited = scenario('chat', 100, 100, 350);
  const beaten = scenario('prices', 100, 80, 350);
  const mixed = verdictOf(a19, [...suited, ...beaten]);
  assert.equal(mixed.outcome, 'holds under stated conditions');
  assert.match(mixed.because, /1 of 2 scenarios; not in prices$/);
  assert.equal(verdictOf(a19, beaten).outcome, 'contradicted');
  const incomplete = suited.map((cell) =>
    cell.transport === 'sse'
      ? { ...cell, reported: always({ client: { delivered: 150, stalenessMeanUs: 100_000 } }) }
      : cell,
  );
  assert.equal(verdictOf(a19, incomplete).outcome, 'contradicted');
});

test('unclear is inconclusive; SSE alone, or other workloads, are no evidence', () => {
  const unclear = [stale('chat', 'sse', 100, 104, 112), stale('chat', 'websocket', 100)];
  assert.equal(verdictOf(a19, unclear).outcome, 'inconclusive');
  assert.match(verdictOf(a19, unclear).because, /0 of 1 scenario; not certain, or not compared with both, in chat/);
  assert.equal(verdictOf(a19, [stale('chat', 'sse', 100)]).outcome, 'not tested');
  const elsewhere = scenario('chat', 100, 100, 350).map((cell) => ({ ...cell, workload: { id: 'chat' } }));
  assert.equal(verdictOf(a19, elsewhere).outcome, 'not tested');
});

test('a rival that was not measured leaves open whether it is fresher', () => {
  const names = ['chat', 'news', 'prices', 'scores', 'sensors', 'dashboard'];
  const alone = (name: string) => scenario(name, 100, 100, 350).filter(({ transport }) => transport !== 'websocket');
  assert.equal(verdictOf(a19, names.flatMap(alone)).outcome, 'inconclusive');
  assert.equal(
    verdictOf(a19, [...scenario('chat', 100, 100, 350), ...alone('news')]).outcome,
    'holds under stated conditions',
  );
});

test('where ages are milliseconds, a fraction of one is nothing', () => {
  assert.equal(verdictOf(a19, scenario('chat', 2.9, 2, 350)).outcome, 'holds under stated conditions');
  assert.equal(verdictOf(a19, scenario('chat', 3.1, 2, 350)).outcome, 'contradicted');
});

test('it turns on times, so a noisy machine leaves no verdict', () => {
  const noise = { kind: 'machine-noise' as const, message: 'busy', disqualifying: false };
  const noisy = scenario('chat', 100, 100, 350).map((cell) => ({
    ...cell,
    reported: (repetition: number) => ({ ...cell.reported(repetition), warnings: [noise] }),
  }));
  const verdict = verdictOf(a19, noisy);
  assert.equal(verdict.outcome, 'inconclusive');
  assert.match(verdict.because, /something else used the machine/);
});
