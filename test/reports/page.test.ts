import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Contrast } from '../../harness/model.js';
import { charts } from '../../reports/charts/index.js';
import type { ReportInput } from '../../reports/data.js';
import { finding, leaders } from '../../reports/findings.js';
import { html } from '../../reports/html.js';
import { renderReport } from '../../reports/page.js';
import { once } from '../fixtures/once.js';
import {
  crowdInput,
  lawInput,
  payloadWorkloads,
  pushInput,
  reportInput,
  sweepWorkloads,
} from '../fixtures/report-input.js';
import { fakeWorkload } from '../fixtures/run.js';

const megabyte = 1024 * 1024;
const plainPage = once(() => renderReport(reportInput()));
const sweep = reportInput({ workloads: sweepWorkloads });
const sweepPage = once(() => renderReport(sweep));

test('the report is one file: nothing is loaded from anywhere, and the policy forbids it', async () => {
  const page = await plainPage();
  assert.match(
    page,
    /Content-Security-Policy" content="default-src &#39;none&#39;; script-src &#39;unsafe-inline&#39;/,
  );
  // The libraries' own text may speak of anything; what counts is the markup around it.
  const markup = page.replace(/(<script[^>]*>)[\s\S]*?<\/script>/g, '$1');
  assert.doesNotMatch(markup, /<(script|link|img|iframe|object|video|audio)\b[^>]*\s(src|href|data)=/i);
  assert.doesNotMatch(markup, /@import|url\(\s*['"]?http/i);
  assert.ok(page.length <= 1.5 * megabyte, `${page.length} bytes`);
});

test('a sweep of 24 arms still fits its size', async () => {
  const page = await sweepPage();
  assert.ok(page.length <= 1.5 * megabyte, `${page.length} bytes`);
});

test('every chart that concerns a run is there: question, drawing for scripts and without, and table', async () => {
  const shown = new Set<string>();
  const inputs = [
    reportInput({ clients: ['raw', 'browser'], transports: ['polling', 'sse'] }),
    sweep,
    reportInput({ workloads: payloadWorkloads }),
    lawInput(),
    crowdInput(),
    pushInput(),
  ];
  for (const input of inputs) {
    const page = await (input === sweep ? sweepPage() : renderReport(input));
    // A run of pushes only has nothing to draw of useless polls; that it says so is tested elsewhere.
    const concerned = charts.filter((chart) => (chart.concerns?.(input) ?? true) && chart.spec(input) !== null);
    for (const { id, question } of concerned) {
      shown.add(id);
      assert.ok(page.includes(`id="chart-${id}" role="img" aria-label="`), id);
      assert.ok(page.includes(question), question);
    }
    assert.equal(page.match(/<noscript>/g)?.length, concerned.length);
    assert.equal(page.match(/<noscript><div class="chart still"><svg/g)?.length, concerned.length);
  }
  assert.deepEqual([...shown].sort(), charts.map(({ id }) => id).sort(), 'a chart that no run here concerns');
});

test('a run in which nothing broke says nothing of coming back', async () => {
  const calm = reportInput({
    repeats: 1,
    trial: (trial) => ({
      ...trial,
      client: { ...trial.client, disruptions: { ...trial.client.disruptions, noticed: 0, resumed: 0 } },
    }),
  });
  const page = await renderReport(calm);
  assert.ok(!page.includes('chart-resume'));
  assert.ok(page.includes('chart-latency'));
  // Where something was to break, that nobody noticed is worth saying.
  const workloads = [{ ...fakeWorkload, proxy: 'buffering' as const }];
  assert.ok((await renderReport({ ...calm, plan: { ...calm.plan, workloads } })).includes('chart-resume'));
});

test('what the embedded data says cannot end its script, nor become markup', async () => {
  const hostile = '</script><img src=x onerror=alert(1)>\u2028';
  const page = await renderReport(
    reportInput({
      workloads: [{ ...fakeWorkload, title: hostile }],
      plan: { suite: { id: 'x', title: hostile, question: hostile }, command: hostile },
    }),
  );
  assert.ok(!page.includes('<img src=x'));
  const blocks = 10; // three of data, the packed libraries, six of our own
  assert.equal(page.match(/<\/script/gi)?.length, blocks);
});

test('the same input gives the same report', async () => {
  assert.equal(await renderReport(reportInput()), await plainPage());
});

test('with one transport, a failed run, or no codec bench, the report says so', async () => {
  const one = await renderReport(reportInput({ transports: ['sse'], repeats: 1 }));
  assert.match(one, /Server-Sent Events: median latency .* ms/);
  assert.match(one, /npm run bench:codec/);
  assert.match(one, /Not measured in this run/);
  const input = reportInput({ transports: ['sse'] });
  const nothing = {
    ...input,
    summary: { ...input.summary, arms: [], notRun: [{ trialId: 'a trial', reason: 'the run ended before it' }] },
  };
  assert.match(await renderReport(nothing), /No trial of this run could be counted/);
});

/** As if repetitions could not be paired: what the made-up trials have in common then does not cancel. */
function withoutPairs(shape: Parameters<typeof reportInput>[0]): ReportInput {
  const input = reportInput(shape);
  return { ...input, summary: { ...input.summary, contrasts: [] } };
}

test('losses that a workload is made for are told from those that nobody wanted', () => {
  const broken = { ...fakeWorkload, id: 'broken', title: 'broken', proxy: 'drop-upgrade' as const };
  const losing = (lost: Readonly<Record<string, number>>) =>
    finding(
      reportInput({
        transports: ['sse'],
        workloads: [fakeWorkload, broken],
        trial: (trial) => ({ ...trial, client: { ...trial.client, lost: lost[trial.trial.workloadId] ?? 0 } }),
      }),
    );
  const where = 'where connections were broken on purpose or a proxy was in the way';
  const { id } = fakeWorkload;
  assert.match(losing({ broken: 4 }), new RegExp(`deliveries were lost, all of them ${where}\\.$`));
  assert.match(losing({ broken: 4, [id]: 1 }), new RegExp(`deliveries were lost, all but \\d+ of them ${where}\\.$`));
  assert.match(losing({ [id]: 1 }), /deliveries were lost\.$/);
});

test('the finding names ties as ties, and marks nothing where all are tied', () => {
  const input = withoutPairs({ transports: ['sse', 'http-stream', 'websocket', 'polling'] });
  assert.match(
    finding(input),
    /Lowest median latency: Server-Sent Events, HTTP streaming and WebSocket, tied \(.* ms, against .* of Interval polling\)/,
  );
  assert.match(finding(input), /Nothing was lost\.$/);
  assert.deepEqual(
    leaders(input.summary.arms, 'latencyP50Us', input.summary).map(({ transport }) => transport),
    ['sse', 'http-stream', 'websocket'],
  );
  const tied = withoutPairs({ transports: ['sse', 'websocket'] });
  assert.match(finding(tied), /lowest median latency: all tied/i);
});

test('pairs decide where intervals overlap, unless they are too few or hold no difference', () => {
  const { summary } = reportInput({ transports: ['sse', 'http-stream', 'websocket'] });
  const [sse, stream, websocket] = summary.arms;
  assert.ok(sse && stream && websocket);
  const of = (verdicts: readonly Contrast['verdict'][]) => {
    const contrasts = summary.contrasts
      .filter(({ metric, b }) => metric === 'latencyP50Us' && b === websocket.key)
      .map((contrast, i) => ({ ...contrast, verdict: verdicts[i] as Contrast['verdict'] }));
    return leaders(summary.arms, 'latencyP50Us', { contrasts }).map(({ transport }) => transport);
  };
  // WebSocket has the lowest median, and is the second of each pair.
  assert.deepEqual(of(['lower', 'lower']), ['websocket']);
  assert.deepEqual(of(['tied', 'lower']), ['sse', 'websocket']);
  // Certain, and too small to choose by.
  const slight = summary.contrasts
    .filter(({ metric }) => metric === 'latencyP50Us')
    .map((one) => ({ ...one, verdict: 'lower' as const, ratio: { median: 0.995, low: 0.99, high: 0.999 } }));
  assert.equal(leaders(summary.arms, 'latencyP50Us', { contrasts: slight }).length, 3);
  assert.deepEqual(of(['too few', 'too few']), ['sse', 'http-stream', 'websocket']);
});

test('one trial is not compared with confidence', () => {
  assert.match(finding(reportInput({ repeats: 1 })), /^One trial of an arm only, so differences may be chance/);
});

test('templates escape every value that they did not make themselves', () => {
  assert.equal(
    html`<b>${'<i>&"'}</b>${html`<br>`}${null}${[1, 2].map(String)}`.text,
    '<b>&lt;i&gt;&amp;&quot;</b><br>12',
  );
});
