/** Charts of what was measured beside the trials: shown only then, against a golden spec, in words and as a table. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import Ajv from 'ajv';
import { requests } from '../../reports/charts/requests.js';
import { drawSvg } from '../../reports/draw.js';
import { renderReport } from '../../reports/page.js';
import { withTheme } from '../../reports/theme.js';
import { reportInput } from '../fixtures/report-input.js';
import { fakeRequests } from '../fixtures/requests.js';

const repeats = (...perS: number[]) => perS.map((value) => ({ perS: value }));
const failed = [{ perS: 1, failure: 'errors in most of 9 requests: 9 status' }];
const probes = {
  requests: fakeRequests({
    uws: {
      pushlab: { 'keep-alive': repeats(60_000, 62_000, 61_000), close: repeats(10_000, 11_000, 10_500) },
      ab: { 'keep-alive': failed, close: failed },
    },
    node: { pushlab: { 'keep-alive': repeats(30_000, 31_000, 30_500), close: repeats(6_000, 6_100, 6_050) } },
    hyperlane: { wrk: { 'keep-alive': repeats(65_000, 66_000, 67_000) } },
  }),
};
const input = { ...reportInput({ transports: ['sse'] }), probes };
const spec = requests.spec(input);

test('requests: is the golden spec', () => {
  const path = fileURLToPath(new URL('../golden/requests.beside.json', import.meta.url));
  const text = `${JSON.stringify(spec, null, 1)}\n`;
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(path, text);
  assert.ok(existsSync(path), 'no golden spec; look at the chart, then: UPDATE_GOLDEN=1');
  assert.equal(text, readFileSync(path, 'utf8'));
});

test('requests: is valid Vega-Lite and draws marks in both themes', async () => {
  const validate = new Ajv.default({ strict: false, validateFormats: false, allowUnionTypes: true }).compile(
    JSON.parse(readFileSync(createRequire(import.meta.url).resolve('vega-lite/vega-lite-schema.json'), 'utf8')),
  );
  assert.ok(validate(withTheme(spec, 'light')), JSON.stringify(validate.errors?.slice(0, 3)));
  for (const theme of ['light', 'dark'] as const) {
    assert.ok(spec !== null);
    const svg = await drawSvg(spec, theme);
    assert.match(svg, /class="mark-symbol/);
    assert.ok(!/theme:|NaN|undefined/.test(svg));
  }
});

test('requests: answers with the highest medians, and says what failed instead of leaving it out', () => {
  assert.equal(
    requests.answer?.(input),
    'Highest median, keep-alive: hyperlane by wrk, 66,000 requests/s; close: uws by pushlab, 10,500 requests/s.',
  );
  const { head, rows } = requests.table(input);
  for (const row of rows) assert.equal(row.length, head.length);
  assert.ok(rows.some((row) => row[2] === 'ab' && /errors in most/.test(row[3] ?? '')));
  assert.ok(rows.some((row) => row[0] === 'theirs: Hyperlane' && row[3] === '324,324'));
});

test('a run without them has no such chart; one without trials has no other', async () => {
  assert.equal(requests.concerns?.(reportInput()), false);
  assert.ok(!(await renderReport(reportInput({ transports: ['sse'] }))).includes('How many requests does a server'));
  const bare = {
    ...input,
    plan: { ...input.plan, trials: [], workloads: [] },
    summary: { ...input.summary, arms: [] },
  };
  const html = await renderReport({ ...bare, verdicts: { ...input.verdicts, verdicts: [] } });
  assert.ok(html.includes('How many requests does a server'));
  assert.ok(!html.includes('How stale is'));
});
