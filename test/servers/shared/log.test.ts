import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UpdateLog } from '../../../servers/shared/log.js';

function filled(count: number, maxCount: number, maxBytes = 1e9): UpdateLog {
  const log = new UpdateLog(maxCount, maxBytes);
  for (let seq = 1; seq <= count; seq++) log.append(`update-${seq}`);
  return log;
}

test('an empty log holds nothing and says so', () => {
  const log = new UpdateLog(1e5, 1e9);
  assert.deepEqual([log.newestSeq, log.oldestSeq, log.newest, log.since(0)], [0, 1, undefined, []]);
});

test('since gives everything newer, oldest first, and nothing from the newest on', () => {
  const log = filled(4, 10);
  assert.deepEqual(log.since(0), ['update-1', 'update-2', 'update-3', 'update-4']);
  assert.deepEqual(log.since(2), ['update-3', 'update-4']);
  assert.deepEqual(log.since(4), []);
  assert.deepEqual(log.since(1000), []);
  assert.equal(log.newest, 'update-4');
});

test('a full log forgets the oldest, one for one, over many turns of the ring', () => {
  for (let count = 0; count < 20; count++) {
    const log = filled(count, 3);
    const held = [count - 2, count - 1, count].filter((seq) => seq > 0);
    assert.deepEqual(
      log.since(0),
      held.map((seq) => `update-${seq}`),
    );
    assert.equal(log.oldestSeq, held[0] ?? 1);
    assert.equal(log.newestSeq, count);
  }
});

test('bytes bound the log before the count does', () => {
  // 'update-N' is 8 bytes up to N = 9.
  const log = filled(9, 100, 30);
  assert.deepEqual(log.since(0), ['update-7', 'update-8', 'update-9']);
});

test('an update larger than the whole log is still the current state', () => {
  const log = new UpdateLog(10, 5);
  log.append('small');
  log.append('larger than five');
  assert.deepEqual(log.since(0), ['larger than five']);
  log.append('tiny');
  assert.deepEqual(log.since(0), ['tiny']);
});

test('a log without room is refused', () => {
  assert.throws(() => new UpdateLog(0, 1), /a log of 0 updates/);
  assert.throws(() => new UpdateLog(1, Number.NaN), RangeError);
});

test('a log that begins late holds nothing before, and goes on under the right numbers', () => {
  const log = new UpdateLog(4, 1e9);
  log.skipTo(10);
  assert.deepEqual([log.newestSeq, log.oldestSeq, log.since(0)], [10, 11, []]);
  log.append('eleven');
  log.append('twelve');
  assert.deepEqual([log.newestSeq, log.since(0), log.since(11)], [12, ['eleven', 'twelve'], ['twelve']]);
  log.skipTo(20);
  assert.deepEqual(log.since(0), []);
  assert.throws(() => log.skipTo(19), /the log is at 20 and cannot go back to 19/);
});
