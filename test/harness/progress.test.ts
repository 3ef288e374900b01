import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectedDurationMs } from '../../harness/plan.js';
import { formatDuration, Progress } from '../../harness/progress.js';
import { failedTrial, fakeHistogram, fakePlan, fakeTrial } from '../fixtures/run.js';

const plan = fakePlan({ transports: ['sse', 'websocket'], repeats: 1 });
const [first, second] = plan.trials as [(typeof plan.trials)[number], (typeof plan.trials)[number]];

function output(isTTY: boolean) {
  const written: string[] = [];
  return { isTTY, columns: 60, write: (text: string) => written.push(text), written };
}

test('without a terminal there is one plain line per trial, with what is left', () => {
  let nowMs = 0;
  const to = output(false);
  const progress = new Progress(plan, to, () => nowMs);
  progress.started(first, 1);
  assert.deepEqual(to.written, []);
  nowMs = 2400;
  // A trial is reckoned at 0.1 s of warm-up, 1 s of window and 1.3 s of start-up.
  progress.ended(
    { ...fakeTrial(first, { client: { latency: fakeHistogram([2000, 8000]), lost: 3 } }), elapsedMs: 2400 },
    1,
  );
  progress.started(second, 2);
  nowMs = 4800;
  progress.ended({ ...failedTrial(second, 'it died'), elapsedMs: 2400 }, 2);
  progress.close();
  assert.deepEqual(to.written, [
    '1/2  w  sse                  #1  p50 2.00 ms, p99 8.00 ms, 3 lost  (2 s elapsed, about 2 s left)\n',
    '2/2  w  websocket            #1  FAILED: it died  (5 s elapsed, about 0 s left)\n',
  ]);
});

test('on a terminal the running trial is one line that is rewritten and never wraps', () => {
  const to = output(true);
  const progress = new Progress(plan, to, () => 0);
  progress.started(first, 1);
  progress.ended(fakeTrial(first), 1);
  progress.close();
  const eraseLine = '\r\u001b[2K';
  const expected = formatDuration(expectedDurationMs(plan));
  assert.equal(to.written[0], `${eraseLine}1/2  sse …  0 s elapsed, about ${expected} left`);
  assert.ok((to.written[0] ?? '').length < to.columns + eraseLine.length);
  assert.match(to.written[1] ?? '', /1\/2 .*\n$/);
  assert.equal(to.written.at(-1), eraseLine);
});

test('on a narrow terminal the time left comes before the time elapsed, and a finished trial is told in lines that fit', () => {
  const to = { ...output(true), columns: 30 };
  const progress = new Progress(plan, to, () => 0);
  progress.started(first, 1);
  progress.ended(fakeTrial(first), 1);
  progress.close();
  assert.match(to.written[0] ?? '', /1\/2 {2}sse … {2}about \d s left$/);
  const told = (to.written[1] ?? '').replace('\r\u001b[2K', '').trimEnd().split('\n');
  assert.ok(told.length > 1);
  for (const line of told) assert.ok(line.length <= 30, line);
});

test('durations read as people say them', () => {
  assert.deepEqual([0, 400, 59_400, 65_000, 3_600_000, -5].map(formatDuration), [
    '0 s',
    '0 s',
    '59 s',
    '1 min 05 s',
    '60 min 00 s',
    '0 s',
  ]);
});

test('of several subjects, each line says whose trial it is', () => {
  const both = fakePlan({ transports: ['sse'], subjects: ['uws', 'node'], repeats: 1 });
  const to = output(false);
  const progress = new Progress(both, to, () => 0);
  for (const [i, trial] of both.trials.entries()) {
    progress.started(trial, i + 1);
    progress.ended(fakeTrial(trial), i + 1);
  }
  assert.deepEqual(
    to.written.map((line) => line.split(/\s+/).slice(2, 4)),
    [
      ['sse', 'uws'],
      ['sse', 'node'],
    ],
  );
});
