/** The article's comparison beside ours, for the report and for pasting. */
import {
  articleTable,
  articleTableTitle,
  hasArticleTable,
  notMeasured,
  type TableInput,
  type TableRow,
  transportTitle,
} from './article-table.js';
import { type Html, html } from './html.js';
import { escapeMarkdown } from './markdown.js';

const head = ['property', 'transport', 'the article', 'this run', 'verdict'];
const explanation =
  'Six properties of its table of SSE and WebSocket, and three of its comparison with polling. Ours are medians of the arms that the verdict rests on, or measured beside the trials.';

/** Null where the run was made for no claims, or has nothing for any cell. */
export function articleSection(input: TableInput): Html | null {
  const table = articleTable(input);
  if (!concerns(input, table)) return null;
  return html`<section id="article-table"><h2>${articleTableTitle}</h2>
<p class="reading prose">${explanation}</p>
${wordTable(table)}</section>`;
}

/** '' where there is none in the report either. */
export function articleMarkdown(input: TableInput): string {
  const table = articleTable(input);
  if (!concerns(input, table)) return '';
  return [
    `### ${articleTableTitle}`,
    explanation,
    [head, head.map(() => '---'), ...lines(table).map((cells) => cells.map(escapeMarkdown))]
      .map((cells) => `| ${cells.join(' | ')} |`)
      .join('\n'),
  ].join('\n\n');
}

/** Cells of words, not of figures: they wrap, and property and verdict span the transports that they are about. */
function wordTable(table: readonly TableRow[]): Html {
  const [, ...columns] = head;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${articleTableTitle}"><table class="words">
<thead><tr><th scope="col">${head[0] ?? ''}</th>${columns.map((title) => html`<th scope="col">${title}</th>`)}</tr></thead>
${table.map(
  (row) =>
    html`<tbody>${lines([row]).map(
      ([property, transport, theirs, ours, verdict], at) =>
        html`<tr>${at === 0 ? html`<th scope="rowgroup" rowspan="${row.cells.length}">${property ?? ''}</th>` : null}${[transport, theirs, ours].map((text, column) => html`<td data-label="${head[column + 1] ?? ''}">${text ?? ''}</td>`)}${
          at === 0
            ? html`<td rowspan="${row.cells.length}" data-label="${head[4] ?? ''}"><a href="#claim-${row.claim}">${verdict ?? ''}</a></td>`
            : null
        }</tr>`,
    )}</tbody>\n`,
)}</table></div>`;
}

function concerns({ plan }: TableInput, table: readonly TableRow[]): boolean {
  return plan.claims !== null && hasArticleTable(table);
}

/** One line for each transport of a property. */
function lines(table: readonly TableRow[]): string[][] {
  return table.flatMap(({ property, claim, outcome, cells }) =>
    cells.map(({ transport, theirs, ours }) => [
      property,
      transportTitle(transport),
      theirs,
      ours ?? notMeasured,
      outcome === null ? claim : `${claim}: ${outcome}`,
    ]),
  );
}
