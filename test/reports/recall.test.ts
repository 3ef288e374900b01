/** A report's address in a real browser: a reload and a link show what was chosen, opened and coloured; the rest is ignored. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'puppeteer';
import { renderReport } from '../../reports/page.js';
import { browserOptions as options } from '../fixtures/browser.js';
import { reader } from '../fixtures/reader.js';
import { reportInput, sweepWorkloads } from '../fixtures/report-input.js';

const file = 'report.html';
const { open: opened } = reader({
  [file]: () => renderReport(reportInput({ transports: ['polling', 'sse', 'websocket'], workloads: sweepWorkloads })),
});
const open = (fragment = '') => opened(file, { fragment });

interface Shown {
  readonly transports: string[];
  readonly workloads: string;
  readonly open: string[];
  readonly theme: string | null;
}

/** What a reader sees of all that the address keeps. */
const shown = (page: Page) =>
  page.evaluate(`({
    transports: [...document.querySelectorAll('#decide tbody tr')].filter(({ hidden }) => !hidden).map((row) => row.cells[0].textContent),
    workloads: document.querySelector('.selection summary').textContent,
    open: [...document.querySelectorAll('details[open]')].map(({ id }) => id),
    theme: document.documentElement.dataset.theme ?? null,
  })`) as Promise<Shown>;

const fragmentOf = (page: Page) => page.evaluate('location.hash') as Promise<string>;

const box = (page: Page, label: string) =>
  page.evaluate(
    `[...document.querySelectorAll('.selection label')].find((one) => one.textContent.trim() === '${label}').querySelector('input').click()`,
  );

test('a page that nobody touched has no fragment', options, async () => {
  const { page, said } = await open();
  assert.equal(await fragmentOf(page), '');
  assert.deepEqual(said, []);
  await page.close();
});

test(
  'what was chosen, opened and coloured is there after a reload, and for whoever gets the link',
  options,
  async () => {
    const { page, said } = await open();
    await box(page, 'Interval polling');
    await box(page, sweepWorkloads[0]?.title ?? '');
    await page.evaluate(`document.querySelector('#claim-A6').open = true`);
    await page.evaluate(`document.querySelector('#table-latency').open = true`);
    await page.click('.theme');
    await page.click('.theme');
    await page.waitForFunction(`location.hash.includes('table-latency') && location.hash.includes('theme=dark')`);
    const before = await shown(page);
    assert.deepEqual(before.transports, ['Server-Sent Events', 'WebSocket']);
    assert.deepEqual([before.theme, before.open.includes('claim-A6')], ['dark', true]);
    assert.match(before.workloads, new RegExp(`${sweepWorkloads.length - 1} of ${sweepWorkloads.length}$`));
    const fragment = await fragmentOf(page);
    await page.reload();
    await page.waitForSelector('.chart[data-drawn="dark"]');
    assert.deepEqual(await shown(page), before);
    const other = await open(fragment);
    assert.deepEqual(await shown(other.page), before);
    assert.equal(await fragmentOf(other.page), fragment);
    assert.deepEqual([...said, ...other.said], []);
    await other.page.close();
    await page.close();
  },
);

test('a link within the page leaves what is chosen, and a second link changes it', options, async () => {
  const { page } = await open('#transports=sse&theme=light');
  await page.evaluate(`location.hash = '#arm-1'`);
  await page.waitForFunction(`location.hash.startsWith('#arm-1&')`);
  const led = await shown(page);
  assert.deepEqual([led.transports, led.theme, led.open.includes('arms')], [['Server-Sent Events'], 'light', true]);
  await page.evaluate(`location.hash = '#decide&transports=websocket'`);
  await page.waitForFunction(`document.documentElement.dataset.theme === undefined`);
  assert.deepEqual((await shown(page)).transports, ['WebSocket']);
  assert.equal(await page.evaluate(`document.querySelector('#arms').open`), false);
  await page.close();
});

test('nothing chosen is a choice, too', options, async () => {
  const { page } = await open('#transports=');
  assert.deepEqual((await shown(page)).transports, []);
  assert.equal(await fragmentOf(page), '#transports=');
  await page.close();
});

for (const fragment of [
  '#%E0%A4%A',
  '#theme=dark&theme=dark',
  '#transports=carrier-pigeon&theme=mauve&open=nothing&x=y',
])
  test(`${fragment} shows the page as it opens`, options, async () => {
    const plain = await open();
    const { page, said } = await open(fragment);
    assert.deepEqual(await shown(page), await shown(plain.page));
    assert.deepEqual(said, []);
    await page.close();
    await plain.page.close();
  });
