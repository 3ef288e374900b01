/** All runs of a folder at a glance, newest first: what `pushlab view` opens with. */
import { type Outcome, outcomeMarks, outcomes } from '../harness/model.js';
import { renderDocument } from './document.js';
import { type Html, html } from './html.js';

/** How far a run has come. */
export type RunStanding = 'reported' | 'unreported' | 'under way' | 'stopped';

export type RunRow = {
  readonly id: string;
  /** Where the page finds it, relative to itself. */
  readonly href: string;
} & (ReadableRun | { readonly isReadable: false; readonly why: string });

interface ReadableRun {
  readonly isReadable: true;
  readonly standing: RunStanding;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly suite: string;
  readonly machine: string;
  readonly trials: { readonly recorded: number; readonly planned: number };
  /** Null before the run was summarized. */
  readonly warnings: number | null;
  /** Outcomes and how many claims had them; null before the run was judged. */
  readonly verdicts: readonly (readonly [Outcome, number])[] | null;
  /** The command that runs the rest of it; null: there is none, or it is being run. */
  readonly goOn: string | null;
}

const standingWords: Readonly<Record<RunStanding, string>> = {
  reported: 'finished',
  unreported: 'without a report',
  'under way': 'being measured',
  stopped: 'stopped',
};

const columns = ['run', 'made (UTC)', 'state', 'trials', 'warnings', 'claims', 'machine'] as const;

export function renderRuns(rows: readonly RunRow[], folder: string, version: string): string {
  return renderDocument({
    title: 'Runs',
    version,
    main: [
      html`<header><p class="eyebrow">pushlab · ${folder}</p><h1>Runs</h1>
<p>${told(rows)}${rows.length < 2 ? null : html` Two of them side by side: <code>npx pushlab compare &lt;a&gt; &lt;b&gt;</code>`}</p></header>`,
      rows.length === 0
        ? html`<p class="finding">Make one with <code>npx pushlab run quick</code>; this page shows it while it is measured.</p>`
        : html`<table class="text runs" role="table">
<thead role="rowgroup"><tr role="row">${columns.map((title) => html`<th scope="col" role="columnheader">${title}</th>`)}</tr></thead>
<tbody role="rowgroup">${rows.map((row) => html`<tr role="row">${row.isReadable ? [name(row, row), ...cells(row)] : [name(row, null), unreadable(row.why)]}</tr>\n`)}</tbody></table>
${legend(rows)}`,
    ],
    charts: [],
  });
}

function told(rows: readonly RunRow[]): string {
  if (rows.length === 0) return 'No run yet.';
  const count = (standing: RunStanding) => rows.filter((row) => row.isReadable && row.standing === standing).length;
  const parts = [
    `${rows.length.toLocaleString('en')} ${rows.length === 1 ? 'run' : 'runs'}, newest first`,
    ...(count('under way') === 0 ? [] : [`${count('under way')} being measured`]),
    ...(count('stopped') === 0 ? [] : [`${count('stopped')} stopped before the end`]),
  ];
  return `${parts.join('; ')}.`;
}

function name({ id, href }: RunRow, run: ReadableRun | null): Html {
  const goOn = run?.goOn ?? null;
  return html`<th scope="row" role="rowheader"><a href="${href}">${run?.suite ?? id}</a>${run === null ? null : html`<small>${id}</small>`}${
    goOn === null ? null : html`<small>the rest: <code>${goOn}</code></small>`
  }</th>`;
}

function unreadable(why: string): Html {
  return html`<td role="cell" colspan="${columns.length - 1}">cannot be read: ${why}</td>`;
}

const nothing = '—';

/** On a narrow screen a cell stands below the others and says itself what it is. */
function cells({ createdAt, standing, trials, warnings, verdicts, machine }: ReadableRun): Html[] {
  const number = (value: number) => value.toLocaleString('en');
  const { recorded, planned } = trials;
  const values: readonly (Html | string)[] = [
    html`<time datetime="${createdAt}">${createdAt.replace('T', ' ').slice(0, 16)}</time>`,
    html`<span class="standing ${standing.replace(' ', '-')}">${standingWords[standing]}</span>`,
    recorded === planned ? number(planned) : `${number(recorded)} of ${number(planned)}`,
    warnings === null ? nothing : number(warnings),
    verdicts === null || verdicts.length === 0 ? nothing : html`<ul class="tally">${verdicts.map(verdict)}</ul>`,
    machine,
  ];
  return values.map(
    (value, i) => html`<td role="cell"><span class="label">${columns[i + 1] ?? ''}</span> ${value}</td>`,
  );
}

function verdict([outcome, count]: readonly [Outcome, number]): Html {
  return html`<li class="outcome ${outcome.split(' ')[0] ?? ''}"><span class="mark" aria-hidden="true">${outcomeMarks[outcome]}</span> ${count} <span class="said">${outcome}</span></li>`;
}

/** Where a row has no room for their words, the marks are told once. */
function legend(rows: readonly RunRow[]): Html | null {
  const present = outcomes.filter((outcome) =>
    rows.some((row) => row.isReadable && row.verdicts?.some(([of]) => of === outcome)),
  );
  if (present.length === 0) return null;
  return html`<p class="note legend" aria-hidden="true">Claims that a run has evidence for: ${present.map((outcome, i) => html`${i === 0 ? '' : ', '}${outcomeMarks[outcome]} ${outcome}`)}.</p>`;
}
