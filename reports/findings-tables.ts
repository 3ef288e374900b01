/** Every figure of every arm, a table an experiment; folded away where a run has more of them than a reader wants at once. */
import type { Workload } from '../contract/trial.js';
import type { Arm } from '../harness/model.js';
import { armTitle, formatCount, type ReportInput } from './data.js';
import { figureCell } from './decision.js';
import { cell, findingColumns } from './findings.js';
import { type Html, html } from './html.js';

/** More rows than these fill several screens. */
const mostOpen = 30;
const countTitles = ['delivered', 'superseded', 'lost'];

export function findingsTables(input: ReportInput): Html | null {
  const { arms } = input.summary;
  if (arms.length === 0) return null;
  return html`<section id="findings"><h2>What was measured, workload by workload?</h2>
<p class="paper note">On paper: those that were open. The page has every workload.</p>
${partsOf(input).map((part) => {
  const own = arms.filter(({ workloadId }) => part.workloads.some(({ id }) => id === workloadId));
  if (part.title === null && own.length <= mostOpen) return table(input, part);
  return html`<details class="part" id="part-${part.id}"><summary>${part.title ?? 'All of them'} <small>${amount(part.workloads.length, 'workload')}, ${amount(own.length, 'arm')}</small></summary>
<p class="reading prose">${part.question}</p>
${table(input, part)}</details>\n`;
})}
</section>`;
}

interface Part {
  readonly id: string;
  readonly title: string | null;
  readonly question: string;
  readonly workloads: readonly Workload[];
}

/** The suites that a run was put together from, each with its own workloads; what two share stands with the first. */
export function partsOf({ plan: { experiments, workloads } }: Pick<ReportInput, 'plan'>): Part[] {
  const firstOf = (id: string) => experiments.find((experiment) => experiment.workloads.includes(id));
  const parts = [...experiments, undefined]
    .map((experiment) => ({
      id: experiment?.id ?? 'others',
      title: experiment?.title ?? null,
      question: experiment?.question ?? '',
      workloads: workloads.filter(({ id }) => firstOf(id) === experiment),
    }))
    .filter((part) => part.workloads.length > 0);
  return parts.length > 1 ? parts : [{ id: 'all', title: null, question: '', workloads }];
}

/** Its workloads one below the other, so that their columns can be compared. */
function table(input: ReportInput, { title, workloads }: Part): Html {
  const { plan, summary } = input;
  const columns = [...findingColumns.map((column) => column.title), ...countTitles];
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Findings: ${title ?? plan.suite.title}"><table>
<thead><tr><th scope="col">transport</th>${columns.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
${workloads.map(
  (workload) =>
    html`<tbody data-workload="${plan.workloads.indexOf(workload)}"><tr class="group"><th scope="rowgroup" colspan="${columns.length + 1}"><span>${workload.title}</span></th></tr>
${summary.arms.filter(({ workloadId }) => workloadId === workload.id).map((arm) => row(input, arm))}</tbody>\n`,
)}</table></div>`;
}

function row(input: ReportInput, arm: Arm): Html {
  const { delivered, superseded, lost } = arm.counts;
  return html`<tr><th scope="row">${armTitle(arm, input.summary)}</th>${findingColumns.map((column) => figureCell(cell(input, arm, column)))}${[delivered, superseded, lost].map((n) => html`<td>${arm.trials === 0 ? 'not measured' : formatCount(n)}</td>`)}</tr>\n`;
}

function amount(number: number, what: string): string {
  return `${formatCount(number)} ${what}${number === 1 ? '' : 's'}`;
}
