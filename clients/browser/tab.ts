/**
 * One page under measurement, as its driver sees it.
 *
 * The page comes from the subject's own origin without the subject knowing: DevTools answers these few requests itself.
 * So there is no CORS and no preflight that a same-origin page would not have, and the server serves only transports.
 * Interception ends before the first connection, or it would be in the way of every request.
 */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, CDPSession, Page } from 'puppeteer';
import { nowUs } from '../../contract/clock.js';
import { type ClockBound, PageClock } from './page-clock.js';
import type { PageApi, PageSetup } from './protocol.js';

const pagePath = '/pushlab-page/';
const mainModule = 'clients/browser/page/main.js';
const html = `<!doctype html>
<meta charset="utf-8">
<title>pushlab</title>
<link rel="icon" href="data:,">
<script type="module" src="${pagePath}${mainModule}"></script>
`;
const navigationTimeoutMs = 20_000;
/** A page that crashed or hangs gives no picture; the trial has failed anyway. */
const screenshotTimeoutMs = 2_000;

/** Sums since the page began, in µs, and its heap now. */
export interface PageMetrics {
  readonly taskUs: number;
  readonly scriptUs: number;
  readonly heapBytes: number;
}

export class Tab {
  readonly session: CDPSession;
  readonly clock: PageClock;
  readonly #page: Page;

  private constructor(page: Page, session: CDPSession, clock: PageClock) {
    this.#page = page;
    this.session = session;
    this.clock = clock;
  }

  /**
   * @param origin of the subject: `http://127.0.0.1:8080`
   * @param onFailure hears once of what goes wrong in the page by itself, in the page's own words
   * @throws Error when the page cannot be opened, or its clock is too coarse
   */
  static async open(
    context: Browser | BrowserContext,
    origin: string,
    pageFolder: string,
    onFailure: (message: string, tab: Tab | null) => void,
  ): Promise<Tab> {
    const page = await context.newPage();
    let tab: Tab | null = null;
    page.on('pageerror', (error) => onFailure(`the page failed: ${describe(error)}`, tab));
    page.on('error', (error) => onFailure(`the page crashed: ${describe(error)}`, null));
    const session = await page.createCDPSession();
    await servePage(session, origin, pageFolder);
    await page.goto(origin + pagePath, { timeout: navigationTimeoutMs });
    await session.send('Fetch.disable');
    await session.send('Performance.enable', { timeDomain: 'timeTicks' });
    const isolated = await evaluate<boolean>(session, 'crossOriginIsolated');
    if (!isolated) throw new Error('the page is not cross-origin isolated: its clock would step by 100 µs');
    const metrics = await readMetrics(session);
    tab = new Tab(page, session, new PageClock(session, (metrics.get('NavigationStart') ?? 0) * 1e6));
    return tab;
  }

  /** Calls a function of the page's. */
  call<Name extends keyof PageApi>(name: Name, ...args: Parameters<PageApi[Name]>): Promise<ReturnType<PageApi[Name]>> {
    return evaluate(this.session, `pushlab.${name}(${args.map((arg) => JSON.stringify(arg)).join(', ')})`);
  }

  async setUp(setup: PageSetup): Promise<void> {
    await this.call('setUp', setup);
  }

  exchange(): Promise<ClockBound> {
    return this.clock.exchange();
  }

  async metrics(): Promise<PageMetrics> {
    const metrics = await readMetrics(this.session);
    const us = (name: string) => (metrics.get(name) ?? 0) * 1e6;
    return {
      taskUs: us('TaskDuration'),
      scriptUs: us('ScriptDuration'),
      heapBytes: metrics.get('JSHeapUsedSize') ?? 0,
    };
  }

  /** Whether a picture of the page could be written. */
  async screenshot(file: string): Promise<boolean> {
    const timer = new Promise<null>((resolve) => setTimeout(resolve, screenshotTimeoutMs, null));
    try {
      return (await Promise.race([this.#page.screenshot({ path: file as `${string}.png` }), timer])) !== null;
    } catch {
      return false;
    }
  }

  /** For what puppeteer does better than its protocol. */
  get page(): Page {
    return this.#page;
  }
}

async function servePage(session: CDPSession, origin: string, pageFolder: string): Promise<void> {
  session.on('Fetch.requestPaused', ({ requestId, request }) => {
    const name = new URL(request.url).pathname.slice(pagePath.length);
    const file = join(pageFolder, name);
    const found = name === '' || existsSync(file);
    session
      .send('Fetch.fulfillRequest', {
        requestId,
        responseCode: found ? 200 : 404,
        responseHeaders: [
          { name: 'Content-Type', value: name === '' ? 'text/html' : 'text/javascript' },
          { name: 'Cross-Origin-Opener-Policy', value: 'same-origin' },
          { name: 'Cross-Origin-Embedder-Policy', value: 'require-corp' },
        ],
        body: Buffer.from(!found ? '' : name === '' ? html : readFileSync(file)).toString('base64'),
      })
      // A page that is gone needs no answer.
      .catch(() => {});
  });
  await session.send('Fetch.enable', { patterns: [{ urlPattern: `${origin}${pagePath}*` }] });
}

/** @throws Error in the page's own words when the expression throws */
async function evaluate<T>(session: CDPSession, expression: string): Promise<T> {
  const { result, exceptionDetails } = await session.send('Runtime.evaluate', { expression, returnByValue: true });
  if (exceptionDetails !== undefined)
    throw new Error(exceptionDetails.exception?.description?.split('\n')[0] ?? exceptionDetails.text);
  return result.value as T;
}

async function readMetrics(session: CDPSession): Promise<Map<string, number>> {
  const { metrics } = await session.send('Performance.getMetrics');
  return new Map(metrics.map(({ name, value }) => [name, value]));
}

/** What a page throws need not be an Error. */
function describe(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}

/** Waits until a page says so, asking it every few ms. */
export async function untilPage(
  condition: () => Promise<boolean>,
  deadlineUs: number,
  everyMs: number,
): Promise<boolean> {
  for (;;) {
    if (await condition()) return true;
    if (nowUs() >= deadlineUs) return false;
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
