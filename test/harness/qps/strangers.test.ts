import assert from 'node:assert/strict';
import { cpus } from 'node:os';
import { test } from 'node:test';
import { nowUs } from '../../../contract/clock.js';
import { watchStrangers } from '../../../harness/qps/strangers.js';

/** Work that a watch which does not know this process takes for a stranger's. */
function useCpu(ms: number): number {
  const before = process.cpuUsage();
  for (;;) {
    const { user, system } = process.cpuUsage(before);
    if (user + system >= ms * 1000) return user + system;
  }
}

test('what no end of a block has used is strangers’, and what its companions use is not', () => {
  const startUs = nowUs();
  const knowing = watchStrangers({ watchedCores: [], besidePids: [process.pid] });
  const unknowing = watchStrangers({ watchedCores: [], besidePids: [] });
  const usedUs = useCpu(400);
  const [seen, left] = [unknowing.share(0, 0), knowing.share(0, 0)];
  const used = usedUs / ((nowUs() - startUs) * cpus().length);
  assert.ok(seen !== null && left !== null);
  // Whatever else the machine does is in both: a twentieth is for ticks of 10 ms and the moments between the readings.
  assert.ok(Math.abs(seen - left - used) < 0.05, `${seen} − ${left} is not ${used}`);
});

test('an end whose CPU time is unknown leaves the strangers’ unknown', () => {
  assert.equal(watchStrangers({ watchedCores: [], besidePids: [] }).share(1_000, null), null);
});
