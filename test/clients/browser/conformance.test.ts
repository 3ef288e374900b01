/**
 * Every transport in a real browser, in each way it can be used there, against the real server: what must arrive arrives, once,
 * in order and with its bytes intact.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { BrowserClient } from '../../../clients/browser/driver.js';
import { type ClientKind, clientKinds, clients } from '../../../contract/clients.js';
import { nowUs } from '../../../contract/clock.js';
import type { TransportId } from '../../../contract/transports.js';
import type { BrowserReport, Workload } from '../../../contract/trial.js';
import { compilePage } from '../../../harness/browser/compile-page.js';
import { findBrowser } from '../../../harness/browser/find.js';
import { argumentOf, defaultWorkload, ServerProcess } from '../../servers/server-process.js';

const folder = mkdtempSync(join(tmpdir(), 'pushlab-conformance-'));
after(() => rmSync(folder, { recursive: true, maxRetries: 5 }));
const pageFolder = join(folder, 'page');
compilePage(pageFolder);
const found = findBrowser(null);
const options = { skip: found.state === 'found' ? false : found.why };

const base: Workload = {
  ...defaultWorkload,
  subscribers: 2,
  updates: { rateHz: 40, arrival: 'poisson', burstSize: 1 },
  payloadBytes: 100,
  poll: { ...defaultWorkload.poll, intervalMs: 20 },
  warmupMs: 400,
  windowMs: 600,
  drainMs: 10_000,
};

async function measure(kind: ClientKind, transport: TransportId, over: Partial<Workload> = {}) {
  assert.ok(found.state === 'found');
  const workload = { ...base, ...over };
  const server = await ServerProcess.ready('uws', argumentOf(workload));
  const failures: string[] = [];
  const client = await BrowserClient.launch(
    {
      trial: { id: 't', index: 0, repetition: 0, subject: 'uws', transport, client: kind, workloadId: 'w', seed: 1 },
      workload,
      range: { first: 0, count: workload.subscribers },
      maxSamples: 10_000,
      bins: 10,
      browser: {
        executable: found.executable,
        version: found.version,
        environment: found.environment,
        profileFolder: mkdtempSync(join(folder, 'profile-')),
        pageFolder,
        screenshotFile: join(folder, 'failed.png'),
      },
    },
    (message) => failures.push(message),
  );
  try {
    assert.equal(await client.connect('127.0.0.1', server.port, null), workload.subscribers);
    const startUs = nowUs() + 100_000;
    const windowStartUs = startUs + workload.warmupMs * 1000;
    const windowEndUs = windowStartUs + workload.windowMs * 1000;
    const timeline = { startUs, windowStartUs, windowEndUs };
    server.send({ type: 'start', ...timeline });
    await client.start(timeline);
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, (windowEndUs - nowUs()) / 1000)));
    server.send({ type: 'window' });
    const { firstWindowSeq, lastWindowSeq } = await server.next('window');
    const report = await client.finish(firstWindowSeq, lastWindowSeq, windowEndUs + workload.drainMs * 1000);
    assert.deepEqual(failures, []);
    return { report, browser: report.browser as BrowserReport, updates: lastWindowSeq - firstWindowSeq + 1 };
  } finally {
    await client.close(2_000);
    server.child.kill('SIGKILL');
  }
}

for (const kind of clientKinds.filter((kind) => clients[kind].inBrowser))
  for (const transport of clients[kind].transports) {
    // The article's polling asks for the current state only; and the HTTP cache holds one URL.
    const every = kind !== 'browser-article' && kind !== 'browser-cache';

    test(`${transport}, ${kind}: every update arrives once, in order and intact`, options, async () => {
      const { report, browser, updates } = await measure(kind, transport, { delivery: every ? 'every' : 'latest' });
      assert.ok(updates > 0);
      assert.equal(report.expected, updates * base.subscribers);
      assert.deepEqual([report.lost, report.duplicate, report.outOfOrder, report.reconnects], [0, 0, 0, 0]);
      assert.ok(
        Object.values(report.errors).every((count) => count === 0),
        JSON.stringify(report.errors),
      );
      assert.equal(report.delivered + report.superseded, report.expected);
      if (every) assert.equal(report.superseded, 0);
      assert.equal(report.latency.count, report.delivered);
      const { down, up } = report.windowTraffic;
      assert.equal(down.payload, report.windowDelivered * base.payloadBytes);
      assert.deepEqual([down.framing, down.heads, up.framing, up.heads], [null, null, null, null]);
      // One clock, within the bound that the exchange gave it.
      for (const [, , intended, published, received] of report.samples)
        assert.ok(intended <= published && published <= received + browser.clock.boundUs, `${published} ${received}`);
      assert.equal(browser.clock.brokenByUs, 0);
      assert.equal(browser.connected, base.subscribers);
      assert.equal(browser.pages, base.subscribers);
      assert.ok(browser.firstUpdateUs !== null && browser.firstUpdateUs > 0);
      assert.ok(browser.taskUs > 0 && browser.heapBytes > 0);
      // DevTools knows at least the payload of what arrived while it counted.
      // Found by looking; a browser without them would be another finding, and no page could run.
      for (const name of ['fetch', 'EventSource', 'WebSocket', 'ReadableStream'] as const)
        assert.equal(browser.features[name], true, name);
      assert.ok(browser.devtools !== null && browser.devtools.deliveries > 0);
      assert.ok(browser.devtools.downBytes >= browser.devtools.deliveries * base.payloadBytes * 0.8);
    });
  }
