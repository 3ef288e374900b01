/**
 * The first screen as a picture, narrow and wide, light and dark: kept in test/golden/pictures/ for people to look at, and
 * compared by where its ink is. What a picture cannot tell through another machine's fonts is read from the layout: that
 * every block is there, in order, and none lies over another.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Browser, Page } from 'puppeteer';
import { renderReport } from '../../reports/page.js';
import { launchBrowser, newPage, browserOptions as options } from '../fixtures/browser.js';
import { inkMoved, inkOf, smallPng } from '../fixtures/picture.js';
import { fixedInput } from '../fixtures/report-input.js';

const root = mkdtempSync(join(tmpdir(), 'pushlab-pictures-'));
const folder = fileURLToPath(new URL('../golden/pictures/', import.meta.url));
const widths = [390, 1300, 2560] as const;
const schemes = ['light', 'dark'] as const;
/** Serif, monospace or wider letters instead of the usual ones move 0.03 to 0.11; a table that lies 14 lines higher 0.17. */
const mostMoved = 0.14;
const mostBytes = 60_000;
/** What the first screens hold, from the top. */
const blocks = [
  '.eyebrow',
  'h1',
  '.finding',
  '.cautions',
  '.selection',
  '#decide h2',
  '#decide .scroll',
  '#decide .note',
];
let browser: Browser | null;

before(async () => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(root, 'report.html'), await renderReport(fixedInput()));
  browser = await launchBrowser(root);
});
after(async () => {
  await browser?.close();
  rmSync(root, { recursive: true, maxRetries: 5 });
});

async function open(widthPx: number, scheme: 'light' | 'dark' = 'light'): Promise<Page> {
  const page = await newPage(browser);
  await page.setViewport({ width: widthPx, height: 900 });
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
  await page.goto(pathToFileURL(join(root, 'report.html')).href);
  await page.waitForSelector('.chart[data-drawn]');
  return page;
}

const screen = async (page: Page): Promise<string> => (await page.screenshot({ encoding: 'base64' })) as string;

/** What is wrong with the blocks of the first screens; nothing where they stand one below the other. */
async function faultsOf(page: Page): Promise<string[]> {
  return (await page.evaluate(`(() => {
    const boxes = ${JSON.stringify(blocks)}.map((name) => ({ name, box: document.querySelector(name)?.getBoundingClientRect() }));
    const faults = boxes.filter(({ box }) => !box || box.width < 20 || box.height < 10).map(({ name }) => name + ' is not there');
    boxes.forEach(({ name, box }, i) => {
      const above = boxes[i - 1];
      if (box && above?.box && box.top < above.box.bottom - 1) faults.push(name + ' lies over ' + above.name);
      if (box && (box.left < 0 || box.right > innerWidth)) faults.push(name + ' hangs over the edge');
    });
    return faults;
  })()`)) as string[];
}

for (const widthPx of widths)
  for (const scheme of schemes)
    test(`the first screen at ${widthPx} px, ${scheme}, is the one that was looked at`, options, async () => {
      const page = await open(widthPx, scheme);
      assert.deepEqual(await faultsOf(page), []);
      const now = await screen(page);
      const name = `${widthPx}-${scheme}`;
      const small = await smallPng(page, now);
      assert.ok(small.length <= mostBytes, `${small.length} bytes`);
      const path = join(folder, `${name}.png`);
      const changed = join(folder, `${name}-changed.png`);
      rmSync(changed, { force: true });
      if (process.env.UPDATE_GOLDEN === '1') writeFileSync(path, small);
      assert.ok(existsSync(path), `no picture ${name}; look at one, then: UPDATE_GOLDEN=1 npm test`);
      const golden = readFileSync(path);
      if (!golden.equals(small)) writeFileSync(changed, small);
      const moved = inkMoved(await inkOf(page, golden.toString('base64')), await inkOf(page, small.toString('base64')));
      assert.ok(moved <= mostMoved, `${moved.toFixed(3)} of the ink moved; compare ${path} with ${changed}`);
      await page.close();
    });

const style = (rules: string) => `document.head.insertAdjacentHTML('beforeend', '<style>${rules}</style>')`;
const remove = (what: string) => `for (const one of document.querySelectorAll('${what}')) one.remove()`;

for (const [what, change, expected] of [
  ['a section that vanished', remove('.selection'), ['.selection is not there']],
  ['a table that vanished', remove('#decide .scroll'), ['#decide .scroll is not there']],
  [
    'a table over the text above it',
    style('#decide h2 { margin-bottom: -6rem }'),
    ['#decide .scroll lies over #decide h2'],
  ],
  [
    'a bar that left the flow',
    style('.selection { position: absolute; top: 4rem }'),
    ['.selection lies over .cautions'],
  ],
  ['a sentence without room', style('.finding { height: 0; overflow: hidden }'), ['.finding is not there']],
] as const)
  test(`${what} is noticed`, options, async () => {
    const page = await open(1300);
    await page.evaluate(change);
    const faults = await faultsOf(page);
    for (const fault of expected) assert.ok(faults.includes(fault), faults.join('; '));
    await page.close();
  });

test(
  'another font is the same picture, a page without its sentence or with a block moved is not',
  options,
  async () => {
    for (const widthPx of widths) {
      const page = await open(widthPx);
      const usual = await inkOf(page, await screen(page));
      const movedBy = async (change: string) => {
        await page.evaluate(change);
        const moved = inkMoved(usual, await inkOf(page, await screen(page)));
        await page.evaluate(`document.querySelector('style:last-of-type').remove()`);
        return moved;
      };
      for (const font of [
        'font-family: serif',
        'font-family: monospace',
        'letter-spacing: 0.02em',
        'letter-spacing: -0.02em',
      ]) {
        const moved = await movedBy(style(`body { ${font} }`));
        assert.ok(moved <= mostMoved, `${widthPx} px, ${font}: ${moved.toFixed(3)}`);
      }
      assert.ok((await movedBy(style('.finding { display: none }'))) > mostMoved, `${widthPx} px`);
      assert.ok((await movedBy(style('header { margin-top: 12rem }'))) > mostMoved, `${widthPx} px`);
      await page.close();
    }
  },
);
