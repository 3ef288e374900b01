/** All runs of a folder at a glance, newest first: what `pushlab view` opens with. */
import { renderDocument } from './document.js';
import { type Html, html } from './html.js';

export interface RunRow {
  readonly id: string;
  /** Where the page finds it, relative to itself. */
  readonly href: string;
  /** Why it cannot be read; everything below is then null. */
  readonly unreadable: string | null;
  readonly createdAt: string | null;
  readonly suite: string | null;
  readonly machine: string | null;
  readonly trials: { readonly recorded: number; readonly planned: number } | null;
  readonly warnings: number | null;
  /** Outcomes and how many claims had them; null before the run was judged. */
  readonly verdicts: readonly (readonly [string, number])[] | null;
}

export function renderRuns(rows: readonly RunRow[], folder: string, version: string): string {
  return renderDocument({
    title: 'Runs',
    version,
    main: [
      html`<header><p class="eyebrow">pushlab · ${folder}</p><h1>Runs</h1></header>`,
      rows.length === 0
        ? html`<p class="finding">No run yet. Make one with <code>npx pushlab run quick</code>; this page shows it while it is measured.</p>`
        : html`<div class="scroll" tabindex="0" role="region" aria-label="Runs"><table class="text">
<thead><tr>${['run', 'made', 'trials', 'warnings', 'verdicts', 'machine'].map((title) => html`<th scope="col">${title}</th>`)}</tr></thead>
<tbody>${rows.map(row)}</tbody></table></div>`,
    ],
    charts: [],
  });
}

function row({ id, href, unreadable, createdAt, suite, machine, trials, warnings, verdicts }: RunRow): Html {
  const name = html`<th scope="row"><a href="${href}">${suite ?? id}</a><small>${id}</small></th>`;
  if (unreadable !== null) return html`<tr>${name}<td colspan="5">unreadable: ${unreadable}</td></tr>\n`;
  const progress =
    trials === null
      ? ''
      : trials.recorded === trials.planned
        ? String(trials.planned)
        : `${trials.recorded} of ${trials.planned}`;
  return html`<tr>${name}<td>${createdAt ?? ''}</td><td>${progress}</td><td>${warnings === null ? 'not summarized' : warnings}</td><td>${
    verdicts === null ? 'not judged' : verdicts.map(([outcome, count]) => `${count} ${outcome}`).join(', ')
  }</td><td>${machine ?? ''}</td></tr>\n`;
}
