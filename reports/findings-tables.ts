/** Every figure of every arm, a table a workload; folded away where a run has more of them than a reader wants at once. */
import type { Workload } from '../contract/trial.js';
import type { Arm } from '../harness/model.js';
import { armTitle, type ReportInput } from './data.js';
import { figureCell } from './decision.js';
import { cell, findingColumns } from './findings.js';
import { type Html, html, raw } from './html.js';

/** More tables than these fill several screens. */
const mostOpen = 3;

export function findingsTables(input: ReportInput): Html | null {
  const { plan, summary } = input;
  if (summary.arms.length === 0) return null;
  const open = plan.workloads.length <= mostOpen;
  return html`<section id="findings"><h2>What was measured, workload by workload?</h2>
${partsOf(input).map(
  ({ title, question, workloads }) =>
    html`${title === null ? null : html`<h3>${title}</h3><p class="reading">${question}</p>`}${workloads.map((workload) => folded(input, workload, open))}`,
)}
</section>`;
}

interface Part {
  readonly title: string | null;
  readonly question: string;
  readonly workloads: readonly Workload[];
}

/** The suites that a run was put together from, each with its own workloads; what two share stands with the first. */
export function partsOf({ plan: { experiments, workloads } }: Pick<ReportInput, 'plan'>): Part[] {
  const firstOf = (id: string) => experiments.find((experiment) => experiment.workloads.includes(id));
  const parts = [...experiments, undefined]
    .map((experiment) => ({
      title: experiment?.title ?? null,
      question: experiment?.question ?? '',
      workloads: workloads.filter(({ id }) => firstOf(id) === experiment),
    }))
    .filter((part) => part.workloads.length > 0);
  return parts.length > 1 ? parts : [{ title: null, question: '', workloads }];
}

function folded(input: ReportInput, workload: Workload, open: boolean): Html {
  const place = input.plan.workloads.indexOf(workload);
  return html`<details class="workload" id="workload-${place}"${raw(open ? ' open' : '')}><summary>${workload.title}</summary>
<div class="scroll" tabindex="0" role="region" aria-label="Findings: ${workload.title}"><table>
<thead><tr><th scope="col">transport</th>${findingColumns.map(({ title }) => html`<th scope="col">${title}</th>`)}<th scope="col">delivered</th><th scope="col">superseded</th><th scope="col">lost</th></tr></thead>
<tbody>${input.summary.arms.filter(({ workloadId }) => workloadId === workload.id).map((arm) => row(input, arm))}</tbody>
</table></div></details>\n`;
}

function row(input: ReportInput, arm: Arm): Html {
  const { delivered, superseded, lost } = arm.counts;
  return html`<tr><th scope="row">${armTitle(arm, input.summary)}</th>${findingColumns.map((column) => figureCell(cell(input, arm, column)))}${[delivered, superseded, lost].map((n) => html`<td>${arm.trials === 0 ? 'not measured' : n.toLocaleString('en')}</td>`)}</tr>\n`;
}
