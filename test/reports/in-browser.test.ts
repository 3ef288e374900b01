/** The report as its readers have it: in a real browser, narrow and wide, light and dark, on paper, without scripts. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'puppeteer';
import { charts } from '../../reports/charts/index.js';
import { renderReport } from '../../reports/page.js';
import { articleInput } from '../fixtures/article-input.js';
import { axeViolations, launchBrowser, browserOptions as options } from '../fixtures/browser.js';
import { reportInput, sweepWorkloads } from '../fixtures/report-input.js';

const root = mkdtempSync(join(tmpdir(), 'pushlab-report-'));
let browser: Browser | null;

before(async () => {
  writeFileSync(join(root, 'report.html'), await renderReport(reportInput()));
  writeFileSync(join(root, 'sweep.html'), await renderReport(reportInput({ workloads: sweepWorkloads })));
  writeFileSync(join(root, 'article.html'), await renderReport(articleInput()));
  browser = await launchBrowser(root);
});
after(async () => {
  await browser?.close();
  rmSync(root, { recursive: true, maxRetries: 5 });
});

interface Opened {
  readonly page: Page;
  /** What the page said on its console, or threw. */
  readonly said: string[];
}

async function open(file: string, widthPx: number, scheme: 'light' | 'dark', scripts = true): Promise<Opened> {
  const page = await (browser ?? assert.fail()).newPage();
  const said: string[] = [];
  page.on('console', (message) => said.push(message.text()));
  page.on('pageerror', (error) => said.push(String(error)));
  await page.setViewport({ width: widthPx, height: 900 });
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
  await page.setJavaScriptEnabled(scripts);
  await page.goto(pathToFileURL(join(root, file)).href);
  if (scripts) await drawAll(page);
  return { page, said };
}

/** As a reader who scrolls to the end. */
async function drawAll(page: Page, scheme?: 'dark'): Promise<void> {
  await page.evaluate(`(async () => {
    const frames = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    for (const chart of document.querySelectorAll('.chart[id]')) {
      chart.scrollIntoView();
      await frames();
    }
  })()`);
  const wanted = scheme === undefined ? '[data-drawn]' : `[data-drawn="${scheme}"]`;
  const drawn = `document.querySelectorAll('.chart[id]${wanted}').length === document.querySelectorAll('.chart[id]').length`;
  await page.waitForFunction(drawn, { timeout: 30_000 });
}

for (const file of ['report.html', 'sweep.html', 'article.html'])
  for (const scheme of ['light', 'dark'] as const)
    test(
      `${file}, ${scheme}: axe-core finds no violation of WCAG 2.2 AA, and the console stays silent`,
      options,
      async () => {
        const { page, said } = await open(file, 1300, scheme);
        await page.evaluate(
          `for (const folded of document.querySelectorAll('.claim, .selection details, #arms')) folded.open = true`,
        );
        assert.deepEqual(await axeViolations(page), []);
        assert.deepEqual(said, []);
        await page.close();
      },
    );

for (const widthPx of [390, 1300, 2560])
  test(`at ${widthPx} px nothing hangs over the page's edge`, options, async () => {
    for (const file of ['report.html', 'sweep.html', 'article.html']) {
      const { page } = await open(file, widthPx, 'light');
      assert.equal(await page.evaluate('document.documentElement.scrollWidth'), widthPx, file);
      await page.close();
    }
  });

for (const widthPx of [390, 1280, 2560])
  test(`at ${widthPx} px charts take the width that there is, and no more`, options, async () => {
    for (const file of ['report.html', 'sweep.html', 'article.html']) {
      const { page } = await open(file, widthPx, 'light');
      const taken = (await page.evaluate(
        `[...document.querySelectorAll('.chart[data-drawn]')].map((place) => [place.id, place.querySelector('svg').getBoundingClientRect().width / place.clientWidth])`,
      )) as [string, number][];
      assert.ok(taken.length > 5);
      for (const [id, share] of taken) assert.ok(share > 0.85 && share < 1.005, `${file}, ${id}: ${share.toFixed(3)}`);
      await page.close();
    }
  });

test('a mark that is pointed at tells whose it is and what it comes to, with the unit', options, async () => {
  const { page } = await open('report.html', 1300, 'light');
  const mark = await page.waitForSelector('#chart-staleness .mark-symbol path');
  await mark?.scrollIntoView();
  await mark?.hover();
  const told = await page.waitForSelector('#vg-tooltip-element.visible');
  const text = String(await told?.evaluate((element) => element.textContent));
  assert.match(text, /transport.*Interval polling.*mean staleness \(ms\).*[\d.]+ \[[\d.]+–[\d.]+\]/);
  await page.close();
});

test('a chart below the screen is not drawn before it is reached', options, async () => {
  const page = await (browser ?? assert.fail()).newPage();
  await page.setViewport({ width: 1300, height: 900 });
  await page.goto(pathToFileURL(join(root, 'report.html')).href);
  await page.waitForSelector('.chart[data-drawn]');
  const last = `#chart-${charts.at(-1)?.id}`;
  assert.equal(await page.$(`${last}[data-drawn]`), null);
  await page.evaluate(`document.querySelector('${last}').scrollIntoView()`);
  await page.waitForSelector(`${last}[data-drawn]`, { timeout: 30_000 });
  await page.close();
});

test('the switch goes from the system’s colours to light and to dark, charts and page together', options, async () => {
  const { page } = await open('report.html', 1300, 'light');
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
  const { page } = await open('report.html', 1300, 'light');
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
  const { page } = await open('report.html', 1300, 'light', false);
  const drawings = await page.$$('noscript svg, .chart svg');
  assert.equal(drawings.length, charts.filter(({ concerns }) => concerns?.(reportInput()) ?? true).length);
  await page.close();
});

test('on paper every chart is drawn, in one PDF', options, async () => {
  const { page } = await open('report.html', 1300, 'light');
  const pdf = await page.pdf({ format: 'A4' });
  assert.equal(Buffer.from(pdf.subarray(0, 5)).toString(), '%PDF-');
  assert.ok(pdf.length > 50_000, `${pdf.length} bytes`);
  await page.close();
});
