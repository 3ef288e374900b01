/** The pages of `pushlab view` as their readers have them: in a real browser, narrow and wide, light and dark. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'puppeteer';
import { appendTrial, writeReport } from '../../harness/files.js';
import type { Plan } from '../../harness/model.js';
import { startView, type View } from '../../harness/view/server.js';
import { axeViolations, browserOptions, launchBrowser, newPage } from '../fixtures/browser.js';
import { fakePlan, fakeTrial } from '../fixtures/run.js';
import { writeFakeRun, writeFinishedRun } from '../fixtures/run-folder.js';

const root = mkdtempSync(join(tmpdir(), 'pushlab-view-browser-'));
const out = join(root, 'out');
const hostile = `<img src=x onerror=document.title="stolen"> ${'averylongword'.repeat(12)}`;
let browser: Browser | null;
let view: View;

/** @param recorded how many of its trials have a record */
function makeRun(runId: string, recorded: number, over: Partial<Plan> = {}): string {
  const plan = fakePlan({ runId, repeats: 3, ...over });
  const records = plan.trials.slice(0, recorded).map((trial) => fakeTrial(trial));
  return writeFakeRun(join(out, runId), plan, records);
}

/** As if nobody had written to it for an hour. */
function leave(directory: string): void {
  const hourAgo = new Date(Date.now() - 3_600_000);
  for (const name of readdirSync(directory)) utimesSync(join(directory, name), hourAgo, hourAgo);
}

before(async () => {
  const report = '<!doctype html><title>the report</title>';
  writeFinishedRun(join(out, 'finished'), fakePlan({ runId: 'finished', repeats: 3 }), report);
  makeRun('live', 4);
  leave(makeRun('stopped', 2));
  makeRun('hostile', 1, { suite: { id: 's', title: hostile, question: hostile } });
  mkdirSync(join(out, 'broken'));
  writeFileSync(join(out, 'broken', 'plan.json'), '{');
  view = await startView({ outDirectory: out, port: 0, version: '0.0.0' });
  browser = await launchBrowser(root);
});
after(async () => {
  await browser?.close();
  await view.close();
  rmSync(root, { recursive: true, maxRetries: 5 });
});

interface Opened {
  readonly page: Page;
  /** What the page said on its console, or threw. */
  readonly said: string[];
}

async function open(path: string, widthPx = 1280, scheme: 'light' | 'dark' = 'light'): Promise<Opened> {
  const page = await newPage(browser);
  const said: string[] = [];
  page.on('console', (message) => said.push(message.text()));
  page.on('pageerror', (error) => said.push(String(error)));
  await page.setViewport({ width: widthPx, height: 900 });
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
  await page.goto(`${view.origin}${path}`);
  if (path.endsWith('/live')) await page.waitForFunction('document.querySelectorAll("tbody tr").length > 0');
  return { page, said };
}

const pages = { index: '/', 'a run under way': '/runs/live/live', 'a stopped run': '/runs/stopped/live' };

for (const [what, path] of Object.entries(pages))
  for (const scheme of ['light', 'dark'] as const)
    test(`${what}, ${scheme}: axe-core finds no violation, the console stays silent`, browserOptions, async () => {
      const { page, said } = await open(path, 1280, scheme);
      assert.deepEqual(await axeViolations(page), []);
      assert.deepEqual(said, []);
      await page.close();
    });

for (const widthPx of [390, 1280, 2560])
  test(`at ${widthPx} px nothing hangs over the pages' edges`, browserOptions, async () => {
    for (const path of [...Object.values(pages), '/runs/hostile/live']) {
      const { page } = await open(path, widthPx);
      assert.equal(await page.evaluate('document.documentElement.scrollWidth'), widthPx, path);
      await page.close();
    }
  });

const textOf = (page: Page, selector: string) =>
  page.$eval(selector, (element) => (element as { innerText?: string }).innerText ?? '');

test('the index says of each run how far it is, and what to do with one that stopped', browserOptions, async () => {
  const { page } = await open('/');
  const rows = (await page.$$eval('tbody tr', (all) =>
    all.map((row) => (row as { innerText?: string }).innerText ?? ''),
  )) as string[];
  const of = (id: string) => rows.find((row) => row.includes(id)) ?? assert.fail(id);
  assert.match(of('finished'), /finished[\s\S]*\b9\b/);
  assert.match(of('live'), /being measured[\s\S]*4 of 9/);
  assert.match(of('stopped'), /pushlab run .*stopped --resume[\s\S]*stopped[\s\S]*2 of 9/);
  assert.match(of('broken'), /cannot be read: .*plan\.json: not JSON/);
  assert.ok(of('hostile').includes(hostile));
  assert.equal(await page.title(), 'Runs · pushlab');
  await page.close();
});

test('a stopped run says so, and how to go on', browserOptions, async () => {
  const { page } = await open('/runs/stopped/live');
  assert.match(
    await textOf(page, '#live-progress'),
    /^2 of 9 trials, then it stopped\. Run the rest with: npx pushlab run \S*stopped --resume$/,
  );
  await page.close();
});

test('names of a suite are text, whatever they hold', browserOptions, async () => {
  const { page, said } = await open('/runs/hostile/live');
  assert.equal(await textOf(page, 'h1'), hostile);
  assert.match(await page.title(), /^1\/9 /);
  assert.equal(await page.$('img'), null);
  assert.deepEqual(said, []);
  await page.close();
});

test('a run that cannot be read is a page that says why, and leads back', browserOptions, async () => {
  const { page } = await open('/runs/broken/live?');
  assert.match(await textOf(page, '.finding'), /plan\.json: not JSON/);
  await page.click('.eyebrow a');
  await page.waitForSelector('.runs');
  await page.close();
});

test(
  'a page that follows draws each trial as it ends, and goes to the report when it is there',
  browserOptions,
  async () => {
    const plan = fakePlan({ runId: 'followed', transports: ['sse', 'websocket'], repeats: 2 });
    const records = plan.trials.map((trial) => fakeTrial(trial));
    const directory = writeFakeRun(join(out, 'followed'), plan, records.slice(0, 1));
    const { page } = await open('/runs/followed/live');
    assert.equal((await page.$$('tbody tr')).length, 1);
    appendTrial(directory, records[1] ?? assert.fail());
    await page.waitForFunction('document.querySelectorAll("tbody tr").length === 2');
    await page.waitForSelector('#chart-latency[data-drawn] svg');
    assert.equal(await page.$eval('#live-bar', (bar) => (bar as { value?: number }).value), 2);
    for (const record of records.slice(2)) appendTrial(directory, record);
    writeReport(directory, '<!doctype html><title>the report</title>');
    await page.waitForFunction('document.title === "the report"');
    await page.close();
  },
);

test('an empty folder says how to fill it', browserOptions, async () => {
  const empty = join(root, 'empty');
  mkdirSync(empty);
  const other = await startView({ outDirectory: empty, port: 0, version: '0.0.0' });
  const page = await newPage(browser);
  await page.goto(`${other.origin}/`);
  assert.match(await textOf(page, 'main'), /No run yet[\s\S]*npx pushlab run quick/);
  assert.deepEqual(await axeViolations(page), []);
  await page.close();
  await other.close();
});
