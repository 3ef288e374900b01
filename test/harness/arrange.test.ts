import assert from 'node:assert/strict';
import { test } from 'node:test';
import { arrange, explainArrangement, type Limits } from '../../harness/arrange.js';

const wide = [1_024, 65_535] as const;
const usual = [32_768, 60_999] as const;

for (const [what, connections, descriptors, portRange, expected] of [
  ['10,000 fit one process and one address', 10_000, 20_000, wide, [1, 1, 1]],
  ['a process also needs files of its own', 19_900, 20_000, wide, [2, 2, 1]],
  ['the servers’ shares are uneven, the workers’ are not', 19_872, 20_000, wide, [1, 1, 1]],
  ['48,000 need three of each at 20,000 files, and half of the ports are too few', 48_000, 20_000, wide, [3, 3, 2]],
  ['and four addresses with the usual ports', 48_000, 20_000, usual, [3, 3, 4]],
  ['200,000 with a million files need ports only', 200_000, 1_048_576, wide, [1, 1, 7]],
  ['limits that are unknown limit nothing', 200_000, null, null, [1, 1, 1]],
  ['a very low limit makes many processes', 1_000, 256, wide, [9, 8, 1]],
] as const)
  test(`arrange: ${what}`, () => {
    const { serverProcesses, clientWorkers, addresses } = arrange(connections, { descriptors, portRange });
    assert.deepEqual([serverProcesses, clientWorkers, addresses], expected);
  });

test('what was arranged is explained by the limit that asked for it', () => {
  const explain = (connections: number, limits: Limits) =>
    explainArrangement(connections, arrange(connections, limits), limits);
  assert.equal(explain(10_000, { descriptors: 20_000, portRange: wide }), null);
  assert.equal(
    explain(48_000, { descriptors: 20_000, portRange: usual }),
    '48,000 connections: 3 server processes and 3 client workers, since a process may open 20000 files; 4 loopback addresses, since there are 28232 local ports',
  );
  const limits: Limits = { descriptors: 20_000, portRange: wide };
  assert.equal(
    explainArrangement(4_800, arrange(48_000, limits), limits),
    '4,800 connections: 3 server processes and 3 client workers, more than they need; 2 loopback addresses, more than they need',
  );
});
