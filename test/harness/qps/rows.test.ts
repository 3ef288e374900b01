/** The arithmetic of a QPS measurement, against numbers worked out by hand. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limitOf } from '../../../harness/qps/block.js';
import type { Block, Measured } from '../../../harness/qps/model.js';
import { split } from '../../../harness/qps/own.js';
import { sumUp } from '../../../harness/qps/rows.js';
import { planBlocks } from '../../../harness/qps/run.js';

const unknown = { meanUs: null, p50Us: null, p90Us: null, p99Us: null, p999Us: null, maxUs: null };

function block(
  generator: string,
  repetition: number,
  requests: number,
  cpuUs: number,
  rest: Partial<Block> = {},
): Block {
  const measured: Measured = {
    requests,
    elapsedS: 2,
    requestsPerS: requests / 2,
    bytesPerResponse: 100 + repetition,
    bytesPerRequest: null,
    latency: { ...unknown, p50Us: 10 * (repetition + 1) },
    histogram: null,
    errors: repetition === 0 ? { timeout: 2 } : {},
    errorExamples: {},
    connectionsOpened: null,
    offeredPerS: null,
    slipMeanUs: null,
    unanswered: null,
    generatorCpuUs: cpuUs,
    serverCpuUs: repetition === 2 ? null : 500_000,
    generatorShare: 0.95,
    serverShare: 0.5,
    limit: repetition === 1 ? 'neither' : 'generator',
    littlesLaw: 1,
    sockets: null,
  };
  return {
    generator,
    mode: 'keep-alive',
    connections: 64,
    repetition,
    startedAt: '2026-01-01T00:00:00.000Z',
    command: null,
    failure: null,
    measured,
    ...rest,
  };
}

test('repeats are mirrored, modes within them too', () => {
  const order = planBlocks(['a', 'b'], { modes: ['close', 'keep-alive'], repeats: 2 }).map(
    ({ generator, mode, repetition }) => `${repetition} ${mode} ${generator}`,
  );
  assert.deepEqual(order, [
    '0 keep-alive a',
    '0 keep-alive b',
    '0 close a',
    '0 close b',
    '1 close b',
    '1 close a',
    '1 keep-alive b',
    '1 keep-alive a',
  ]);
});

test('a row is the median of its blocks, and a ratio is taken repeat by repeat', () => {
  const blocks = [
    block('pushlab', 0, 1000, 1_000_000),
    block('wrk', 0, 1000, 2_000_000),
    block('wrk', 1, 3000, 2_000_000),
    block('pushlab', 1, 3000, 1_000_000),
    block('pushlab', 2, 2000, 1_000_000),
    block('wrk', 2, 2000, 4_000_000),
  ];
  const [own, wrk] = sumUp(blocks, 'closed');
  assert.deepEqual(own?.requestsPerS, { median: 1000, low: 500, high: 1500, values: [500, 1500, 1000] });
  assert.deepEqual(own?.requestsPerGeneratorCpuS?.values, [1000, 3000, 2000]);
  assert.deepEqual(own?.requestsPerServerCpuS?.values, [2000, 6000], 'a block whose server was not measured has none');
  assert.equal(own?.toOwn, null);
  // 1000/500, 3000/1500, 2000/500.
  assert.deepEqual(wrk?.toOwn, { median: 2, low: 2, high: 4, values: [2, 2, 4] });
  assert.equal(wrk?.bytesPerResponse, 101);
  assert.equal(wrk?.latency.p50Us, 20);
  assert.deepEqual(wrk?.errors, { timeout: 2 });
  assert.equal(wrk?.limit, 'generator');
});

test('a block that failed is left out and named, and its pair has no ratio', () => {
  const blocks = [
    block('pushlab', 0, 1000, 1_000_000),
    block('ab', 0, 0, 0, { failure: 'ab: no result', measured: null }),
    block('ab', 1, 1000, 1_000_000),
    block('pushlab', 1, 1000, 1_000_000, { failure: 'no request succeeded' }),
  ];
  const ab = sumUp(blocks, 'open').find(({ generator }) => generator === 'ab');
  assert.equal(ab?.blocks, 1);
  assert.deepEqual(ab?.failures, ['ab: no result']);
  assert.equal(ab?.toOwn, null);
  assert.equal(ab?.model, 'closed', 'only our own is open');
});

test('who is at the limit is said only of what was measured', () => {
  assert.equal(limitOf(0.95, 0.5), 'generator');
  assert.equal(limitOf(0.5, 0.9), 'server');
  assert.equal(limitOf(0.9, 0.9), 'both');
  assert.equal(limitOf(0.5, 0.5), 'neither');
  assert.equal(limitOf(0.5, null), 'unknown');
  assert.equal(limitOf(0.95, null), 'generator');
});

test('connections are shared out evenly and none is lost', () => {
  assert.deepEqual(split(10, 4), [2, 2, 3, 3]);
  assert.deepEqual(split(1, 1), [1]);
});
