/** The table to decide by: which workload it speaks of, what is best, tied or not measured, and how breaks and proxies are told. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Workload } from '../../contract/trial.js';
import type { Slope } from '../../harness/model.js';
import { formatPoint, type ReportInput } from '../../reports/data.js';
import { decisionTable } from '../../reports/decision.js';
import { reportInput, sweepWorkloads } from '../fixtures/report-input.js';
import { fakeWorkload } from '../fixtures/run.js';

/** Cells of a transport's row as text, its marks kept as words. */
function cells(input: ReportInput, transport: string): string[] {
  const text = decisionTable(input)?.text ?? '';
  const row = new RegExp(`<tr><th scope="row">${transport}</th>(.*?)</tr>`, 's').exec(text)?.[1] ?? '';
  return [...row.matchAll(/<td(?: class="([^"]*)")?>(.*?)<\/td>/gs)].map(
    ([, mark = '', cell = '']) => `${mark}|${cell.replace(/<br>/g, '; ').replace(/<small>.*<\/small>/, '')}`,
  );
}

test('one that is below all others is best, several that may be as low tie, all others bear no mark', () => {
  const paired = reportInput();
  // Without pairs intervals decide, and those of the pushing transports overlap.
  const input = { ...paired, summary: { ...paired.summary, contrasts: [] } };
  const p50 = ['Interval polling', 'HTTP streaming', 'WebSocket'].map((transport) => cells(input, transport)[1]);
  assert.match(p50[0] ?? '', /^\|/);
  assert.match(p50[1] ?? '', /^tied\|/);
  assert.match(p50[2] ?? '', /^tied\|/);
  const bytes = ['Server-Sent Events', 'WebSocket'].map((transport) => cells(input, transport)[3]);
  assert.deepEqual(bytes, ['|121', 'best|102']);
});

test('what the run did not measure says so', () => {
  assert.deepEqual(cells(reportInput(), 'WebSocket').slice(-3), [
    'unknown|not measured',
    'words unknown|not measured',
    'words unknown|not measured',
  ]);
});

test('a sweep speaks of its largest workload, a run for claims of the one that most transports share', () => {
  const caption = (input: ReportInput) => /<caption><span>(.*?)<\/span>/.exec(decisionTable(input)?.text ?? '')?.[1];
  assert.equal(caption(reportInput({ workloads: sweepWorkloads })), '1000 subscribers');
  const workloads = [fakeWorkload, { ...fakeWorkload, id: 'v', title: 'shared', payloadBytes: 200, subscribers: 3 }];
  const whole = reportInput({ workloads, plan: { claims: [] } });
  const arms = whole.summary.arms.filter(({ workloadId, transport }) => workloadId === 'v' || transport === 'sse');
  assert.equal(caption({ ...whole, summary: { ...whole.summary, arms } }), 'shared');
});

test('memory is the slope of the run, over most connections where there are several', () => {
  const input = reportInput();
  const slope = (most: number, bytes: number): Slope => ({
    metric: 'serverAnonymousBytes',
    transport: 'sse',
    client: 'raw',
    subject: 'uws',
    subscribers: [1, most],
    perSubscriber: { median: bytes, low: bytes - 200, high: bytes + 200, values: [bytes, bytes, bytes] },
  });
  const slopes = [slope(10, 9_000), slope(1_000, 2_000)];
  assert.equal(cells({ ...input, summary: { ...input.summary, slopes } }, 'Server-Sent Events')[5], '|2.00');
});

test('a break and a proxy are told by what came back, what was lost, and what got through', () => {
  const through = (proxy: Workload['proxy'], over: Partial<Workload> = {}): Workload => ({
    ...fakeWorkload,
    id: `w-${proxy}-${over.faults?.[0]?.kind ?? 'calm'}`,
    title: `${proxy}`,
    proxy,
    ...over,
  });
  const workloads = [
    fakeWorkload,
    through('transparent'),
    through('drop-upgrade'),
    through('buffering'),
    through('transparent', { faults: [{ kind: 'reset-connections', atMs: 1, forMs: 0 }] }),
  ];
  const whole = reportInput({
    transports: ['websocket'],
    workloads,
    trial: (trial) => {
      const { workloadId } = trial.trial;
      if (workloadId.includes('drop-upgrade'))
        return { ...trial, client: { ...trial.client, delivered: 0, lost: 200 } };
      return workloadId.includes('reset') ? { ...trial, client: { ...trial.client, delivered: 190, lost: 10 } } : trial;
    },
  });
  const row = cells(whole, 'WebSocket');
  assert.match(row.at(-2) ?? '', /^words\|● back after \d+ ms; 5 % of updates lost$/);
  assert.equal(row.at(-1), 'words|● transparent: passes; ✕ drop-upgrade: blocked; ● buffering: passes');
});

test('no more digits than the interval supports', () => {
  assert.equal(formatPoint({ median: 92.44, low: 82.61, high: 175.02 }), '92 [83–175]');
  assert.equal(formatPoint({ median: 1.5512, low: 1.4104, high: 1.8801 }), '1.55 [1.41–1.88]');
  assert.equal(formatPoint({ median: 149.01, low: 149.0, high: 149.04 }), '149');
  assert.equal(formatPoint({ median: 1234.4, low: 1000.2, high: 2000.1 }), '1,230 [1,000–2,000]');
  assert.equal(formatPoint({ median: 2_480.2, low: 2_100.1, high: 2_900.3, bound: 3.1 }), '2,480 [2,100–2,900]');
});
