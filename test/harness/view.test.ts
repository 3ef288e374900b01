/** What `pushlab view` serves, to whom, and what it refuses. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createParser } from 'eventsource-parser';
import { appendTrial, createRunDirectory, writePlan, writeReport } from '../../harness/files.js';
import { startView, type View } from '../../harness/view/server.js';
import { standingOf } from '../../harness/view/standing.js';
import type { LiveState } from '../../reports/live-page.js';
import { fakePlan, fakeTrial } from '../fixtures/run.js';
import { writeFinishedRun } from '../fixtures/run-folder.js';

const root = mkdtempSync(join(tmpdir(), 'pushlab-view-'));
const out = join(root, 'out');
const hostile = '<img src=x onerror=alert(1)>';
let view: View;

before(async () => {
  writeFileSync(join(root, 'secret.txt'), 'a secret outside the folder');
  const plan = fakePlan({
    runId: 'finished',
    transports: ['sse'],
    repeats: 3,
    suite: { id: 's', title: hostile, question: 'Q?' },
  });
  writeFinishedRun(join(out, 'finished'), plan, '<p>the report</p>');
  mkdirSync(join(out, 'broken'));
  writeFileSync(join(out, 'broken', 'plan.json'), '{');
  view = await startView({ outDirectory: out, port: 0, version: '0.0.0' });
});
after(async () => {
  await view.close();
  rmSync(root, { recursive: true });
});

/** A request as it is typed: `fetch` would tidy the path and set the host. */
function raw(
  path: string,
  host = new URL(view.origin).host,
  method = 'GET',
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(view.origin).port), '127.0.0.1');
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    socket.on('error', reject).on('close', () => {
      const [head = '', ...body] = text.split('\r\n\r\n');
      resolve({ status: Number(head.split(' ')[1]), body: body.join('\r\n\r\n') });
    });
    socket.write(`${method} ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  });
}

test('the index lists every run, readable or not, and escapes what suites call themselves', async () => {
  const { status, body } = await raw('/');
  assert.equal(status, 200);
  assert.match(body, /runs\/finished\/report\.html/);
  assert.match(body, /cannot be read: .*plan\.json: not JSON/);
  assert.match(body, /<span class="standing reported">finished/);
  assert.ok(!body.includes(hostile));
  assert.match(body, /&lt;img src=x/);
});

test('reports and files of a run are served by their names, and nothing else is', async () => {
  assert.match((await raw('/runs/finished/report.html')).body, /the report/);
  assert.match((await raw('/runs/finished/plan.json')).body, /"runId": "finished"/);
  for (const path of [
    '/runs/finished/',
    '/runs/finished/samples',
    '/runs/none/report.html',
    '/other',
    '/runs/finished/report.html/x',
  ])
    assert.equal((await raw(path)).status, 404, path);
});

test('no path leads out of the folder', async () => {
  const paths = [
    '/runs/../secret.txt',
    '/runs/finished/../../secret.txt',
    '/runs/finished/..%2f..%2fsecret.txt',
    '/runs/%2e%2e/secret.txt',
    '/runs/..%5c..%5csecret.txt/report.html',
    '/runs/finished/report.html%00.txt',
    '/runs/%E0%A4%A/report.html',
    `//${root}/secret.txt`,
  ];
  for (const path of paths) {
    const { status, body } = await raw(path);
    assert.ok(status === 400 || status === 404, `${path}: ${status}`);
    assert.doesNotMatch(body, /a secret/);
  }
});

test('a page of another site that reaches for this machine by a name of its own is refused', async () => {
  for (const host of ['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example:80', ''])
    assert.equal((await raw('/', host)).status, 403, host);
  assert.equal((await raw('/', 'localhost:1')).status, 200);
  assert.equal((await raw('/', undefined, 'POST')).status, 405);
});

