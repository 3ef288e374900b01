/**
 * The board of verdicts: a line for each claim that this run has evidence for, opening into what the verdict rests on.
 *
 * Disclosures instead of a table, so that a line opens without scripts and by keyboard.
 */
import { outcomeMarks, outcomes, type Verdict } from '../harness/model.js';
import { armTitle, type ReportInput, workloadOf } from './data.js';
import { list } from './document.js';
import { type Html, html, raw } from './html.js';
import { restsOn } from './rests-on.js';
import { figureOf } from './verdict-figure.js';

export function verdicts(input: ReportInput): Html {
  const { verdicts: all, broken } = input.verdicts;
  const tested = all.filter(({ outcome }) => outcome !== 'not tested');
  const untested = all.filter(({ outcome }) => outcome === 'not tested');
  return html`<section id="claims"><h2>Which published claims hold in this run?</h2>
${tested.length === 0 ? html`<p class="missing">No claim has its evidence in this run.</p>` : board(input, tested)}
${
  untested.length === 0
    ? null
    : html`<details id="not-tested"><summary>Not tested: this run lacks the evidence for ${untested.length} claims</summary><ul>${untested.map(({ id, title, because }) => html`<li id="claim-${id}">${id} · ${title}: ${because}</li>`)}</ul></details>`
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

function board(input: ReportInput, tested: readonly Verdict[]): Html {
  const tally = outcomes.flatMap((outcome) => {
    const number = tested.filter((verdict) => verdict.outcome === outcome).length;
    return number === 0 ? [] : [html`<li>${marked(outcome, `${number} ${outcome}`)}</li>`];
  });
  return html`${
    // A run made for claims opens with the same numbers.
    input.plan.claims === null ? html`<ul class="tally" aria-label="Verdicts by kind">${tally}</ul>` : null
  }
<div class="board">
<div class="board-head" aria-hidden="true"><span>claim</span><span>verdict</span><span>claimed</span><span>measured</span></div>
${tested.map((verdict) => line(input, verdict))}</div>
<p class="note">A line opens into the threshold, the conditions and the trials. Thresholds were written before the first run.</p>`;
}

function line(input: ReportInput, verdict: Verdict): Html {
  const { id, title, outcome, claimed } = verdict;
  return html`<details class="claim" id="claim-${id}"><summary><span class="what"><b>${id}</b> ${title}</span>${marked(outcome, outcome)}<span class="theirs"><span class="label">claimed </span>${claimed}</span><span class="ours"><span class="label">measured </span>${figureOf(verdict)}</span></summary>
<div class="detail">${detail(input, verdict)}</div></details>\n`;
}

/** The verdict as a word behind its shape; the shape alone is no news to a screen reader. */
function marked(outcome: Verdict['outcome'], text: string): Html {
  return html`<span class="outcome ${outcome.split(' ')[0] ?? ''}"><span class="mark" aria-hidden="true">${outcomeMarks[outcome]}</span> ${text}</span>`;
}

function detail(input: ReportInput, verdict: Verdict): Html {
  const { says, source, value, because, theirMethod, ourTest, prediction, threshold, conditions, wouldChange } =
    verdict;
  const cited =
    source.url === null ? html`${source.title}` : html`<a href="${source.url}" rel="noreferrer">${source.title}</a>`;
  // On paper a line is followed by its reason, and by its conditions where it holds under these; the rest stays behind it.
  const onPaper = new Set(['because', ...(verdict.outcome === 'holds under stated conditions' ? ['conditions'] : [])]);
  const facts: [string, Html | string][] = [
    ['says', html`${says} <span class="eyebrow">${cited}</span>`],
    ['measured', value ?? 'nothing'],
    ['because', because],
    ['their method', theirMethod],
    ['ours', ourTest],
    ['expected', prediction],
    ['threshold', threshold],
    ...(conditions.length === 0
      ? []
      : ([['conditions', html`<ul>${conditions.map((condition) => html`<li>${condition}</li>`)}</ul>`]] as [
          string,
          Html,
        ][])),
    ['would change it', wouldChange],
    ['evidence', evidence(input, verdict)],
  ];
  return html`<dl>${facts.map(([name, text]) => {
    const kind = raw(onPaper.has(name) ? '' : ' class="screen"');
    return html`<dt${kind}>${name}</dt><dd${kind}>${text}</dd>`;
  })}</dl>`;
}

/** By workload, each arm linked to its trials; and a way to see just these in the charts. */
function evidence({ plan, summary }: ReportInput, verdict: Verdict): Html {
  const { evidence: keys, probes, sampleCount } = verdict;
  const arms = summary.arms.filter(({ key }) => keys.includes(key));
  if (arms.length === 0) return html`${restsOn(verdict)}`;
  const workloads = plan.workloads.filter(({ id }) => arms.some(({ workloadId }) => workloadId === id));
  const beside =
    probes.length === 0 ? '' : `Measured beside them: ${probes.map((probe) => `${probe}.json`).join(', ')}. `;
  const places = arms.map((arm) => summary.arms.indexOf(arm));
  return html`${sampleCount} trials. ${beside}<a class="only" href="#figures" data-arms="${places.join(' ')}">Show just these in the charts</a>
<ul>${workloads.map((workload) => {
    const own = arms.filter((arm) => workloadOf(plan, arm) === workload);
    return html`<li>${workload.title}: ${own.map((arm, i) => html`${raw(i === 0 ? '' : ', ')}<a href="#arm-${summary.arms.indexOf(arm)}">${armTitle(arm, summary)}</a>`)}</li>`;
  })}</ul>`;
}
