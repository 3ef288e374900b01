/**
 * The report of a QPS measurement: how many requests each generator had answered, what that cost both ends, how long each
 * says that it took, and every block that the figures come from.
 *
 * The trap: a figure is the server's only where the server was the limit. So who was stands beside each, in the sentence
 * at the top too.
 */
import type { TopLevelSpec } from 'vega-lite';
import { ownGenerator } from '../contract/qps.js';
import type { Estimate, Qps } from '../harness/model.js';
import type { Table } from './charts/chart.js';
import { estimates, trialTicks } from './charts/marks.js';
import { limitWords } from './charts/requests.js';
import { rowsPerWorkload } from './charts/rows.js';
import { schema, tooltip } from './charts/scales.js';
import { contents, type Section } from './contents.js';
import { formatNumber, formatPoint, round } from './data.js';
import { drawing, renderDocument, scrollTable } from './document.js';
import { type Html, html } from './html.js';
import { facts } from './provenance.js';
import { themeColour } from './theme.js';

type Row = Qps['rows'][number];
type Block = Qps['blocks'][number];

/** A measurement, and what the terminal was told of it. */
export interface QpsInput {
  readonly qps: Qps;
  /** What was asked, and how, in one line. */
  readonly title: string;
  /** What one has to know of the figures. */
  readonly notes: readonly string[];
  readonly table: Table;
}

export async function renderQps({ qps, title, notes, table }: QpsInput): Promise<string> {
  const charts = qpsCharts(qps);
  const figures = await Promise.all(charts.map(figure));
  const sections: Section[] = [
    { id: 'in-short', name: 'In short', group: 'Findings', body: heading(qps, title, notes) },
    ...charts.map(({ id, name }, i) => ({ id: `about-${id}`, name, group: 'Findings', body: figures[i] as Html })),
    { id: 'table', name: 'The table', group: 'In full', body: printed(table) },
    { id: 'blocks', name: 'Every block', group: 'In full', body: blocks(qps) },
    { id: 'provenance', name: 'How to repeat it', group: 'In full', body: provenance(qps) },
  ];
  return renderDocument({
    title: `Requests per second of ${qps.target.url}`,
    version: qps.versions.pushlab,
    contents: contents(sections),
    main: sections.map(({ body }) => body),
    charts: charts.flatMap(({ id, spec }) => (spec === null ? [] : [{ id, spec }])),
  });
}

export function qpsCharts(qps: Qps): QpsChart[] {
  return [...measures.map((measure) => chartOf(measure, qps)), latencyChart(qps)];
}

function heading(qps: Qps, title: string, notes: readonly string[]): Html {
  const { machine, target, createdAt } = qps;
  return html`<header id="in-short">
<p class="eyebrow">pushlab qps · ${createdAt.slice(0, 10)} · ${machine.cpuModel}, ${machine.cores} cores</p>
<h1>How many requests a second does ${target.subject === null ? target.url : `the hello of subject ${target.subject}`} answer?</h1>
${qps.settings.modes.map((mode) => html`<p class="finding">${finding(qps, mode)}</p>\n`)}<p class="note">${title}</p>
<ul class="plain note">${notes.map((note) => html`<li>${note}</li>`)}</ul>
</header>`;
}

const limitSentences: Readonly<Record<Row['limit'], string>> = {
  server: 'The server was at its limit, so the figure is the server’s.',
  generator: 'The generator was at its limit, so the server answers more than it was asked for.',
  both: 'Both were at their limits, so the server may answer more.',
  neither: 'Neither was at its limit: both waited for each other, or for a core.',
  unknown: 'Who was at the limit was not measured.',
};

