/** The contents of a report: every section is in them, they lead there with scripts and without, and mark where the reader is. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'puppeteer';
import { charts, probeCharts } from '../../reports/charts/index.js';
import { renderReport } from '../../reports/page.js';
import { articleInput } from '../fixtures/article-input.js';
import { browserOptions as options } from '../fixtures/browser.js';
import { once } from '../fixtures/once.js';
import { reader } from '../fixtures/reader.js';
import { reportInput } from '../fixtures/report-input.js';

const pages = {
  'report.html': once(() => renderReport(reportInput())),
  'article.html': once(() => renderReport(articleInput())),
};
const { open } = reader(pages);

const current = (page: Page) =>
  page.evaluate(
    `[...document.querySelectorAll('.contents [aria-current]')].map(({ hash }) => hash).join(' ')`,
  ) as Promise<string>;

test('every chart has a name short enough for a column, and no two of a group the same', () => {
  const names = [...charts, ...probeCharts];
  for (const { name } of names) assert.ok(name.length > 0 && name.length <= 26, name);
  assert.equal(new Set(names.map(({ group, name }) => `${group}/${name}`)).size, names.length);
});

test('every section with a heading is in the contents, once and in its order', async () => {
  for (const render of Object.values(pages)) {
    const page = await render();
    const linked = [...page.matchAll(/<li><a href="#([^"]+)">/g)].map(([, id]) => id);
    const sections = [...page.matchAll(/<(?:section|header) id="([^"]+)"/g)].map(([, id]) => id);
    assert.deepEqual(
      linked.filter((id) => sections.includes(id)),
      sections,
    );
  }
});

for (const widthPx of [390, 1300, 2560])
  test(
    `at ${widthPx} px the place that is read is marked, in sight, and the page does not move for it`,
    options,
    async () => {
      const { page } = await open('article.html', { widthPx });
      assert.equal(await current(page), '#in-short');
      await page.evaluate(`document.querySelector('#trust').scrollIntoView()`);
      await page.waitForFunction(`document.querySelector('.contents [aria-current]').hash === '#trust'`);
      const sight = await page.evaluate(`(() => {
      const [link, frame] = ['.contents [aria-current]', '.contents'].map((one) => document.querySelector(one).getBoundingClientRect());
      return [link.left >= frame.left, link.right <= frame.right, link.top >= frame.top, link.bottom <= frame.bottom];
    })()`);
      assert.deepEqual(sight, [true, true, true, true]);
      await page.evaluate('scrollTo(0, document.documentElement.scrollHeight)');
      await page.waitForFunction(`document.querySelector('.contents [aria-current]').hash === '#provenance'`);
      await page.close();
    },
  );

test('what a link leads to is not hidden behind the bar that stays', options, async () => {
  for (const widthPx of [390, 1000, 1300]) {
    const { page } = await open('report.html', { widthPx });
    await page.click('.contents a[href="#trust"]');
    await page.waitForFunction(`document.querySelector('.contents [aria-current]').hash === '#trust'`);
    const free = await page.evaluate(`(() => {
      const top = document.querySelector('#trust h2').getBoundingClientRect().top;
      const bars = ['.contents', '.selection'].map((one) => document.querySelector(one)).filter((one) => getComputedStyle(one).position === 'sticky');
      return bars.every((one) => { const { bottom, right } = one.getBoundingClientRect(); return bottom <= top + 1 || right < 300; });
    })()`);
    assert.equal(free, true, `${widthPx} px`);
    await page.close();
  }
});

test('by keyboard: the first stop skips the contents, every link of them can be reached', options, async () => {
  const { page } = await open('report.html');
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate('document.activeElement.className'), 'skip');
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate('document.activeElement.hash'), '#in-short');
  const reached = await page.evaluate(
    `[...document.querySelectorAll('.contents a')].every(({ tabIndex }) => tabIndex === 0)`,
  );
  assert.equal(reached, true);
  await page.close();
});

test('without scripts they are links: each leads to its section', options, async () => {
  const { page } = await open('report.html', { scripts: false, widthPx: 390 });
  await page.setJavaScriptEnabled(true);
  const missing = await page.evaluate(
    `[...document.querySelectorAll('.contents a')].filter(({ hash }) => document.querySelector(hash) === null).length`,
  );
  assert.equal(missing, 0);
  await page.click('.contents a[href="#decide"]');
  assert.match(page.url(), /#decide$/);
  assert.ok(((await page.evaluate('scrollY')) as number) > 0);
  await page.close();
});
