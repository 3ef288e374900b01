/** The article's table: each cell from what the run has, "not measured" where it has nothing, and no markup of anybody's. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { claims } from '../../claims/index.js';
import type { Workload } from '../../contract/trial.js';
import { judge } from '../../harness/judge.js';
import type { Evidence, OkTrial, Plan } from '../../harness/model.js';
import { summarize } from '../../harness/summarize.js';
import { articleMarkdown, articleSection } from '../../reports/article-section.js';
import { articleTable, type TableInput } from '../../reports/article-table.js';
import { fakeCode, fakeUpstream } from '../fixtures/probes.js';
import { fakeFeatures, fakeHistogram, fakePlan, fakeTrial, fakeWorkload } from '../fixtures/run.js';

function inputOf(
  over: Parameters<typeof fakePlan>[0],
  reported: (trial: Plan['trials'][number]) => Partial<OkTrial['client']>,
  probes: NonNullable<Evidence['probes']> = {},
): TableInput {
  const plan = fakePlan({ repeats: 3, claims: ['A11'], ...over });
  const records = plan.trials.map((trial) => fakeTrial(trial, { client: reported(trial) }));
  const evidence = { plan, summary: summarize(plan, records), probes };
  return { ...evidence, verdicts: judge(evidence, claims) };
}

const page = {
  version: 'Chromium 1',
  features: fakeFeatures(),
  pages: 1,
  connected: 2,
  clock: { boundUs: 1, brokenByUs: 0, driftUs: 0, exchanges: 2 },
  connectUs: null,
  firstUpdateUs: null,
  taskUs: 0,
  scriptUs: 0,
  longTasks: 0,
  longTaskUs: 0,
  heapBytes: 0,
  devtools: null,
};

/** Pages that lose a connection: SSE comes back and WebSocket does not. */
function broken(workload: Partial<Workload> = {}, probes?: NonNullable<Evidence['probes']>): TableInput {
  const lost: Workload = {
    ...fakeWorkload,
    id: 'lost',
    title: 'connections lost',
    proxy: 'transparent',
    faults: [{ kind: 'reset-connections', atMs: 100, forMs: 0 }],
    ...workload,
  };
  return inputOf(
    { workloads: [lost], transports: ['sse', 'websocket'], clients: ['browser-bare'] },
    ({ transport }) => ({
      browser: page,
      disruptions: {
        noticed: 2,
        resumed: transport === 'sse' ? 2 : 0,
        skipped: 0,
        resume: fakeHistogram(transport === 'sse' ? [1, 1] : []),
      },
    }),
    probes,
  );
}

function cell(input: TableInput, property: string, transport: string): string | null | undefined {
  return articleTable(input)
    .find((row) => row.property === property)
    ?.cells.find((one) => one.transport === transport)?.ours;
}

test('a cell has the figure of its transport, and its row the verdict', () => {
  const input = broken();
  assert.equal(cell(input, 'Reconnects by itself', 'sse'), 'connections lost: 100 % came back');
  assert.equal(cell(input, 'Reconnects by itself', 'websocket'), 'connections lost: 0 % came back');
  const row = articleTable(input).find(({ property }) => property === 'Reconnects by itself');
  assert.deepEqual([row?.claim, row?.outcome], ['A11', 'holds under stated conditions']);
  assert.equal(cell(input, 'Browser support', 'websocket'), 'WebSocket is built in (Chromium 1)');
});

test('what probes measured stands in its cells: code by end, libraries apart; what a message to the server takes', () => {
  const input = broken({}, { code: fakeCode(), upstream: fakeUpstream() });
  assert.equal(cell(input, 'Implementation complexity', 'sse'), 'page 30 lines, server node 100 lines');
  assert.equal(
    cell(input, 'Implementation complexity', 'websocket'),
    'page 40 lines, server node 80 lines and ws (136 kB)',
  );
  assert.match(
    cell(input, 'Direction of data', 'sse') ?? '',
    /128 B to the server and back: a request each, 430 B, .* µs; connections: 2$/,
  );
  assert.match(cell(input, 'Direction of data', 'websocket') ?? '', /on the same connection, 268 B, .*connections: 1$/);
});

test('several workloads are a range of their medians, and only those that the verdict rests on', () => {
  const workloads = [64, 256].map((payloadBytes) => ({ ...fakeWorkload, id: `p${payloadBytes}`, payloadBytes }));
  const input = inputOf({ workloads, transports: ['sse', 'websocket'] }, ({ transport, workloadId }) => ({
    windowTraffic: {
      down: { payload: 20_000, repeated: 0, framing: transport === 'sse' ? 6_000 : 400, heads: 0 },
      up: { payload: 0, repeated: 0, framing: workloadId === 'p64' ? 0 : 200, heads: 0 },
    },
  }));
  assert.equal(cell(input, 'Protocol overhead', 'sse'), '30–31 B around each update, over 2 payloads');
  assert.equal(cell(input, 'Protocol overhead', 'websocket'), '2–3 B around each update, over 2 payloads');
});

test('a run without evidence says so in each cell, and one without any has no table', () => {
  const some = broken();
  for (const [property, transport] of [
    ['Implementation complexity', 'sse'],
    ['Direction of data', 'websocket'],
    ['Passes firewalls', 'sse'],
    ['Load of the server', 'polling'],
  ] as const)
    assert.equal(cell(some, property, transport), null, property);
  assert.match(articleSection(some)?.text ?? '', /<td[^>]*>complex<\/td><td[^>]*>not measured in this run<\/td>/);
  assert.match(articleMarkdown(some), /\| complex \| not measured in this run \|/);
  const nothing = inputOf({ transports: ['long-polling'] }, () => ({}));
  assert.deepEqual([articleSection(nothing), articleMarkdown(nothing)], [null, '']);
  const forNoClaim = { ...some, plan: { ...some.plan, claims: null } };
  assert.deepEqual([articleSection(forNoClaim), articleMarkdown(forNoClaim)], [null, ''], 'nobody asked');
});

test('names of a workload become text, in HTML and in Markdown', () => {
  const input = broken({ title: '<img src=x>|`' });
  const section = articleSection(input)?.text ?? '';
  assert.ok(section.includes('&lt;img src=x&gt;|`: 100 % came back') && !section.includes('<img'));
  const markdown = articleMarkdown(input);
  assert.ok(markdown.includes('&lt;img src=x>\\|\\`: 100 % came back') && !markdown.includes('<img'));
  const [line] = markdown.split('\n').filter((one) => one.includes('came back'));
  assert.equal(line?.replaceAll('\\|', '').split('|').length, 7, 'five cells, whatever they say');
});