/** Highest median, whose it is and whether it is apart from others, who was the limit; then what asking cost the others. */
function finding({ rows }: Qps, mode: Row['mode']): string {
  const measured = rows.flatMap((row) =>
    row.mode === mode && row.requestsPerS !== null ? [{ ...row, requestsPerS: row.requestsPerS }] : [],
  );
  const most = [...measured].sort((a, b) => b.requestsPerS.median - a.requestsPerS.median)[0];
  if (most === undefined) return `With ${modeWords[mode]} nothing could be measured.`;
  const notApart = measured.filter((row) => row !== most && row.requestsPerS.high >= most.requestsPerS.low);
  const meets =
    notApart.length === 0 ? '' : ` (its interval meets that of ${listed(notApart.map(({ generator }) => generator))})`;
  const place = measured.length === 1 ? '' : `, the highest median of ${measured.length}${meets}`;
  const costs = measured.flatMap(({ generator, toOwn }) =>
    toOwn === null ? [] : [`${formatPoint(toOwn)} times as many as ${generator}`],
  );
  return [
    `With ${modeWords[mode]}, ${formatNumber(most.connections)} connections: ${formatPoint(most.requestsPerS)} requests/s, asked by ${most.generator}${place}.`,
    limitSentences[most.limit],
    ...(costs.length === 0 ? [] : [`Per second of its CPU time ${ownGenerator} asked ${listed(costs)}.`]),
  ].join(' ');
}

const modeWords: Readonly<Record<Row['mode'], string>> = {
  'keep-alive': 'connections kept',
  close: 'a connection per request',
};

function listed(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}

/** One figure of each row, as an interval with its blocks. */
interface Measure {
  readonly id: string;
  readonly name: string;
  readonly question: string;
  readonly reading: string;
  readonly axis: string;
  of(row: Row): Estimate | null;
}

const measures: readonly Measure[] = [
  {
    id: 'requests-per-s',
    name: 'Requests a second',
    question: 'How many requests does each generator have answered in a second?',
    reading:
      'Whole responses per second. A dot is the median of the blocks, the line its interval, each tick a block; generators took turns, in mirrored order. Only where the server was at its limit is it the server’s figure.',
    axis: 'requests per second',
    of: ({ requestsPerS }) => requestsPerS,
  },
  {
    id: 'per-generator-cpu',
    name: 'Cost of asking',
    question: 'How many requests does a generator ask with a second of its CPU time?',
    reading:
      'What makes generators comparable, whoever was at the limit: higher is cheaper. Our own is counted within its window, other tools from their start to their end.',
    axis: 'requests per second of the generator’s CPU time',
    of: ({ requestsPerGeneratorCpuS }) => requestsPerGeneratorCpuS,
  },
  {
    id: 'per-server-cpu',
    name: 'Cost of answering',
    question: 'How many requests does the server answer with a second of its CPU time?',
    reading:
      'What makes servers comparable, and should hardly depend on who asks. Where it does, the generator sends its requests in another rhythm: many at once are cheaper to answer.',
    axis: 'requests per second of the server’s CPU time',
    of: ({ requestsPerServerCpuS }) => requestsPerServerCpuS,
  },
];

export interface QpsChart {
  readonly id: string;
  readonly name: string;
  readonly question: string;
  readonly reading: string;
  /** Null: nothing was measured. */
  readonly spec: TopLevelSpec | null;
  readonly description: string;
  readonly table: Table;
}

const rowPx = 34;

