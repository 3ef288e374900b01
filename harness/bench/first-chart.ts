/** How long a reader waits in front of a report: from opening the file to the first chart drawn, and to all of them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import puppeteer from 'puppeteer';
import { nowUs } from '../../contract/clock.js';
import { findBrowser } from '../browser/find.js';

export interface Opened {
  readonly firstChartMs: number;
  readonly allChartsMs: number;
}

/** In the browser that plays the clients, on a screen of 1300 × 900; the reason where there is none. */
export async function openReport(path: string): Promise<Opened | string> {
  const found = findBrowser(process.env.PUSHLAB_BROWSER || null);
  if (found.state === 'none') return found.why;
  const profile = mkdtempSync(join(tmpdir(), 'pushlab-opened-'));
  const browser = await puppeteer.launch({
    executablePath: found.executable,
    headless: 'shell',
    pipe: true,
    userDataDir: profile,
    env: { ...process.env, ...found.environment },
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-dev-shm-usage'],
  });
  try {
    const page = await browser.newPage();
    await page.setViewport({ width: 1300, height: 900 });
    const startUs = nowUs();
    await page.goto(pathToFileURL(resolve(path)).href);
    await page.waitForSelector('.chart[data-drawn]');
    const firstChartMs = (nowUs() - startUs) / 1000;
    await page.evaluate('Promise.all(charts.map(drawChart)).then(() => null)');
    return { firstChartMs, allChartsMs: (nowUs() - startUs) / 1000 };
  } finally {
    await browser.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}
