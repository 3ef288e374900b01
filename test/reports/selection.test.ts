/** One choice for every chart and table: what is offered, what follows it, by mouse and by keyboard. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'puppeteer';
import { focusOf } from '../../reports/focus.js';
import { renderReport } from '../../reports/page.js';
import { selectionOf } from '../../reports/selection.js';
import { launchBrowser, newPage, browserOptions as options } from '../fixtures/browser.js';
import { reportInput } from '../fixtures/report-input.js';
import { fakeWorkload } from '../fixtures/run.js';

const root = mkdtempSync(join(tmpdir(), 'pushlab-choice-'));
const input = reportInput({ transports: ['polling', 'sse', 'websocket'] });
/** More workloads than a chart can show at once, from two suites. */
const workloads = Array.from({ length: 12 }, (_, i) => ({
  ...fakeWorkload,
  id: `w${i}`,
  title: `workload ${i}`,
  subscribers: 2 + i,
  payloadBytes: 100 + i,
}));
const parts = [workloads.slice(0, 9), workloads.slice(9)].map((own, i) => ({
  id: `part-${i}`,
  title: `Part ${i}`,
  question: 'What?',
  workloads: own.map(({ id }) => id),
  whole: true,
}));
const many = reportInput({
  transports: ['sse', 'websocket'],
  workloads,
  plan: { claims: ['A6'], experiments: parts },
});
let browser: Browser | null;

before(async () => {
  writeFileSync(join(root, 'one.html'), await renderReport(input));
  writeFileSync(join(root, 'many.html'), await renderReport(many));
  browser = await launchBrowser(root);
});
after(async () => {
  await browser?.close();
  rmSync(root, { recursive: true, maxRetries: 5 });
});

async function open(file: string): Promise<Page> {
  const page = await newPage(browser);
  await page.setViewport({ width: 1300, height: 900 });
  await page.goto(pathToFileURL(join(root, file)).href);
  await page.waitForSelector('#chart-latency[data-drawn]');
  return page;
}

/** Of the first chart, as drawn after `change`. */
async function redrawn(page: Page, change: () => Promise<unknown>): Promise<string> {
  const before = await page.evaluate(`document.querySelector('#chart-latency').dataset.choice`);
  await change();
  await page.waitForFunction(
    `document.querySelector('#chart-latency').dataset.choice !== '${before}' && document.querySelector('#chart-latency').dataset.choice === String(choice)`,
  );
  return page.evaluate(`document.querySelector('#chart-latency').textContent`) as Promise<string>;
}

const visibleRows = (page: Page, within: string) =>
  page.evaluate(
    `[...document.querySelectorAll('${within} tbody tr')].filter(({ hidden }) => !hidden).map((row) => row.cells[0].textContent)`,
  ) as Promise<string[]>;

test('a run of few workloads shows all of them; one of many those that its first table speaks of', () => {
  assert.equal(focusOf(input).said, null);
  assert.ok(selectionOf(input).workloads.every(({ first }) => first));
  const { said, input: focused } = focusOf(many);
  assert.match(said ?? '', /^Drawn here: 8 of 12 workloads \(Part 0\)\. The table below has all\.$/);
  assert.deepEqual(
    selectionOf(many)
      .workloads.filter(({ first }) => first)
      .map(({ title }) => title),
    focused.plan.workloads.map(({ title }) => title),
  );
});

test('a transport left out leaves charts, legends and tables, and comes back', options, async () => {
  const page = await open('one.html');
  const box = await page.waitForSelector('form.selection label:nth-of-type(2) input');
  const without = await redrawn(page, async () => box?.click());
  assert.ok(!without.includes('Server-Sent Events'), without);
  assert.ok(without.includes('WebSocket'));
  assert.deepEqual(await visibleRows(page, '#decide'), ['Interval polling', 'WebSocket']);
  await page.evaluate(`document.querySelector('#chart-latency-ecdf').scrollIntoView()`);
  await page.waitForSelector('#chart-latency-ecdf[data-drawn]');
  const legend = await page.evaluate(`document.querySelector('#chart-latency-ecdf').textContent`);
  assert.ok(!String(legend).includes('Server-Sent Events'));
  const back = await redrawn(page, () =>
    page.evaluate(
      `[...document.querySelectorAll('form.selection button')].find((one) => one.textContent === 'Show all').click()`,
    ),
  );
  assert.ok(back.includes('Server-Sent Events'));
  assert.equal((await visibleRows(page, '#decide')).length, 3);
  await page.close();
});

