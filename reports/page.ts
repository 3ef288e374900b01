/** The report of a run, from the sentence that answers its question to the command that repeats it. */
import { transports } from '../contract/transports.js';
import type { Arm, Plan, Verdict } from '../harness/model.js';
import type { Chart } from './charts/chart.js';
import { charts } from './charts/index.js';
import { armTitle, formatNumber, type ReportInput, workloadOf } from './data.js';
import { differences } from './differences.js';
import { drawing, list, renderDocument, scrollTable } from './document.js';
import { cell, finding, findingColumns } from './findings.js';
import { floor } from './floor.js';
import { type Html, html, raw } from './html.js';
import { restsOn } from './rests-on.js';

export type { ReportInput } from './data.js';

/** The whole report of a run, as HTML. */
export async function renderReport(input: ReportInput): Promise<string> {
  const { plan } = input;
  const drawn = charts
    .filter(({ concerns }) => concerns?.(input) ?? input.summary.arms.length > 0)
    .map((chart) => ({ chart, spec: chart.spec(input) }));
  return renderDocument({
    title: plan.suite.title,
    version: plan.versions.pushlab,
    main: [
      heading(input),
      findingsTable(input),
      verdicts(input),
      ...(await Promise.all(drawn.map(({ chart, spec }) => figure(input, chart, spec)))),
      differences(input),
      trust(input),
      floor(input),
      codec(input),
      howToRead(),
      provenance(input),
    ],
    charts: drawn.flatMap(({ chart, spec }) => (spec === null ? [] : [{ id: chart.id, spec }])),
  });
}

function heading(input: ReportInput): Html {
  const { plan } = input;
  return html`<header>
<p class="eyebrow">pushlab · ${plan.suite.title} · ${plan.createdAt.slice(0, 10)}</p>
<h1>${plan.suite.question}</h1>
<p class="finding">${finding(input)}</p>
</header>`;
}

function findingsTable(input: ReportInput): Html | null {
  const { plan, summary } = input;
  if (summary.arms.length === 0) return null;
  return html`${plan.workloads.map((workload) => {
    const arms = summary.arms.filter(({ workloadId }) => workloadId === workload.id);
    return html`<div class="scroll" tabindex="0" role="region" aria-label="Findings: ${workload.title}"><table>
<caption>${workload.title}</caption>
<thead><tr><th scope="col">transport</th>${findingColumns.map(({ title }) => html`<th scope="col">${title}</th>`)}<th scope="col">delivered</th><th scope="col">superseded</th><th scope="col">lost</th></tr></thead>
<tbody>${arms.map((arm) => findingsRow(input, arm))}</tbody>
</table></div>\n`;
  })}
<p class="note">Median over trials, with its interval: ${summary.intervalMethod}. ▸ marks what no other arm beats: its interval lies apart from those it beats; arms marked together are tied.</p>`;
}

function findingsRow(input: ReportInput, arm: Arm): Html {
  const { delivered, superseded, lost } = arm.counts;
  return html`<tr><th scope="row">${armTitle(arm, input.summary)}</th>${findingColumns.map((column) => {
    const { text, best } = cell(input, arm, column);
    const [, median = text, interval = ''] = /^(\S+) (\[.*\])$/.exec(text) ?? [];
    return html`<td${raw(best ? ' class="best"' : '')}>${median}${interval === '' ? null : html`<small>${interval.slice(1, -1)}</small>`}</td>`;
  })}${[delivered, superseded, lost].map((n) => html`<td>${arm.trials === 0 ? 'not measured' : n.toLocaleString('en')}</td>`)}</tr>\n`;
}

/** Those that this run has evidence for; the rest in one line, as absence says nothing for either side. */
function verdicts({ verdicts: { verdicts, broken } }: ReportInput): Html {
  const untested = verdicts.filter(({ outcome }) => outcome === 'not tested');
  return html`<section><h2>Which published claims hold in this run?</h2>
<ul class="claims">${verdicts.filter(({ outcome }) => outcome !== 'not tested').map(verdict)}</ul>
${
  untested.length === 0
    ? null
    : html`<details><summary>Not tested: this run lacks the evidence for ${untested.length} claims</summary><ul>${untested.map(({ id, title, because }) => html`<li id="claim-${id}">${id} · ${title}: ${because}</li>`)}</ul></details>`
}
${
  broken.length === 0
    ? null
    : list(
        'Not judged, because the judge itself failed',
        broken.map(({ id, title, error }) => `${id} ${title}: ${error}`),
      )
}</section>`;
}

function verdict({
  id,
  title,
  says,
  source,
  outcome,
  value,
  claimed,
  because,
  threshold,
  conditions,
  evidence,
  probes,
  sampleCount,
}: Verdict): Html {
  const cited =
    source.url === null ? html`${source.title}` : html`<a href="${source.url}" rel="noreferrer">${source.title}</a>`;
  return html`<li id="claim-${id}"><span class="outcome ${outcome.split(' ')[0] ?? ''}">${id} · ${outcome}</span>
<h3>${title}</h3>
<p>${says} <span class="eyebrow">${cited}</span></p>
<p><b>Claimed:</b> ${claimed}<br><b>Measured:</b> ${value ?? 'nothing'}</p>
<p>${upperFirst(because)}.</p>
<details><summary>Threshold, conditions and evidence</summary><p>${threshold}</p><ul>${conditions.map((condition) => html`<li>${condition}</li>`)}</ul><p>${restsOn({ evidence, probes, sampleCount })}</p></details></li>\n`;
}

