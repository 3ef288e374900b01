/** The report of a run, from the sentence that answers its question to the command that repeats it. */
import { transports } from '../contract/transports.js';
import { articleSection } from './article-section.js';
import { cases, casesInShort } from './cases.js';
import type { Chart } from './charts/chart.js';
import { charts, probeCharts } from './charts/index.js';
import { contents, type Section } from './contents.js';
import { formatNumber, type ReportInput } from './data.js';
import { decisionTable } from './decision.js';
import { differences } from './differences.js';
import { drawing, renderDocument, scrollTable } from './document.js';
import { finding } from './findings.js';
import { findingsTables } from './findings-tables.js';
import { floor } from './floor.js';
import { stillFocusOf } from './focus.js';
import { type Html, html } from './html.js';
import { provenance } from './provenance.js';
import { selectionOf } from './selection.js';
import { cautions, trust } from './trust.js';
import { verdicts } from './verdicts.js';

export type { ReportInput } from './data.js';

/** The whole report of a run, as HTML. */
export async function renderReport(input: ReportInput): Promise<string> {
  const { plan } = input;
  const ofTrials = input.summary.arms.length === 0 ? [] : charts;
  const drawn = [...ofTrials, ...probeCharts]
    .filter(({ concerns }) => concerns?.(input) ?? true)
    .map((chart) => ({ chart, spec: chart.spec(input) }));
  const figures = await Promise.all(drawn.map(({ chart, spec }) => figure(input, chart, spec)));
  const sections = [
    { id: 'in-short', name: 'In short', group: findings, body: heading(input) },
    ...answers(input),
    ...drawn.map(({ chart }, i) => ({
      id: `about-${chart.id}`,
      name: chart.name,
      group: chart.group,
      body: i === 0 ? html`<div id="figures"></div>${figures[i] as Html}` : (figures[i] as Html),
    })),
    ...details(input),
  ];
  return renderDocument({
    title: plan.suite.title,
    version: plan.versions.pushlab,
    contents: contents(sections),
    main: sections.map(({ body }) => body),
    charts: drawn.flatMap(({ chart, spec }) => (spec === null ? [] : [{ id: chart.id, spec }])),
    selection: selectionOf(input),
  });
}

const findings = 'Findings';

/** Whoever asked about claims gets their verdicts first; whoever asked about transports, those. */
function answers(input: ReportInput): Section[] {
  const decide = section('decide', 'Which transport', findings, decisionTable(input));
  const products = section('cases', 'Which product', findings, cases(input));
  const board = section('claims', 'Verdicts', findings, verdicts(input));
  const table = section('article-table', 'The article’s table', findings, articleSection(input));
  return input.plan.claims === null ? [...decide, ...products, ...board] : [...board, ...table, ...products, ...decide];
}

function details(input: ReportInput): Section[] {
  const group = 'In full';
  return [
    ...section('findings', 'Every workload', group, findingsTables(input)),
    ...section('differences', 'Differences', group, differences(input)),
    ...section('trust', 'What speaks against it', group, trust(input)),
    ...section('floor', 'The instrument', group, floor(input)),
    ...section('codec', 'The codecs', group, codec(input)),
    ...section('reading', 'How to read it', group, howToRead()),
    ...section('provenance', 'How to repeat it', group, provenance(input)),
  ];
}

/** None where the run has nothing for it. */
function section(id: string, name: string, group: string, body: Html | null): Section[] {
  return body === null ? [] : [{ id, name, group, body }];
}

function heading(input: ReportInput): Html {
  const { plan } = input;
  const { machine } = plan;
  const products = casesInShort(input);
  return html`<header id="in-short">
<p class="eyebrow">pushlab · ${plan.suite.title}${plan.thinned ? ', thinned' : ''} · ${plan.createdAt.slice(0, 10)} · ${machine.cpuModel}, ${machine.cores} cores</p>
<h1>${plan.suite.question}</h1>
<p class="finding">${finding(input)}</p>
${products === null ? null : html`<p class="finding">${products} <a href="#cases">Which transport suits which product</a></p>\n`}${cautions(input)}
</header>`;
}

async function figure(input: ReportInput, chart: Chart, spec: ReturnType<Chart['spec']>): Promise<Html> {
  const answer = chart.answer?.(input) ?? null;
  const { input: focused, said } = stillFocusOf(input, (part) => chart.spec(part) !== null);
  return html`<section id="about-${chart.id}"><figure><h2>${chart.question}</h2>
${answer === null ? null : html`<p class="answer">${answer}</p>`}
<figcaption class="reading prose">${chart.reading}</figcaption>
${await drawing(chart.id, chart.describe(focused), spec, { spec: said === null ? spec : chart.spec(focused), said })}
<details id="table-${chart.id}"><summary>The figures as a table</summary>${scrollTable(chart.question, chart.table(input))}</details>
</figure></section>\n`;
}

function codec({ codec: bench }: ReportInput): Html {
  if (bench === null)
    return html`<section id="codec"><h2>What do the codecs themselves cost?</h2><p class="note">Not measured; <code>npm run bench:codec</code> before the report does.</p></section>`;
  return html`<section id="codec"><h2>What do the codecs themselves cost?</h2>
<p class="reading">Encoding and parsing one update, in a loop, on Node ${bench.node} (${bench.createdAt.slice(0, 10)}): our own codec and a well-kept library on the same bytes.</p>
${scrollTable('Codec benchmark', {
  head: ['codec', 'operation', 'implementation', 'ns per update', 'margin'],
  rows: bench.rows.map((row) => [
    row.codec,
    row.operation,
    row.implementation,
    formatNumber(row.nsPerUpdate),
    `± ${formatNumber(row.marginPercent)} %`,
  ]),
})}</section>`;
}

function howToRead(): Html {
  return html`<section id="reading"><h2>How to read this</h2>
<dl>
<dt>latency</dt><dd>received − intended: when the schedule meant the update to leave. A late server does not get away with it.</dd>
<dt>service latency</dt><dd>received − published: the transport without the source’s own lateness. In summary.json.</dd>
<dt>staleness</dt><dd>the age of the newest update held, averaged over time.</dd>
<dt>superseded</dt><dd>replaced by a newer update before this subscriber asked: what polling for the current state is meant to do.</dd>
<dt>lost</dt><dd>should have arrived, was not superseded, and did not.</dd>
${Object.values(transports).map(({ title, summary }) => html`<dt>${title}</dt><dd>${summary}</dd>`)}
</dl></section>`;
}
