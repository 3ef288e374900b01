/**
 * The report as a whole against a file: a change of its words, order or markup shows as a difference to be looked at.
 *
 * Without what has a test of its own or is a file of its own: chart libraries, scripts, style, specs and drawings.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { renderReport } from '../../reports/page.js';
import { articleInput } from '../fixtures/article-input.js';
import { fixedInput } from '../fixtures/report-input.js';

const path = fileURLToPath(new URL('../golden/report.html', import.meta.url));
const mostBytes = 1.5 * 1024 * 1024;

function bare(page: string): string {
  return page
    .replace(/(<script[^>]*>)[\s\S]*?<\/script>/g, '$1…</script>')
    .replace(/<style>[\s\S]*?<\/style>/, '<style>…</style>')
    .replace(/<svg[\s\S]*?<\/svg>/g, '<svg>…</svg>')
    .replace(/[0-9a-f]{64}/g, '<sha256>');
}

test('the report is the golden one', async () => {
  const text = bare(await renderReport(fixedInput()));
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(path, text);
  assert.ok(existsSync(path), 'no golden report; look at one, then: UPDATE_GOLDEN=1 npm test');
  assert.equal(text, readFileSync(path, 'utf8'), 'the report changed; if that is meant: UPDATE_GOLDEN=1 npm test');
});

test('of the whole article it is at most 1.5 MB, shows every arm, and says what it leaves out and where', async () => {
  const input = articleInput();
  assert.ok(input.plan.workloads.length > 40 && input.summary.arms.length > 100, `${input.summary.arms.length} arms`);
  const page = await renderReport(input);
  assert.ok(Buffer.byteLength(page) <= mostBytes, `${Buffer.byteLength(page)} bytes`);
  assert.equal(page.match(/<tr id="arm-\d+">/g)?.length, input.summary.arms.length);
  assert.match(page, /<noscript><p class="note">Drawn here: \d+ of \d+ workloads/);
});