function chartOf({ id, name, question, reading, axis, of }: Measure, { rows }: Qps): QpsChart {
  const values = rows.flatMap((row) => {
    const estimate = of(row);
    if (estimate === null) return [];
    const { median, low, high } = estimate;
    return [
      {
        ...placeOf(row),
        median: round(median),
        low: round(low),
        high: round(high),
        shown: formatPoint(estimate),
        limit: limitWords[row.limit],
        values: estimate.values.map(round),
      },
    ];
  });
  const x = { type: 'quantitative' as const, title: axis, axis: { format: ',~r', labelOverlap: true } };
  const color = whose(themeColour('user'), themeColour('system'));
  const chart = {
    encoding: { y: { field: 'arm', type: 'nominal', sort: null, title: null } },
    layer: [
      trialTicks(x, color, tooltip({ arm: 'generator' }, { trial: `one block, ${axis}` })),
      ...estimates('x', {
        axis: x,
        looks: { color, shape: whose('circle', 'square') },
        tooltip: tooltip({ arm: 'generator', workload: 'connection', shown: axis, limit: 'at its limit' }),
        size: 90,
      }),
    ],
  };
  return {
    id,
    name,
    question,
    reading,
    spec: values.length === 0 ? null : spec(values, chart),
    description: `${axis}: ${values.map(({ workload, arm, shown }) => `${workload}, ${arm} ${shown}`).join('; ')}`,
    table: {
      head: ['generator', 'mode', axis, 'blocks', 'at its limit'],
      rows: rows.map((row) => [
        row.generator,
        row.mode,
        shownOf(of(row), row),
        String(row.blocks),
        limitWords[row.limit],
      ]),
    },
  };
}

const quantiles = [
  ['p50Us', 'p50', 'circle'],
  ['p90Us', 'p90', 'square'],
  ['p99Us', 'p99', 'triangle-up'],
  ['p999Us', 'p99.9', 'diamond'],
] as const;

function latencyChart({ rows, settings }: Qps): QpsChart {
  const values = rows.flatMap((row) =>
    quantiles.flatMap(([field, quantile]) => {
      const us = row.latency[field];
      return us === null ? [] : [{ ...placeOf(row), quantile, us: round(us) }];
    }),
  );
  const x = { type: 'quantitative' as const, scale: { type: 'log' as const, nice: false, padding: 12 } };
  const title = 'latency (µs)';
  const chart = {
    encoding: { y: { field: 'arm', type: 'nominal', sort: null, title: null } },
    layer: [
      {
        mark: { type: 'rule', strokeWidth: 2, opacity: 0.4 },
        encoding: {
          x: { ...x, title, field: 'us', aggregate: 'min' },
          x2: { field: 'us', aggregate: 'max' },
          color: whose(themeColour('user'), themeColour('system')),
        },
      },
      {
        mark: { type: 'point', filled: true, size: 80, opacity: 1 },
        encoding: {
          x: { ...x, title, field: 'us' },
          color: whose(themeColour('user'), themeColour('system')),
          shape: {
            field: 'quantile',
            type: 'nominal',
            sort: null,
            scale: { domain: quantiles.map(([, name]) => name), range: quantiles.map(([, , shape]) => shape) },
            legend: { title: null, symbolStrokeWidth: 0, symbolFillColor: themeColour('reference') },
          },
          tooltip: tooltip({ arm: 'generator', workload: 'connection', quantile: 'quantile' }, { us: title }),
        },
      },
    ],
  };
  return {
    id: 'request-latency',
    name: 'Latency',
    question: 'How long does each generator say that a response takes?',
    reading: `Medians over the blocks, as each counts for itself; what a tool does not print is not there. ${
      settings.rateHz === null
        ? 'In a closed model a slow server is asked less often, so its slowness counts less than users would feel it, and with more connections every response waits longer: requests/s times mean latency is the number of connections.'
        : `Of ${ownGenerator} it counts from when a request was due; other tools ran closed.`
    }`,
    spec: values.length === 0 ? null : spec(values, chart),
    description: `Latency in µs: ${values.map(({ workload, arm, quantile, us }) => `${workload}, ${arm} ${quantile} ${formatNumber(us)}`).join('; ')}`,
    table: {
      head: ['generator', 'mode', 'mean µs', ...quantiles.map(([, name]) => name), 'longest', 'Little'],
      rows: rows.map(({ generator, mode, latency, littlesLaw }) => [
        generator,
        mode,
        known(latency.meanUs),
        ...quantiles.map(([field]) => known(latency[field])),
        known(latency.maxUs),
        known(littlesLaw),
      ]),
    },
  };
}

