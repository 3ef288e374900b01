/** What speaks against a run: in words on the first screen, in full near its end. */
import type { Arm, Plan, Warning } from '../harness/model.js';
import { armTitle, formatCount, type ReportInput, workloadOf } from './data.js';
import { list } from './document.js';
import { type Html, html } from './html.js';

/** What a warning means to somebody who reads a figure. */
const meanings: Readonly<Record<Warning['kind'], string>> = {
  'generator-bound': 'the load generator was nearly saturated, so latencies are partly its own',
  'server-bound': 'the server was saturated',
  'schedule-slipped': 'updates left late, which latency includes and service latency does not',
  'machine-noise': 'something else used the machine meanwhile, so times and CPU are less sure',
  throttled: 'the processor was throttled',
  'clock-step': 'the wall clock was set meanwhile',
  'littles-law': 'requests in flight do not fit rate and response time',
  loss: 'updates were lost',
  errors: 'connections failed or broke',
  'few-samples': 'too few updates for the far percentiles',
  'page-clock': 'a page’s clock could not be placed well',
};
/** On the first screen; the others are in their section. */
const mostTold = 3;

/** How far to trust the run, before anybody reads a figure. */
export function cautions({ plan, summary }: ReportInput): Html {
  const { warnings, excluded, notRun, planned } = summary;
  const counted = planned - excluded.length - notRun.length;
  const kinds = byTrials(warnings);
  const told = kinds.slice(0, mostTold).map(({ kind, trials }) => `in ${trials} ${meanings[kind]}`);
  const more = kinds.length > mostTold ? `; and ${kinds.length - mostTold} rarer kinds of warning` : '';
  const said = told.length === 0 ? 'None has a warning.' : `${upperFirst(`${told.join('; ')}${more}`)}.`;
  const pinned = plan.machine.pinning ? '' : ' Server and generator were not pinned to cores of their own.';
  const size =
    planned === 0
      ? 'No trials; what was measured beside them is named with each verdict.'
      : `${counted} of ${planned} trials counted.`;
  return html`<p class="cautions"><b>${size}</b> ${planned === 0 ? '' : said}${pinned} <a href="#trust">What speaks against this run</a></p>`;
}

export function trust(input: ReportInput): Html {
  const { plan, summary } = input;
  const { warnings, excluded, notRun, probes } = summary;
  const beside = warnings.filter(({ warning }) => !warning.disqualifying);
  return html`<section id="trust"><h2>What speaks against trusting this run?</h2>
<p>${summary.planned - excluded.length - notRun.length} of ${summary.planned} planned trials are counted${plan.machine.pinning ? '' : '; server and generator were not pinned to cores of their own'}.</p>
${list(
  'Left out',
  excluded.map(({ trialId, reason }) => `${trialId}: ${reason}`),
  true,
)}
${list(
  'Not run',
  notRun.map(({ trialId, reason }) => `${trialId}: ${reason}`),
  true,
)}
${list(
  'Not measured beside the trials',
  probes.flatMap(({ title, notMeasured }) => (notMeasured === null ? [] : [`${title}: ${notMeasured}`])),
  true,
)}
${warningsByKind(beside)}
${everything(input)}</section>`;
}

/** Each kind by what it means, its messages folded behind it. */
function warningsByKind(warnings: ReportInput['summary']['warnings']): Html {
  if (warnings.length === 0) return html`<p>Warnings: none.</p>`;
  return html`${byTrials(warnings).map(({ kind, trials }) => {
    const own = warnings.filter(({ warning }) => warning.kind === kind);
    return html`<details id="warned-${kind}"><summary>In ${formatCount(trials)} ${trials === 1 ? 'trial' : 'trials'} ${meanings[kind]}</summary>
<ul>${own.map(({ trialId, warning }) => html`<li>${trialId}: ${warning.message}</li>`)}</ul></details>\n`;
  })}`;
}

/** Kinds of warnings and how many trials have them, most first. */
function byTrials(warnings: ReportInput['summary']['warnings']): { kind: Warning['kind']; trials: number }[] {
  return [...new Set(warnings.map(({ warning }) => warning.kind))]
    .map((kind) => ({
      kind,
      trials: new Set(warnings.filter(({ warning }) => warning.kind === kind).map(({ trialId }) => trialId)).size,
    }))
    .sort((a, b) => b.trials - a.trials);
}

const counted = [
  ['expected', 'expected'],
  ['delivered', 'delivered'],
  ['superseded', 'superseded'],
  ['lost', 'lost'],
  ['duplicate', 'duplicate'],
  ['out of order', 'outOfOrder'],
  ['reconnects', 'reconnects'],
  ['errors', 'errors'],
  ['dropped slow', 'droppedSlow'],
] as const satisfies readonly (readonly [string, keyof Arm['counts']])[];

/** Every arm with its counts and its trials: verdicts point at its rows. */
function everything({ plan, summary }: ReportInput): Html {
  return html`<details id="arms"><summary>Every arm: what was counted, and its trials</summary>
<p class="note">A trial is the line of that name in <code>trials.ndjson</code>, beside this report in the run’s folder; its number opens the deliveries kept of it, in <code>samples/</code>.</p>
<div class="scroll" tabindex="0" role="region" aria-label="Counts"><table><thead><tr><th scope="col">workload</th><th scope="col">transport</th>${counted.map(([title]) => html`<th scope="col">${title}</th>`)}<th scope="col" class="words">trials</th></tr></thead>
<tbody>${summary.arms.map(
    (arm, place) =>
      html`<tr id="arm-${place}"><td>${workloadOf(plan, arm).title}</td><td>${armTitle(arm, summary)}</td>${counted.map(([, name]) => html`<td>${formatCount(arm.counts[name])}</td>`)}<td class="words">${trials(plan, arm)}</td></tr>\n`,
  )}</tbody></table></div></details>`;
}

function trials({ trials: planned }: Plan, arm: Arm): Html {
  const own = planned.filter(
    ({ workloadId, transport, client, subject, repetition }) =>
      workloadId === arm.workloadId &&
      transport === arm.transport &&
      client === arm.client &&
      subject === arm.subject &&
      arm.repetitions.includes(repetition),
  );
  const [first] = own;
  if (first === undefined) return html`none`;
  const stem = first.id.replace(/\d+$/, '');
  return html`${stem}${own.map(({ id }, i) => html`${i === 0 ? '' : ' '}<a href="samples/${id}.json">${id.slice(stem.length)}</a>`)}`;
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