async function figure(input: ReportInput, chart: Chart, spec: ReturnType<Chart['spec']>): Promise<Html> {
  const answer = chart.answer?.(input) ?? null;
  return html`<section><figure><h2>${chart.question}</h2>
${answer === null ? null : html`<p class="answer">${answer}</p>`}
<figcaption class="reading prose">${chart.reading}</figcaption>
${await drawing(chart.id, chart.describe(input), spec)}
<details><summary>The figures as a table</summary>${scrollTable(chart.question, chart.table(input))}</details>
</figure></section>\n`;
}

function trust({ plan, summary }: ReportInput): Html {
  const { warnings, excluded, notRun, probes } = summary;
  const beside = warnings.filter(({ warning }) => !warning.disqualifying);
  return html`<section><h2>What speaks against trusting this run?</h2>
<p>${summary.planned - excluded.length - notRun.length} of ${summary.planned} planned trials are counted${plan.machine.pinning ? '' : '; server and generator were not pinned to cores of their own'}.</p>
${list(
  'Left out',
  excluded.map(({ trialId, reason }) => `${trialId}: ${reason}`),
)}
${list(
  'Not run',
  notRun.map(({ trialId, reason }) => `${trialId}: ${reason}`),
)}
${list(
  'Not measured beside the trials',
  probes.flatMap(({ title, notMeasured }) => (notMeasured === null ? [] : [`${title}: ${notMeasured}`])),
)}
${list(
  'Warnings',
  beside.map(({ trialId, warning }) => `${trialId}: ${warning.message}`),
)}
<details><summary>Everything that was counted</summary>${scrollTable('Counts', {
    head: [
      'workload',
      'transport',
      'trials',
      'expected',
      'delivered',
      'superseded',
      'lost',
      'duplicate',
      'out of order',
      'reconnects',
      'errors',
      'dropped slow',
    ],
    rows: summary.arms.map((arm) => [
      workloadOf(plan, arm).title,
      armTitle(arm, summary),
      ...[
        arm.trials,
        arm.counts.expected,
        arm.counts.delivered,
        arm.counts.superseded,
        arm.counts.lost,
        arm.counts.duplicate,
        arm.counts.outOfOrder,
        arm.counts.reconnects,
        arm.counts.errors,
        arm.counts.droppedSlow,
      ].map((count) => count.toLocaleString('en')),
    ]),
  })}</details></section>`;
}

function codec({ codec: bench }: ReportInput): Html {
  if (bench === null)
    return html`<section><h2>What do the codecs themselves cost?</h2><p class="note">Not measured; <code>npm run bench:codec</code> before the report does.</p></section>`;
  return html`<section><h2>What do the codecs themselves cost?</h2>
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
  return html`<section><h2>How to read this</h2>
<dl>
<dt>latency</dt><dd>received − intended: when the schedule meant the update to leave. A late server does not get away with it.</dd>
<dt>service latency</dt><dd>received − published: the transport without the source’s own lateness. In summary.json.</dd>
<dt>staleness</dt><dd>the age of the newest update held, averaged over time.</dd>
<dt>superseded</dt><dd>replaced by a newer update before this subscriber asked: what polling for the current state is meant to do.</dd>
<dt>lost</dt><dd>should have arrived, was not superseded, and did not.</dd>
${Object.values(transports).map(({ title, summary }) => html`<dt>${title}</dt><dd>${summary}</dd>`)}
</dl></section>`;
}

function provenance({ plan, summary }: ReportInput): Html {
  const { machine, versions } = plan;
  const facts: [string, string][] = [
    ['machine', `${machine.cpuModel}, ${machine.cores} cores, ${formatNumber(machine.memoryBytes / 2 ** 30)} GiB`],
    ['system', `${machine.os}, ${machine.kernel}, congestion control ${machine.congestionControl ?? 'unknown'}`],
    [
      'pinning',
      plan.serverCores === null
        ? 'none'
        : `server on core ${plan.serverCores}, load generator on core ${plan.generatorCores}${severalProcesses(plan)}`,
    ],
    ['network', networkOf(plan)],
    [
      'versions',
      `pushlab ${versions.pushlab} (${versions.commit ?? 'no commit known'}), Node ${versions.node}, uWebSockets.js package ${versions.uWebSockets}`,
    ],
    ['server binary', versions.uWebSocketsSha256 === null ? 'unknown' : `SHA-256 ${versions.uWebSocketsSha256}`],
    ['run', `${plan.runId}, method version ${plan.methodVersion}, made ${plan.createdAt}`],
    [
      'plan',
      `${plan.trials.length} trials: ${summary.arms.length} arms × ${plan.repeats} repeats, interleaved and mirrored; fresh processes for each`,
    ],
    ['seed', String(plan.seed)],
  ];
  return html`<section><h2>Where this comes from, and how to repeat it</h2>
<pre><code>${plan.command}</code></pre>
<dl>${facts.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>
<details><summary>Workloads in full</summary><pre>${JSON.stringify(plan.workloads, null, 2)}</pre></details></section>`;
}

function networkOf({ wire }: ReportInput['plan']): string {
  return wire.method === 'namespace'
    ? `loopback of a network namespace of the run’s own, MTU ${wire.mtuBytes} B, no segmentation offload; raw TCP sockets`
    : `the machine’s loopback, raw TCP sockets; TCP/IP bytes estimated, not counted: ${wire.why}`;
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Trials of more connections than a process may have take several, and those share the cores. */
function severalProcesses({ trials }: Plan): string {
  const most = trials
    .flatMap(({ arrangement, workloadId }) => (arrangement === undefined ? [] : [{ ...arrangement, workloadId }]))
    .map(
      ({ workloadId, serverProcesses, clientWorkers }) =>
        `${serverProcesses} server processes and ${clientWorkers} client workers in ${workloadId}`,
    );
  return most.length === 0 ? '' : `; ${[...new Set(most)].join('; ')}`;
}
