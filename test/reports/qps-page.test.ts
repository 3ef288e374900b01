/** The report of a QPS measurement: what it says of whom, its charts, and the page in a real browser. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import Ajv from 'ajv';
import { methodVersion } from '../../harness/model.js';
import { type Qps, qpsSchema } from '../../harness/qps/model.js';
import { sumUp } from '../../harness/qps/rows.js';
import { notesOf, qpsTable, titleOf } from '../../harness/qps/table.js';
import { drawSvg } from '../../reports/draw.js';
import { qpsCharts, renderQps } from '../../reports/qps-page.js';
import { withTheme } from '../../reports/theme.js';
import { axeViolations, browserOptions } from '../fixtures/browser.js';
import { reader } from '../fixtures/reader.js';
import { reportInput } from '../fixtures/report-input.js';
import { type Figures, fakeBlocks } from '../fixtures/requests.js';

type Given = Figures[string];

const beside: Given = {
  pushlab: {
    'keep-alive': [{ perS: 90_000 }, { perS: 100_000 }, { perS: 110_000 }],
    close: [{ perS: 20_000, limit: 'generator' }],
  },
  wrk: { 'keep-alive': [{ perS: 95_000 }, { perS: 99_000 }, { perS: 105_000 }] },
  autocannon: { 'keep-alive': [{ perS: 30_000, limit: 'generator' }] },
  ab: { 'keep-alive': [{ perS: 0, failure: 'errors in most of 10 requests: 10 status' }] },
};

function qpsOf(given: Given, over: Partial<Qps> = {}): Qps {
  const { plan } = reportInput();
  const blocks = fakeBlocks(given);
  return qpsSchema.parse({
    methodVersion,
    runId: 'fake-qps',
    createdAt: '2026-01-31T09:05:00.000Z',
    command: 'npx pushlab qps --with wrk,ab,autocannon,oha --mode both',
    interrupted: false,
    machine: plan.machine,
    versions: plan.versions,
    serverCores: '0',
    generatorCores: '1',
    target: { url: 'http://127.0.0.1:9100/hello', subject: 'uws', serverPids: 1, status: 200 },
    settings: {
      connections: 360,
      modes: ['keep-alive', 'close'],
      durationS: 1,
      warmupS: 0.3,
      repeats: 3,
      pipeline: 1,
      rateHz: null,
      threads: 1,
      timeoutMs: 10_000,
      preset: null,
      engine: 'auto',
      documentedSockets: false,
    },
    tools: [
      { id: 'wrk', path: '/usr/bin/wrk', version: '4.1.0' },
      { id: 'oha', path: null, version: null },
    ],
    blocks,
    rows: sumUp(blocks, 'closed'),
    ...over,
  });
}

function pageOf(qps: Qps): Promise<string> {
  const [head = [], ...rows] = qpsTable(qps);
  return renderQps({ qps, title: titleOf(qps), notes: notesOf(qps), table: { head, rows } });
}

async function headOf(qps: Qps): Promise<string> {
  const page = await pageOf(qps);
  return page.slice(page.indexOf('<header'), page.indexOf('</header>'));
}

test('the sentence says whose the highest figure is, what it is not apart from, and who was the limit', async () => {
  const head = await headOf(qpsOf(beside));
  assert.match(
    head,
    /With connections kept, 360 connections: 100,000 \[90,000–110,000\] requests\/s, asked by pushlab, the highest median of 3 \(its interval meets that of wrk\)\. The server was at its limit, so the figure is the server’s\./,
  );
  assert.match(head, /With a connection per request, .*20,000.* asked by pushlab\. The generator was at its limit/);
  assert.match(head, /not on the PATH, so left out: oha/);
  assert.match(head, /ab, keep-alive: errors in most of 10 requests/);
});

test('nothing is made of what was not measured', async () => {
  const failed: Given = { pushlab: { 'keep-alive': [{ perS: 0, failure: 'nothing listens there' }] } };
  const qps = qpsOf(failed, { rows: [] });
  const page = await pageOf({ ...qps, rows: sumUp(qps.blocks, 'closed') });
  assert.match(page, /With connections kept nothing could be measured\./);
  assert.match(page, /nothing listens there/);
  for (const { spec } of qpsCharts({ ...qps, rows: sumUp(qps.blocks, 'closed') })) assert.equal(spec, null);
});

test('every chart is valid Vega-Lite, draws marks in both themes, and has its figures as a table', async () => {
  const validate = new Ajv.default({ strict: false, validateFormats: false, allowUnionTypes: true }).compile(
    JSON.parse(readFileSync(createRequire(import.meta.url).resolve('vega-lite/vega-lite-schema.json'), 'utf8')),
  );
  const charts = qpsCharts(qpsOf(beside));
  assert.deepEqual(
    charts.map(({ id }) => id),
    ['requests-per-s', 'per-generator-cpu', 'per-server-cpu', 'request-latency'],
  );
  for (const { id, spec, table } of charts) {
    assert.ok(spec !== null);
    assert.ok(validate(withTheme(spec, 'light')), `${id}: ${JSON.stringify(validate.errors?.slice(0, 3))}`);
    for (const theme of ['light', 'dark'] as const) {
      const svg = await drawSvg(spec, theme);
      assert.match(svg, /class="mark-(symbol|rule)/, id);
      assert.ok(!svg.includes('theme:') && !/NaN|undefined/.test(svg), id);
    }
    // A row for each generator and mode: who failed is in the table, and says why.
    assert.equal(table.rows.length, 5);
    for (const row of table.rows) assert.equal(row.length, table.head.length);
  }
  const failed = charts[0]?.table.rows.find(([generator]) => generator === 'ab');
  assert.equal(failed?.[2], 'errors in most of 10 requests: 10 status');
});

const { openDrawn } = reader({ 'qps.html': () => pageOf(qpsOf(beside)) });
for (const scheme of ['light', 'dark'] as const)
  test(
    `in a browser, ${scheme}: no violation of WCAG 2.2 AA, a silent console, nothing over the edge`,
    browserOptions,
    async () => {
      for (const widthPx of [390, 1300]) {
        const { page, said } = await openDrawn('qps.html', { widthPx, scheme });
        await page.evaluate(`for (const folded of document.querySelectorAll('details')) folded.open = true`);
        assert.deepEqual(await axeViolations(page), []);
        assert.deepEqual(said, []);
        assert.equal(await page.evaluate('document.documentElement.scrollWidth'), widthPx);
        await page.close();
      }
    },
  );
