/** The board of verdicts: where it stands, what a line says, and what it opens into. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outcomeMarks, outcomes, type Verdict } from '../../harness/model.js';
import { renderReport } from '../../reports/page.js';
import { figureOf } from '../../reports/verdict-figure.js';
import { reportInput } from '../fixtures/report-input.js';

test('every outcome has a shape of its own', () => {
  assert.equal(new Set(Object.values(outcomeMarks)).size, outcomes.length);
});

test('a run made for claims opens with the verdicts, any other with the table of transports', async () => {
  const order = (page: string) => page.indexOf('id="claims"') < page.indexOf('id="decide"');
  assert.ok(order(await renderReport(reportInput({ plan: { claims: ['A6'] } }))));
  assert.ok(!order(await renderReport(reportInput())));
});

test('a line says id, verdict in word and shape, their figure and ours, and opens into threshold, method and trials', async () => {
  const input = reportInput();
  const verdict = input.verdicts.verdicts.find(({ id }) => id === 'A6') as Verdict;
  const page = await renderReport(input);
  const line = /<details class="claim" id="claim-A6">[\s\S]*?<\/details>/.exec(page)?.[0] ?? '';
  const [summary = '', detail = ''] = line.split('</summary>');
  for (const told of ['<b>A6</b>', verdict.outcome, outcomeMarks[verdict.outcome], '95 %'])
    assert.ok(summary.includes(told), told);
  for (const term of ['threshold', 'their method', 'ours', 'expected', 'would change it', 'conditions'])
    assert.match(detail, new RegExp(`<dt[^>]*>${term}</dt>`));
  const place = input.summary.arms.findIndex(({ key }) => key === verdict.evidence[0]);
  assert.ok(detail.includes(`href="#arm-${place}"`), 'points at its arm');
  assert.ok(page.includes(`<tr id="arm-${place}">`), 'where the arm’s trials are listed');
  assert.match(page, /href="samples\/w\.sse\.raw\.uws\.1\.json"/);
});

test('what a claim says cannot become markup', async () => {
  const input = reportInput();
  const hostile = '<img src=x onerror=alert(1)>';
  const [first, ...others] = input.verdicts.verdicts.filter(({ outcome }) => outcome !== 'not tested') as [Verdict];
  const page = await renderReport({
    ...input,
    verdicts: {
      ...input.verdicts,
      verdicts: [
        {
          ...first,
          title: hostile,
          says: hostile,
          claimed: hostile,
          value: hostile,
          interval: null,
          theirMethod: hostile,
          conditions: [hostile],
        },
        ...others,
      ],
    },
  });
  assert.ok(!page.includes('<img'));
});

test('a figure for the board is the one interval, else the first of several, and says how many more', () => {
  const interval = { median: 86.04, low: 85.91, high: 86.13, unit: '%' };
  assert.equal(figureOf({ interval, value: 'one; another' }), '86.0 % (85.9–86.1)');
  assert.equal(figureOf({ interval, value: '86 % at most' }), '86 % at most');
  assert.equal(figureOf({ interval: null, value: '5 at one; 6 at two' }), '5 at one; and 1 more');
  assert.equal(figureOf({ interval, value: 'all of it', inShort: 'in short' }), 'in short');
  assert.equal(figureOf({ interval: null, value: '5 at one' }), '5 at one');
  assert.equal(figureOf({ interval: null, value: null }), '—');
});

test('a line of the board ends where an item ends, never within brackets or a sentence', () => {
  const of = (value: string) => figureOf({ interval: null, value });
  const items = Array.from({ length: 12 }, (_, i) => `${i},000 (1, 2) apples`);
  assert.match(of(items.join(', ')), /^(\d,000 \(1, 2\) apples, )+\d,000 \(1, 2\) apples …$/);
  assert.equal(of(`a knee (${'at this and that, '.repeat(9)}so)`), 'a knee');
  assert.equal(of('1 (2; 3) of a; 4'), '1 (2; 3) of a; and 1 more');
  const sentence = 'word '.repeat(40).trim();
  assert.equal(of(sentence), sentence);
});
