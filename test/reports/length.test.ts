/** How long the page of a whole article is, and that what it leaves out at first is a click away and stays in its address. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'puppeteer';
import { renderReport } from '../../reports/page.js';
import { browserOptions as options } from '../fixtures/browser.js';
import { reader } from '../fixtures/reader.js';
import { referenceInput } from '../fixtures/reference-input.js';

const file = 'article.html';
const { open, openDrawn } = reader({ [file]: () => renderReport(referenceInput()) });
/** Some thirty screens for 54 workloads, 33 claims and twenty charts; it was 90,000 px when each showed all. */
const longestPx = 28_000;

const panels = (page: Page) =>
  page.evaluate(`document.querySelectorAll('#chart-latency .mark-group.role-scope').length`) as Promise<number>;

test('with every workload chosen it is no longer than some thirty screens', options, async () => {
  const { page } = await openDrawn(file, { widthPx: 1280, fragment: '#workloads=*' });
  const { heightPx, tallest } = (await page.evaluate(`({
    heightPx: document.documentElement.scrollHeight,
    tallest: [...document.querySelectorAll('main > *')].map((one) => [one.id, one.clientHeight]).sort(([, a], [, b]) => b - a).slice(0, 5).join(' '),
  })`)) as { heightPx: number; tallest: string };
  assert.ok(heightPx <= longestPx, `${heightPx} px; ${tallest}`);
  await page.close();
});

test(
  'a chart of many panels shows the first of them, all on request, and the address keeps that',
  options,
  async () => {
    const { page, said } = await open(file, { fragment: '#workloads=*' });
    const few = await panels(page);
    await page.click('#about-latency .panels');
    await page.waitForFunction(`document.querySelector('#about-latency .panels')?.textContent.includes('only')`);
    const all = await panels(page);
    assert.ok(all > few && all > 40, `${few} of ${all}`);
    assert.match((await page.evaluate('location.hash')) as string, /panels=latency/);
    await page.reload();
    await page.waitForSelector('#chart-latency[data-drawn]');
    assert.equal(await panels(page), all);
    await page.click('#about-latency .panels');
    await page.waitForFunction(`document.querySelector('#about-latency .panels')?.textContent.includes('Show all')`);
    assert.equal(await panels(page), few);
    assert.deepEqual(said, []);
    await page.close();
  },
);
