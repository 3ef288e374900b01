/** The report as its readers have it: in a real browser, narrow and wide, light and dark, on paper, without scripts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { charts } from '../../reports/charts/index.js';
import { renderReport } from '../../reports/page.js';
import { articleInput } from '../fixtures/article-input.js';
import { axeViolations, browserOptions as options } from '../fixtures/browser.js';
import { drawAll, reader } from '../fixtures/reader.js';
import { reportInput, sweepWorkloads } from '../fixtures/report-input.js';

const files = ['report.html', 'sweep.html', 'article.html'];
const { open, openDrawn } = reader({
  'report.html': () => renderReport(reportInput()),
  'sweep.html': () => renderReport(reportInput({ workloads: sweepWorkloads })),
  'article.html': () => renderReport(articleInput()),
});
const scrollWidth = 'document.documentElement.scrollWidth';

/** With every chart drawn. That takes seconds, so one test asks of a page all there is to ask. */
for (const file of files)
  for (const scheme of ['light', 'dark'] as const)
    test(
      `${file}, ${scheme}: nothing hangs over the edge, axe-core finds no violation of WCAG 2.2 AA, the console stays silent`,
      options,
      async () => {
        const widthPx = 1300;
        const { page, said } = await openDrawn(file, { widthPx, scheme });
        assert.equal(await page.evaluate(scrollWidth), widthPx);
        await page.evaluate(
          `for (const folded of document.querySelectorAll('.claim, .selection details, #arms')) folded.open = true`,
        );
        assert.deepEqual(await axeViolations(page), []);
        assert.deepEqual(said, []);
        await page.close();
      },
    );

for (const widthPx of [390, 1280, 2560])
  for (const file of files)
    test(
      `${file} at ${widthPx} px: nothing hangs over the edge, charts take the width that there is, and no more`,
      options,
      async () => {
        const { page } = await openDrawn(file, { widthPx });
        assert.equal(await page.evaluate(scrollWidth), widthPx);
        const taken = (await page.evaluate(
          `[...document.querySelectorAll('.chart[data-drawn]')].map((place) => [place.id, place.querySelector('svg').getBoundingClientRect().width / place.clientWidth])`,
        )) as [string, number][];
        assert.ok(taken.length > 5);
        for (const [id, share] of taken) assert.ok(share > 0.85 && share < 1.005, `${id}: ${share.toFixed(3)}`);
        await page.close();
      },
    );

test('a mark that is pointed at tells whose it is and what it comes to, with the unit', options, async () => {
  const { page } = await openDrawn('report.html');
  const mark = await page.waitForSelector('#chart-staleness .mark-symbol path');
  await mark?.scrollIntoView();
  await mark?.hover();
  const told = await page.waitForSelector('#vg-tooltip-element.visible');
  const text = String(await told?.evaluate((element) => element.textContent));
  assert.match(text, /transport.*Interval polling.*mean staleness \(ms\).*[\d.]+ \[[\d.]+–[\d.]+\]/);
  await page.close();
});

test('a chart below the screen is not drawn before it is reached', options, async () => {
  const { page } = await open('report.html');
  const last = `#chart-${charts.at(-1)?.id}`;
  assert.equal(await page.$(`${last}[data-drawn]`), null);
  await page.evaluate(`document.querySelector('${last}').scrollIntoView()`);
  await page.waitForSelector(`${last}[data-drawn]`, { timeout: 30_000 });
  await page.close();
});

test('the switch goes from the system’s colours to light and to dark, charts and page together', options, async () => {
  const { page } = await openDrawn('report.html');
  const colours = () =>
    page.evaluate(
      `[getComputedStyle(document.body).backgroundColor, document.querySelector('.chart[data-drawn]').dataset.drawn]`,
    ) as Promise<[string, string]>;
  assert.deepEqual(await colours(), ['rgb(255, 255, 255)', 'light']);
  await page.click('.theme');
  await page.click('.theme');
  await drawAll(page, 'dark');
  assert.deepEqual(await colours(), ['rgb(22, 22, 22)', 'dark']);
  await page.close();
});

test('everything that can be clicked can be reached by keyboard', options, async () => {
  const { page } = await openDrawn('report.html');
  const unreachable = await page.evaluate(
    `[...document.querySelectorAll('a[href], button, summary')].filter(({ tabIndex }) => tabIndex < 0).length`,
  );
  assert.equal(unreachable, 0);
  await page.focus('summary');
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(`document.querySelector('summary').parentElement.open`), true);
  await page.close();
});

test('without scripts every chart is there as a drawing', options, async () => {
  const { page } = await open('report.html', { scripts: false });
  const drawings = await page.$$('noscript svg, .chart svg');
  assert.equal(drawings.length, charts.filter(({ concerns }) => concerns?.(reportInput()) ?? true).length);
  await page.close();
});

test('on paper every chart is drawn, in one PDF', options, async () => {
  const { page } = await openDrawn('report.html');
  const pdf = await page.pdf({ format: 'A4' });
  assert.equal(Buffer.from(pdf.subarray(0, 5)).toString(), '%PDF-');
  assert.ok(pdf.length > 50_000, `${pdf.length} bytes`);
  await page.close();
});
