/** What else a machine does: read from the real /proc, and reckoned from readings made up. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { type NoiseReading, noiseBetween, readNoise } from '../../harness/meters/noise.js';
import { costBetween, readCost, readMemory } from '../../harness/meters/process-cost.js';
import { parseSlabinfo } from '../../harness/meters/socket-memory.js';

const linux = existsSync('/proc/stat') ? {} : { skip: 'no /proc here' };

const quiet: NoiseReading = {
  stealTicks: 100,
  busyTicks: 1000,
  pressureUs: 5000,
  frequenciesKHz: [],
  throttles: null,
  wallClockAheadUs: 1_000_000,
};

test('what others used is what the cores were busy with beyond the two ends', () => {
  const after: NoiseReading = {
    ...quiet,
    stealTicks: 103,
    busyTicks: 1050,
    pressureUs: 9000,
    wallClockAheadUs: 999_000,
  };
  assert.deepEqual(noiseBetween(quiet, after, 420_000), {
    stealUs: 30_000,
    foreignCpuUs: 80_000,
    pressureUs: 4000,
    frequencyKHz: null,
    throttles: null,
    clockStepUs: -1000,
  });
  // Ticks are coarse: what the ends used may seem to exceed what the cores did.
  assert.equal(noiseBetween(quiet, after, 600_000).foreignCpuUs, 0);
  assert.equal(noiseBetween(quiet, after, null).foreignCpuUs, null);
});

test('what a machine does not show is null, never zero', () => {
  const blind: NoiseReading = { ...quiet, stealTicks: null, busyTicks: null, pressureUs: null };
  const { stealUs, foreignCpuUs, pressureUs } = noiseBetween(blind, blind, 1);
  assert.deepEqual([stealUs, foreignCpuUs, pressureUs], [null, null, null]);
});

test('work in this process shows as busy cores and as CPU time of this process', linux, () => {
  const before = { noise: readNoise([]), cost: readCost(process.pid) };
  const until = Date.now() + 400;
  let sum = 0;
  while (Date.now() < until) sum += Math.sqrt(sum + 1);
  const after = { noise: readNoise([]), cost: readCost(process.pid) };
  const { cpuUs, waitUs } = costBetween(before.cost, after.cost, readMemory(process.pid));
  assert.ok(cpuUs !== null && cpuUs > 50_000, `${cpuUs} µs on the CPU`);
  assert.ok(waitUs !== null && waitUs >= 0);
  const busyUs = ((after.noise.busyTicks ?? 0) - (before.noise.busyTicks ?? 0)) * 10_000;
  assert.ok(busyUs >= cpuUs / 2, `${busyUs} µs busy, ${cpuUs} µs of them ours`);
  const memory = readMemory(process.pid);
  assert.ok((memory.rssBytes ?? 0) > 10e6);
  assert.ok((memory.anonymousBytes ?? 0) <= (memory.rssBytes ?? 0) * 1.05, 'own memory is part of resident memory');
});

test('slabinfo: objects in use times their size, of the caches that sockets live in', () => {
  const text = [
    'slabinfo - version: 2.1',
    '# name            <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab> : tunables …',
    'TCP                   10     12   2368   13    8 : tunables    0    0    0 : slabdata      1      1      0',
    'filp                 100    120    256   32    2 : tunables    0    0    0 : slabdata      4      4      0',
    'sock_inode_cache     11     19    832   19    4 : tunables    0    0    0 : slabdata      1      1      0',
    'dentry              9999   9999    192   21    1 : tunables    0    0    0 : slabdata    476    476      0',
  ].join('\n');
  // One directory entry per socket, whatever the number of all entries.
  assert.equal(parseSlabinfo(text), 10 * 2368 + 100 * 256 + 11 * 832 + 11 * 192);
});
