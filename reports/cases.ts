/**
 * Products instead of transports: for each scenario of the run who is freshest and who costs least, ties as ties.
 *
 * For a reader who knows what they build and not what it is called here.
 */
import type { Workload } from '../contract/trial.js';
import type { Arm, MetricId } from '../harness/model.js';
import { armTitle, formatCount, isProduct, type ReportInput } from './data.js';
import { joinNames, leaders, standing } from './findings.js';
import { type Html, html } from './html.js';

interface Need {
  readonly title: string;
  readonly metric: MetricId;
  readonly scale: number;
  readonly unit: string;
}

const needs: readonly Need[] = [
  { title: 'freshest', metric: 'stalenessMeanUs', scale: 1e-3, unit: 'ms old' },
  {
    title: 'least server CPU',
    metric: 'serverCpuShare',
    scale: 100,
    unit: '% of a core',
  },
  {
    title: 'fewest bytes',
    metric: 'bytesPerUpdate',
    scale: 1,
    unit: 'B per update',
  },
];

interface Case {
  readonly workload: Workload;
  readonly arms: readonly Arm[];
}

/** Null where the run has no scenario with something to choose among. */
export function cases(input: ReportInput): Html | null {
  const found = casesOf(input);
  if (found.length === 0) return null;
  return html`<section id="cases"><h2>Which transport suits which product?</h2>
<p class="answer">${casesInShort(input) ?? ''}</p>
<p class="reading prose">Each row is a product with its rate, size and audience; each cell who does best, with its median and that of whoever does worst. <b>≈</b>: these tie, the difference may be none. Fresh is how old what a subscriber knows is on average: bytes and CPU are worth saving only where that still suits.</p>
<div class="scroll" tabindex="0" role="region" aria-label="Products"><table class="words cases">
<thead><tr><th scope="col">product</th>${needs.map(({ title }) => html`<th scope="col">${title}</th>`)}</tr></thead>
${found.map(({ workload, arms }) => {
  const [name, ...described] = workload.title.split(': ');
  return html`<tbody><tr><th scope="row">${name ?? ''}<small>${described.join(': ')}</small></th>${needs.map((need) => cell(input, arms, need))}</tr></tbody>\n`;
})}</table></div></section>`;
}

/** How often each transport is among the best, in a sentence; null without scenarios. */
export function casesInShort(input: ReportInput): string | null {
  const found = casesOf(input);
  if (found.length === 0) return null;
  const told = needs.flatMap(({ title, metric }, i) => {
    const times = new Map<string, number>();
    for (const { arms } of found)
      for (const arm of leaders(arms, metric, input.summary)) {
        const title = armTitle(arm, input.summary);
        times.set(title, (times.get(title) ?? 0) + 1);
      }
    const ranked = [...times].sort(([, a], [, b]) => b - a).map(([name, number]) => `${name} in ${number}`);
    return ranked.length === 0 ? [] : [`${title}${i === 0 ? ', or tied for it,' : ''} ${joinNames(ranked)}`];
  });
  const of = `Of ${formatCount(found.length)} ${found.length === 1 ? 'product' : 'products'}`;
  return told.length === 0 ? null : `${of}: ${told.join('; ')}.`;
}

function casesOf({ plan, summary }: ReportInput): Case[] {
  return plan.workloads
    .filter(isProduct)
    .map((workload) => ({
      workload,
      arms: summary.arms.filter(({ workloadId, trials }) => workloadId === workload.id && trials > 0),
    }))
    .filter(({ arms }) => arms.length > 1);
}

function cell({ summary }: ReportInput, arms: readonly Arm[], { title, metric, scale, unit }: Need): Html {
  const found = standing(arms, summary, metric, scale);
  if (found === null) return html`<td class="unknown" data-label="${title}">not measured</td>`;
  const { names, figures, worst } = found;
  const against = worst === null ? '' : `; ${worst}`;
  return html`<td class="${names.length === 1 ? 'best' : 'tied'}" data-label="${title}">${joinNames(names)}<small>${figures} ${unit}${against}</small></td>`;
}
