/**
 * The browser side of one trial: pages opened, told to subscribe, asked at the window's edges and read at its end.
 *
 * While the window is open it asks the pages nothing: every question is a task of the page's main thread.
 */
import type { Browser, BrowserContext } from 'puppeteer';
import { clients, maxPagesForLatency } from '../../contract/clients.js';
import { nowUs } from '../../contract/clock.js';
import type { BrowserArgument, ClientArgument, Timeline } from '../../contract/control.js';
import { deriveSeed } from '../../contract/random.js';
import type { BrowserReport, BrowserWorkload, ClientReport } from '../../contract/trial.js';
import { updatePadding } from '../../contract/update.js';
import { Recorder } from '../recorder.js';
import { applyCondition, type Condition } from './conditions.js';
import { DevtoolsBytes } from './devtools-bytes.js';
import { launchBrowser } from './launch.js';
import { boundOf, brokenBy, type ClockBound, driftOf } from './page-clock.js';
import type { BrowserKind, PageSetup } from './protocol.js';
import { decodeRows, type ReplayClock, replay } from './replay.js';
import { type PageMetrics, Tab, untilPage } from './tab.js';

/** How often pages are asked whether they are connected, and after the window whether they hold everything. */
const askEveryMs = 10;
/** Connections that have not come in this time after the last one did will not. */
const stalledAfterMs = 1_500;
const connectTimeoutUs = 15_000_000;
/** Before the window: switching DevTools' events off must be over when it opens. */
const devtoolsLeadUs = 60_000;
/** A warm-up that leaves less than this to count in is too short for it. */
const shortestDevtoolsUs = 200_000;
/** A late page waits this long for its first update, beside one poll interval. */
const firstUpdateTimeoutUs = 2_000_000;

const ordinary: BrowserWorkload = { condition: 'ordinary', pages: null, contexts: 'own', hosts: 1, mayStall: false };

/** Sums over all pages, at one edge of the window. */
type Edge = PageMetrics;

export class BrowserClient {
  readonly #argument: ClientArgument;
  readonly #setting: BrowserWorkload;
  readonly #onFailure: (message: string, tab: Tab | null) => void;
  readonly #browser: Browser;
  readonly #tabs: Tab[] = [];
  readonly #clocksBefore: ClockBound[] = [];
  #origin = '';
  #timeline: Timeline | null = null;
  #connected = 0;
  #connectUs: number | null = null;
  #condition: Condition | null = null;
  #devtools: DevtoolsBytes[] = [];
  #devtoolsBytes = 0;
  #devtoolsFromUs = 0;
  #devtoolsToUs = 0;
  #before: Edge | null = null;
  #after: Edge | null = null;

  private constructor(
    argument: ClientArgument,
    browser: Browser,
    onFailure: (message: string, tab: Tab | null) => void,
  ) {
    this.#argument = argument;
    this.#setting = argument.workload.browser ?? ordinary;
    this.#browser = browser;
    this.#onFailure = onFailure;
  }

  /**
   * Starts the browser.
   *
   * @param onFailure hears of what goes wrong by itself: a page that throws, a crash, a browser that is gone
   */
  static async launch(
    argument: ClientArgument,
    onFailure: (message: string, tab: Tab | null) => void,
  ): Promise<BrowserClient> {
    const browser = await launchBrowser(browserArgument(argument), argument.workload);
    browser.on('disconnected', () => onFailure('the browser is gone: DevTools disconnected', null));
    return new BrowserClient(argument, browser, onFailure);
  }