/** `rowsPerWorkload` has a panel a workload: here a panel a mode. */
function placeOf({ generator, mode }: Row): { arm: string; workload: string; own: boolean } {
  return { arm: generator, workload: modeWords[mode], own: generator === ownGenerator };
}

function whose(ours: string, theirs: string) {
  return {
    field: 'own',
    type: 'nominal' as const,
    scale: { domain: [true, false], range: [ours, theirs] },
    legend: null,
  };
}

function spec(values: Parameters<typeof rowsPerWorkload>[0], chart: Record<string, unknown>): TopLevelSpec {
  return { $schema: schema, data: { values }, ...rowsPerWorkload(values, rowPx, chart, true) } as TopLevelSpec;
}

async function figure({ id, question, reading, spec: drawn, description, table: figures }: QpsChart): Promise<Html> {
  return html`<section id="about-${id}"><figure><h2>${question}</h2>
<figcaption class="reading prose">${reading}</figcaption>
${await drawing(id, description, drawn)}
<details id="table-${id}"><summary>The figures as a table</summary>${scrollTable(question, figures)}</details>
</figure></section>\n`;
}

function printed(table: Table): Html {
  return html`<section id="table"><h2>The table that was printed</h2>
<p class="reading">B: bytes of a response and of a request on the socket, heads included. Little: requests/s × mean latency ÷ requests outstanding, 1 in a closed model that adds up.</p>
${scrollTable('Generators', table)}</section>`;
}

function blocks({ blocks: all }: Qps): Html {
  return html`<section id="blocks"><h2>Every block, in the order in which they ran</h2>
<details id="blocks-in-full"><summary>${all.length} blocks</summary>${scrollTable('Blocks', {
    head: [
      'generator',
      'mode',
      'repeat',
      'requests',
      'seconds',
      'requests/s',
      'generator',
      'server',
      'others took',
      'failure',
    ],
    rows: all.map(blockCells),
  })}</details>
<p class="note">Generator and server: share of a core each used. Others: share of both ends’ cores taken by anybody else.</p></section>`;
}

function blockCells({ generator, mode, repetition, failure, measured }: Block): string[] {
  const percent = (share: number | null | undefined) => (share == null ? '—' : `${formatNumber(share * 100)} %`);
  return [
    generator,
    mode,
    String(repetition + 1),
    ...(measured === null
      ? ['—', '—', '—', '—', '—', '—']
      : [
          formatNumber(measured.requests),
          formatNumber(measured.elapsedS),
          formatNumber(measured.requestsPerS),
          percent(measured.generatorShare),
          percent(measured.serverShare),
          percent(measured.strangersShare),
        ]),
    failure ?? '',
  ];
}

function provenance(qps: Qps): Html {
  const { serverCores, generatorCores, tools, target } = qps;
  const pinned = serverCores === null ? 'none' : `server on core ${serverCores}, generators on core ${generatorCores}`;
  const rows: [string, string][] = [
    ...facts(qps),
    [
      'pinning',
      target.subject === null ? `generators on core ${generatorCores ?? 'any'}, the server as it was found` : pinned,
    ],
    ['run', `${qps.runId}, method version ${qps.methodVersion}, made ${qps.createdAt}`],
    ...tools.map(({ id, path, version }): [string, string] => [
      id,
      path === null ? 'not on the PATH' : (version ?? path),
    ]),
  ];
  const commands = [...new Set(qps.blocks.flatMap(({ command }) => command ?? []))];
  return html`<section id="provenance"><h2>Where this comes from, and how to repeat it</h2>
<pre><code>${qps.command}</code></pre>
<dl>${rows.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>
${commands.length === 0 ? null : html`<details id="commands"><summary>Other tools, as they were called</summary><pre>${commands.map((command) => `${command}\n`)}</pre></details>`}</section>`;
}

function shownOf(estimate: Estimate | null, { failures }: Row): string {
  return estimate === null ? (failures[0] ?? 'not measured') : formatPoint(estimate);
}

function known(value: number | null): string {
  return value === null ? '—' : formatNumber(value);
}