test('a run under way is followed: a state after each trial, a last word when its report is there', async () => {
  const plan = fakePlan({ runId: 'live', transports: ['sse', 'websocket'], repeats: 1 });
  const { directory } = createRunDirectory(out, 'live');
  writePlan(directory, plan);
  const page = await raw('/runs/live/live');
  assert.match(page.body, /connect-src &#39;self&#39;/);

  const states: LiveState[] = [];
  let reported = false;
  const parser = createParser({
    onEvent: ({ event, data }) => {
      if (event === 'state') states.push(JSON.parse(data));
      if (event === 'report') reported = true;
    },
  });
  const abort = new AbortController();
  const response = await fetch(`${view.origin}/runs/live/events`, { signal: abort.signal });
  const text = response.body?.pipeThrough(new TextDecoderStream()) ?? assert.fail();
  const next = [
    () => appendTrial(directory, fakeTrial(plan.trials[0] ?? assert.fail())),
    () => appendTrial(directory, fakeTrial(plan.trials[1] ?? assert.fail())),
    () => writeReport(directory, 'done'),
  ];
  let answered = 0;
  const reading = (async () => {
    for await (const chunk of text as unknown as AsyncIterable<string>) {
      parser.feed(chunk);
      // Once for each state, in however many pieces it comes.
      while (answered < states.length) next[answered++]?.();
      if (reported) return;
    }
  })();
  await reading;
  abort.abort();
  assert.deepEqual(
    states.map(({ recorded, planned, done }) => [recorded, planned, done]),
    [
      [0, 2, false],
      [1, 2, false],
      [2, 2, true],
    ],
  );
  assert.deepEqual(states[0]?.charts, [], 'nothing is drawn before the first trial');
  assert.ok((states[2]?.charts.length ?? 0) >= 2);
  assert.equal(states[2]?.table.rows.length, 2);
});

test('a page for who followed a link, a line for programs', async () => {
  for (const path of ['/runs/none/live', '/runs/broken/live']) {
    const page = await fetch(`${view.origin}${path}`, { headers: { accept: 'text/html' } });
    assert.equal(page.headers.get('content-type'), 'text/html; charset=utf-8');
    assert.match(await page.text(), /<h1>This page cannot be shown/);
    const line = await fetch(`${view.origin}${path}`, { headers: { accept: '*/*' } });
    assert.equal(line.headers.get('content-type'), 'text/plain; charset=utf-8');
    assert.equal((await line.text()).trim().split('\n').length, 1);
  }
  assert.equal((await fetch(`${view.origin}/runs/broken/events`)).status, 422);
});

test('where a run stands is told by its files: what they hold, and when they were written', () => {
  const plan = fakePlan({ runId: 'standing', transports: ['sse'], repeats: 2 });
  const { directory } = createRunDirectory(join(root, 'standing'), 'standing');
  const nowMs = Date.now();
  const written = (name: string, minutesAgo: number) => {
    const at = new Date(nowMs - minutesAgo * 60_000);
    utimesSync(join(directory, name), at, at);
  };
  const standing = (recorded: number) => standingOf(directory, plan, recorded, nowMs);
  writePlan(directory, plan);
  assert.equal(standing(0), 'under way');
  written('plan.json', 30);
  assert.equal(standing(0), 'stopped', 'nothing for half an hour, where a trial takes two seconds');
  appendTrial(directory, fakeTrial(plan.trials[0] ?? assert.fail()));
  written('trials.ndjson', 0);
  assert.equal(standing(1), 'under way');
  written('trials.ndjson', 20);
  writeReport(directory, 'of what was measured before it stopped');
  written('report.html', 19);
  assert.equal(standing(1), 'reported');
  written('trials.ndjson', 0);
  assert.equal(standing(1), 'under way', 'gone on with: its report is out of date');
  assert.equal(standing(2), 'reported', 'all there is');
  renameSync(join(directory, 'trials.ndjson'), join(directory, 'trials.ndjson.gz'));
  assert.equal(standing(1), 'reported', 'an archive is as it is');
  rmSync(join(directory, 'report.html'));
  written('trials.ndjson.gz', 20);
  assert.equal(standing(2), 'unreported');
});