  /**
   * Opens pages and connections, and returns how many stand.
   *
   * @param patienceMs after this long it goes on with those it has; null: all must stand
   */
  async connect(host: string, port: number, patienceMs: number | null): Promise<number> {
    const { trial, workload } = this.#argument;
    const { pageFolder } = browserArgument(this.#argument);
    const { contexts, hosts, mayStall } = this.#setting;
    const groups = dealOut(
      workload.subscribers,
      this.#setting.pages ?? Math.min(workload.subscribers, maxPagesForLatency),
    );
    const shared = contexts === 'shared' ? await this.#browser.createBrowserContext() : null;
    const openings = groups.map(async (indices, page) => {
      const context = shared ?? (await this.#browser.createBrowserContext());
      const tab = await this.#openTab(context, `http://${addressOf(host, page % hosts)}:${port}`, pageFolder);
      await tab.setUp({
        kind: trial.client as BrowserKind,
        transport: trial.transport,
        subscribers: indices.map((index) => ({ index, seed: deriveSeed(trial.seed, `subscriber-${index}`) })),
        workload,
        padding: updatePadding(workload.payloadBytes),
      });
      return tab;
    });
    this.#tabs.push(...(await Promise.all(openings)));
    this.#origin = `http://${host}:${port}`;
    for (const tab of this.#tabs) this.#clocksBefore.push(await tab.exchange());
    if (workload.warmupMs * 1000 >= shortestDevtoolsUs + devtoolsLeadUs) {
      // Before the connections: DevTools says nothing of a stream that was opened before it listened.
      this.#devtools = this.#tabs.map((tab) => new DevtoolsBytes(tab.session));
      await Promise.all(this.#devtools.map((counter) => counter.start()));
    }
    const connectingFromUs = nowUs();
    for (const tab of this.#tabs) await tab.call('connect');
    await this.#untilConnected(mayStall ? stalledAfterMs : patienceMs);
    this.#connectUs = nowUs() - connectingFromUs;
    this.#condition = await applyCondition(this.#setting.condition, this.#tabs);
    return this.#connected;
  }

  async start(timeline: Timeline): Promise<void> {
    this.#timeline = timeline;
    const { startUs, windowStartUs, windowEndUs } = timeline;
    this.#at(windowStartUs, async () => {
      this.#before = await this.#edge();
      await this.#condition?.windowOpens(windowEndUs - windowStartUs);
    });
    this.#at(windowEndUs, async () => {
      this.#after = await this.#edge();
    });
    await Promise.all(this.#tabs.map((tab) => tab.call('start', tab.clock.toPageMs(startUs))));
    if (this.#devtools.length === 0) return;
    this.#devtoolsFromUs = startUs;
    const handshakeBytes = this.#devtoolsDownBytes();
    this.#at(windowStartUs - devtoolsLeadUs, async () => {
      await Promise.all(this.#devtools.map((counter) => counter.stop()));
      this.#devtoolsToUs = nowUs();
      this.#devtoolsBytes = this.#devtoolsDownBytes() - handshakeBytes;
    });
  }

  /** Waits until every subscriber holds the window's last update, or the deadline; then reads what the pages remember. */
  async finish(firstWindowSeq: number, lastWindowSeq: number, deadlineUs: number): Promise<ClientReport> {
    const timeline = this.#timeline;
    if (timeline === null) throw new Error('finished before it was started');
    await untilPage(async () => this.#after !== null, Number.POSITIVE_INFINITY, askEveryMs);
    await untilPage(() => this.#everyoneHolds(lastWindowSeq), deadlineUs, askEveryMs);
    const clocksAfter: ClockBound[] = [];
    for (const tab of this.#tabs) clocksAfter.push(await tab.exchange());
    const { faults = [] } = this.#argument.workload;
    // Where connections are broken on purpose they are counted, and this one would be among them.
    const firstUpdateUs = this.#setting.mayStall || faults.length > 0 ? null : await this.#firstUpdateOfLatePage();
    const longTasks = await Promise.all(
      this.#tabs.map((tab) =>
        tab.call('longTasks', tab.clock.toPageMs(timeline.windowStartUs), tab.clock.toPageMs(timeline.windowEndUs)),
      ),
    );
    const pages = [];
    for (const tab of this.#tabs)
      pages.push({ rows: decodeRows(await tab.call('rows')), toUs: (ms: number) => tab.clock.toUs(ms) });

    const clock: ReplayClock = { us: 0 };
    const recorder = new Recorder({ ...this.#argument, clock: () => clock.us, seesSockets: false });
    recorder.start(timeline);
    const counted = replay(recorder, clock, pages, timeline, [this.#devtoolsFromUs, this.#devtoolsToUs]);
    const report = recorder.report(firstWindowSeq, lastWindowSeq);
    const bounds = [...this.#clocksBefore, ...clocksAfter];
    const before = this.#before as Edge;
    const after = this.#after as Edge;
    const browser: BrowserReport = {
      version: browserArgument(this.#argument).version,
      features: await (this.#tabs[0] as Tab).call('features'),
      pages: this.#tabs.length,
      connected: this.#connected,
      clock: {
        boundUs: boundOf(bounds),
        brokenByUs: brokenBy(bounds),
        driftUs: largest(clocksAfter.map((bound, i) => driftOf(this.#clocksBefore[i] as ClockBound, bound))),
        exchanges: bounds.reduce((sum, { pings }) => sum + pings, 0),
      },
      connectUs: this.#connectUs,
      firstUpdateUs,
      taskUs: after.taskUs - before.taskUs,
      scriptUs: after.scriptUs - before.scriptUs,
      longTasks: longTasks.reduce((sum, [count]) => sum + count, 0),
      longTaskUs: longTasks.reduce((sum, [, ms]) => sum + ms * 1000, 0),
      heapBytes: after.heapBytes,
      devtools:
        this.#devtoolsToUs === 0
          ? null
          : {
              deliveries: counted,
              downBytes: this.#devtoolsBytes,
              durationUs: this.#devtoolsToUs - this.#devtoolsFromUs,
            },
    };
    return { ...report, browser };
  }

  /** Ends the browser; quietly, and by force where it does not listen. */
  async close(timeoutMs: number): Promise<void> {
    this.#browser.removeAllListeners('disconnected');
    const closed = this.#browser.close().catch(() => {});
    const timer = setTimeout(() => this.#browser.process()?.kill('SIGKILL'), timeoutMs);
    await closed;
    clearTimeout(timer);
  }

  #openTab(context: BrowserContext, origin: string, pageFolder: string): Promise<Tab> {
    return Tab.open(context, origin, pageFolder, this.#onFailure);
  }

  #devtoolsDownBytes(): number {
    return this.#devtools.reduce((sum, { downBytes }) => sum + downBytes, 0);
  }

  async #untilConnected(patienceMs: number | null): Promise<void> {
    const { subscribers } = this.#argument.workload;
    const deadlineUs = nowUs() + connectTimeoutUs;
    let lastChangeUs = nowUs();
    await untilPage(
      async () => {
        const counts = await Promise.all(this.#tabs.map((tab) => tab.call('readyCount')));
        const connected = counts.reduce((sum, count) => sum + count, 0);
        if (connected !== this.#connected) lastChangeUs = nowUs();
        this.#connected = connected;
        return connected === subscribers || (patienceMs !== null && nowUs() - lastChangeUs > patienceMs * 1000);
      },
      deadlineUs,
      askEveryMs,
    );
    if (this.#connected < subscribers && patienceMs === null)
      throw new Error(`${this.#connected} of ${subscribers} connections of the pages opened within 15 s`);
  }

  async #everyoneHolds(seq: number): Promise<boolean> {
    const held = await Promise.all(this.#tabs.map((tab) => tab.call('lowestHeld')));
    return Math.min(...held) >= seq;
  }

  async #edge(): Promise<Edge> {
    const all = await Promise.all(this.#tabs.map((tab) => tab.metrics()));
    const sum = (of: (metrics: PageMetrics) => number) => all.reduce((total, metrics) => total + of(metrics), 0);
    return {
      taskUs: sum(({ taskUs }) => taskUs),
      scriptUs: sum(({ scriptUs }) => scriptUs),
      heapBytes: sum(({ heapBytes }) => heapBytes),
    };
  }

  /** What somebody waits for who opens the page now: the source goes on after the window. */
  async #firstUpdateOfLatePage(): Promise<number | null> {
    const { trial, workload } = this.#argument;
    const context = await this.#browser.createBrowserContext();
    const tab = await this.#openTab(context, this.#origin, browserArgument(this.#argument).pageFolder);
    const setup: PageSetup = {
      kind: trial.client as BrowserKind,
      transport: trial.transport,
      subscribers: [{ index: 0, seed: trial.seed }],
      // Nobody waits a random time before the first poll of a page.
      workload: { ...workload, poll: { ...workload.poll, phase: 'zero' } },
      padding: updatePadding(workload.payloadBytes),
    };
    await tab.setUp(setup);
    await tab.call('connect');
    await tab.call('start', 0);
    let firstMs: number | null = null;
    const deadlineUs = nowUs() + firstUpdateTimeoutUs + workload.poll.intervalMs * 1000;
    await untilPage(
      async () => {
        firstMs = await tab.call('firstUpdateMs');
        return firstMs !== null;
      },
      deadlineUs,
      askEveryMs,
    );
    await tab.page.close();
    return firstMs === null ? null : (firstMs as number) * 1000;
  }

  /** A failure of what is done then is the trial's. */
  #at(timeUs: number, action: () => Promise<void>): void {
    setTimeout(
      () => {
        action().catch((error: Error) => this.#onFailure(error.message, null));
      },
      Math.max(0, (timeUs - nowUs()) / 1000),
    );
  }
}

/** Subscribers 0 … n−1 over that many pages, as evenly as it goes. */
export function dealOut(subscribers: number, pages: number): number[][] {
  const groups: number[][] = Array.from({ length: Math.min(pages, subscribers) }, () => []);
  for (let index = 0; index < subscribers; index++) groups[index % groups.length]?.push(index);
  return groups;
}

/** 127.0.0.1, 127.0.0.2, …: all of 127/8 is this machine (RFC 1122, 3.2.1.3). */
function addressOf(host: string, step: number): string {
  return step === 0 ? host : host.replace(/\d+$/, (last) => String(Number(last) + step));
}

function browserArgument({ browser, trial }: ClientArgument): BrowserArgument {
  if (browser === undefined) throw new Error(`a '${clients[trial.client].title}' client was not told which browser`);
  return browser;
}

function largest(values: readonly number[]): number {
  return values.reduce((found, value) => (Math.abs(value) > Math.abs(found) ? value : found), 0);
}
