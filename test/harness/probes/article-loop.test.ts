/** What a reading of the article's streams says, and that its streams can be read from every subject. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StreamReading } from '../../../contract/control.js';
import { methodVersion } from '../../../harness/model.js';
import { feedRow, loopRow, measureArticleLoop } from '../../../harness/probes/article-loop.js';
import { articleLoopSchema } from '../../../harness/probes/article-model.js';
import { subjectIds } from '../../../harness/processes.js';

const reading: StreamReading = {
  status: 200,
  downBytes: 500,
  downHeadBytes: 100,
  upBytes: 50,
  events: [
    [1_000, 'message', '', 10],
    [2_000, 'message', 'a', 10],
    [5_000, 'message', 'a', 12],
  ],
  lastData: '{}',
  retryMs: 3000,
  ended: true,
};
const summary = { total_events: 3, total_time_ms: 5, average_event_time_us: 1_700, events_per_second: 588.2 };

test('the loop’s own summary stands beside what arrived, which it is not one of', () => {
  const row = loopRow('uws', 2, {
    ...reading,
    events: [...reading.events, [6_000, 'summary', 'a', 80]],
    lastData: JSON.stringify(summary),
  });
  assert.deepEqual(row, {
    subject: 'uws',
    repetition: 2,
    events: 3,
    firstToLastMs: 4,
    // Two gaps in 4 ms.
    receivedPerS: 500,
    gaps: { p50Us: row.gaps?.p50Us, p99Us: row.gaps?.p99Us, maxUs: 3_000 },
    downBytes: 500,
    dataBytes: 32,
    summary,
  });
  assert.ok((row.gaps?.p50Us ?? 0) >= 1_000 && (row.gaps?.p50Us ?? 0) <= 3_000);
});

test('a loop that broke off has no summary, and one event has no rate', () => {
  const [first] = reading.events;
  const row = loopRow('uws', 0, { ...reading, events: first === undefined ? [] : [first] });
  assert.deepEqual([row.summary, row.receivedPerS, row.gaps], [null, null, null]);
});

test('a feed: types counted, ids once each, the retry it asks for', () => {
  const { types, ids, retryMs, events, dataBytes } = feedRow('uws', '/x', 10, reading);
  assert.deepEqual(
    { types, ids, retryMs, events, dataBytes },
    { types: [{ type: 'message', count: 3 }], ids: ['a'], retryMs: 3000, events: 3, dataBytes: 32 },
  );
});

test('every handler of the article delivers what it should, from every subject', async () => {
  const anywhere = { cores: null, enter: [] };
  const subjects = subjectIds;
  const found = await measureArticleLoop({ subjects, repeats: 1, places: { server: anywhere, generator: anywhere } });
  articleLoopSchema.parse({ methodVersion, runId: 'x', ...found });
  assert.deepEqual(
    found.loops.map(({ subject, events, summary: own }) => [subject, events, own?.total_events]),
    subjects.map((subject) => [subject, 1000, 1000]),
  );
  // A thousand sleeps of a millisecond, on any machine.
  for (const { summary: own } of found.loops) assert.ok((own?.average_event_time_us ?? 0) >= 1000);
  for (const subject of subjects) {
    const of = (path: string) => found.feeds.find((feed) => feed.subject === subject && feed.path === path);
    assert.deepEqual(of('/article/advanced')?.ids.slice(0, 2), ['conn-1', 'data-1']);
    assert.equal(of('/article/advanced')?.retryMs, 3000);
    assert.equal(of('/article/monitoring')?.types[0]?.type, 'monitoring');
    assert.ok((of('/article/basic')?.events ?? 0) >= 2);
  }
});
