/** The report on paper, A4 and Letter: nothing over the edge, no chart cut, what matters unfolded, few pages; from any screen. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'puppeteer';
import { charts } from '../../reports/charts/index.js';
import { renderReport } from '../../reports/page.js';
import { browserOptions as options } from '../fixtures/browser.js';
import { reader } from '../fixtures/reader.js';
import { referenceInput } from '../fixtures/reference-input.js';
import { reportInput } from '../fixtures/report-input.js';

const { open, openDrawn } = reader({
  'report.html': () => renderReport(reportInput()),
  'article.html': () => renderReport(referenceInput()),
});

/** Without the margins of the style: 13 mm at the sides, 14 mm above and below. */
const papers = {
  A4: { widthMm: 210 - 26, heightMm: 297 - 28 },
  Letter: { widthMm: 215.9 - 26, heightMm: 279.4 - 28 },
} as const;
const px = (mm: number) => Math.floor((mm / 25.4) * 96);
/** Of a run of the article with its 33 claims, twenty charts and tables; of a single workload. */
const mostPages = { 'article.html': 25, 'report.html': 22 } as const;

/** Leaves of the page tree; Chromium writes them plain. */
async function pagesOf(page: Page, format: keyof typeof papers): Promise<number> {
  const pdf = Buffer.from(await page.pdf({ format, preferCSSPageSize: false }));
  return pdf.toString('latin1').match(/\/Type\s*\/Page\b(?!s)/g)?.length ?? 0;
}

for (const [format, { widthMm, heightMm }] of Object.entries(papers) as [keyof typeof papers, typeof papers.A4][])
  for (const file of ['report.html', 'article.html'] as const)
    test(
      `${file} on ${format}: nothing over the edge or cut at it, no chart higher than a page, few pages`,
      options,
      async () => {
        const { page } = await openDrawn(file);
        const pages = await pagesOf(page, format);
        assert.ok(pages > 1 && pages <= mostPages[file], `${pages} pages`);
        await page.emulateMediaType('print');
        await page.setViewport({ width: px(widthMm), height: px(heightMm) });
        const over = await page.evaluate(`(() => {
        const [width, height] = [${px(widthMm)}, ${px(heightMm)}];
        const shown = [...document.querySelectorAll('body *')].filter((one) => one.checkVisibility());
        const outside = (one) => one.getBoundingClientRect().right > width + 1;
        const wide = shown.filter((one) => outside(one) && ![...one.children].some(outside) && one.closest('svg') === null);
        const high = shown.filter((one) => one.matches('.chart svg') && one.getBoundingClientRect().height > height);
        // What scrolls on a screen would end at the edge of its box.
        const cut = shown.filter((one) => one.matches('.scroll, pre') && getComputedStyle(one).overflowX !== 'visible');
        return [...wide, ...high, ...cut].map((one) => one.outerHTML.slice(0, 120));
      })()`);
        assert.deepEqual(over, []);
        await page.close();
      },
    );

test('why a verdict is as it is and what was left out is on paper, method and controls are not', options, async () => {
  const { page } = await open('report.html');
  await page.emulateMediaType('print');
  const shown = (selector: string) =>
    page.evaluate(
      `[...document.querySelectorAll('${selector}')].map((one) => one.checkVisibility({ contentVisibilityAuto: true }))`,
    ) as Promise<boolean[]>;
  const because = await page.evaluate(
    `[...document.querySelectorAll('.claim dt')].filter(({ textContent }) => textContent === 'because').map((one) => one.checkVisibility() && one.getBoundingClientRect().height > 0)`,
  );
  assert.ok((because as boolean[]).length > 0 && (because as boolean[]).every(Boolean));
  for (const hidden of ['.contents', '.selection', '.theme', '.downloads', '.claim dt.screen', '#workloads-in-full'])
    assert.ok(
      (await shown(hidden)).every((one) => !one),
      hidden,
    );
  await page.close();
});

test('printed at once, from a dark screen, every chart is there in ink for light paper', options, async () => {
  const { page } = await open('report.html', { scheme: 'dark' });
  await page.evaluate(`dispatchEvent(new Event('beforeprint'))`);
  await page.emulateMediaType('print');
  const drawings = await page.evaluate(
    `[...document.querySelectorAll('figure')].map((one) => [...one.querySelectorAll('.chart svg')].filter((svg) => svg.checkVisibility()).length)`,
  );
  const concerned = charts.filter(({ concerns }) => concerns?.(reportInput()) ?? true);
  assert.deepEqual(
    drawings,
    concerned.map(() => 1),
  );
  assert.equal(await page.evaluate(`getComputedStyle(document.querySelector('h1')).color`), 'rgb(26, 26, 26)');
  await page.evaluate(`dispatchEvent(new Event('afterprint'))`);
  assert.equal(await page.evaluate(`document.querySelectorAll('.laid-out, .chart.screen').length`), 0);
  await page.close();
});