test('by keyboard alone, and with nothing chosen, it says so', options, async () => {
  const page = await open('one.html');
  await page.focus('form.selection input');
  let text = await redrawn(page, () => page.keyboard.press('Space'));
  assert.ok(!text.includes('Interval polling'));
  for (let i = 0; i < 2; i++) {
    await page.keyboard.press('Tab');
    text = await redrawn(page, () => page.keyboard.press('Space'));
  }
  assert.equal(text, 'Nothing of this chart is chosen.');
  assert.match(
    String(await page.evaluate(`document.querySelector('form.selection [role=status]').textContent`)),
    /^0 of 3 arms shown$/,
  );
  await page.close();
});

test('a verdict’s evidence chooses its own arms', options, async () => {
  const page = await open('many.html');
  const shown = (await visibleRows(page, 'figure')).filter((name) => name.startsWith('workload'));
  assert.deepEqual(
    [...new Set(shown)].sort(),
    Array.from({ length: 8 }, (_, i) => `workload ${i}`),
  );
  await page.evaluate(`document.querySelector('#claim-A6').open = true`);
  await redrawn(page, () => page.evaluate(`document.querySelector('#claim-A6 a.only').click()`));
  const evidence = many.verdicts.verdicts.find(({ id }) => id === 'A6')?.evidence ?? [];
  const titles = many.plan.workloads.filter(({ id }) => evidence.some((key) => key.startsWith(`${id}/`)));
  const left = (await visibleRows(page, 'figure')).filter((name) => name.startsWith('workload'));
  assert.deepEqual([...new Set(left)].sort(), titles.map(({ title }) => title).sort());
  await page.close();
});

test('a curve through many workloads loses none of them to a choice that its panels follow', options, async () => {
  const page = await open('many.html');
  const counts = (await page.evaluate(`(() => {
    const rows = Array.from({ length: 12 }, (_, i) => ({ workload: 'workload ' + i, arm: 'WebSocket', panel: 'p' }));
    const data = { values: rows };
    const byWorkload = { data, facet: { row: { field: 'workload' } } };
    return [{ data }, byWorkload].map((spec) => chosenOf(spec).data.values.length);
  })()`)) as number[];
  assert.deepEqual(counts, [12, 8]);
  await page.close();
});

test('before anybody chose, a chart about other workloads than those shown first shows its own', options, async () => {
  const page = await open('many.html');
  const shown = (await page.evaluate(`(() => {
    const values = [9, 10, 11].map((i) => ({ workload: 'workload ' + i, arm: 'WebSocket' }));
    const spec = { data: { values }, facet: { row: { field: 'workload' } } };
    const atFirst = chosenOf(spec)?.data.values.length;
    chosen.workloads.delete(0);
    return [atFirst, chosenOf(spec)];
  })()`)) as [number, unknown];
  assert.deepEqual(shown, [3, null]);
  await page.close();
});

test('the first panels of a chart have the rows and the legend of these panels alone', options, async () => {
  const page = await open('many.html');
  const left = await page.evaluate(`(() => {
    const values = [{ arm: 'A', workload: 'x' }, { arm: 'B', workload: 'y' }];
    const color = { field: 'arm', scale: { domain: ['A', 'B'], range: ['red', 'blue'] } };
    const vconcat = ['x', 'y'].map((equal) => ({ transform: [{ filter: { field: 'workload', equal } }] }));
    const spec = onlyPanels({ data: { values }, encoding: { color }, vconcat }, [{ key: 0 }]);
    return [spec.data.values.length, spec.vconcat.length, spec.encoding.color.scale];
  })()`);
  assert.deepEqual(left, [1, 1, { domain: ['A'], range: ['red'] }]);
  await page.close();
});

test('a link to something folded away opens it', options, async () => {
  const page = await open('many.html');
  await page.evaluate(`location.hash = '#arm-3'`);
  await page.waitForFunction(`document.querySelector('#arms').open`);
  await page.close();
});
