/**
 * The frame of every page: one HTML file that opens offline, with everything it needs inside.
 *
 * The only file that writes a document. Charts are drawn in the browser by Vega-Lite under a content security policy
 * that allows no network; readers without scripts get the same charts as static SVG.
 */
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { TopLevelSpec } from 'vega-lite';
import { chartLibraries } from './bundles.js';
import type { Table } from './charts/chart.js';
import { drawSvg } from './draw.js';
import { embedJson, type Html, html, raw } from './html.js';
import { packed, type Row } from './packed.js';
import type { Selection } from './selection.js';
import { colours, vegaConfig } from './theme.js';

const policy = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:";
/** A page that is served may talk to its own server, and to nobody else. */
const servedPolicy = `${policy}; connect-src 'self'`;

export interface Document {
  readonly title: string;
  /** Version of pushlab that wrote it. */
  readonly version: string;
  /** The way through it, beside or above all else; absent: it is short enough without. */
  readonly contents?: Html;
  /** What goes into `<main>`. */
  readonly main: readonly (Html | null)[];
  /** Drawn into the elements that `drawing` made for them. */
  readonly charts: readonly { readonly id: string; readonly spec: TopLevelSpec }[];
  /** What a reader may choose among; absent: nothing. */
  readonly selection?: Selection;
  /** A script of reports/ that follows a run over the network; only for pages that pushlab serves. */
  readonly follows?: string;
}

export function renderDocument({ title, version, contents, main, charts, selection, follows }: Document): string {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${follows === undefined ? policy : servedPolicy}">
<meta name="generator" content="pushlab ${version}">
<title>${title} · pushlab</title>
<style>${asset('report.css')}</style>
</head>
<body>
${contents === undefined ? null : html`<a class="skip" href="#main">Skip the contents</a>\n${contents}\n`}<main id="main" tabindex="-1">
${main.map((part) => html`${part}\n`)}</main>
<script type="text/plain" id="charts">${zipped(JSON.stringify(charts.map(({ id, spec }) => ({ id, spec: withPackedRows(spec) }))))}</script>
<script type="application/json" id="themes">${embedJson({
    light: { colours: colours.light, config: vegaConfig('light') },
    dark: { colours: colours.dark, config: vegaConfig('dark') },
  })}</script>
${selection === undefined ? null : html`<script type="application/json" id="selection-data">${embedJson(selection)}</script>\n`}<script type="text/plain" id="libraries">${zipped(chartLibraries().join(';\n'))}</script>
${['address.js', 'recall.js', 'report.js'].map((name) => html`<script>${asset(name)}</script>\n`)}${selection === undefined ? null : html`<script>${asset('select.js')}</script>\n`}${contents === undefined ? null : html`<script>${asset('contents.js')}</script>\n`}${follows === undefined ? null : html`<script>${asset(follows)}</script>\n`}<script>begin();</script>
</body>
</html>
`;
  return page.text;
}

function withPackedRows(spec: TopLevelSpec): unknown {
  const data = (spec as { data?: { values?: unknown } }).data;
  return Array.isArray(data?.values) ? { ...spec, data: { packed: packed(data.values as Row[]) } } : spec;
}

/**
 * Text in the bytes of its gzip, as base64: libraries in less than half, specs of many panels in a twentieth. Browsers
 * unpack it by themselves.
 */
function zipped(text: string): Html {
  return raw(gzipSync(text, { level: 9 }).toString('base64'));
}

/** What is drawn for readers without scripts, where that is less than the whole. */
export interface Still {
  readonly spec: TopLevelSpec | null;
  /** What it leaves out, in words; null: nothing. */
  readonly said: string | null;
}

/** The place of a chart in the page, with its static drawing for readers without scripts. */
export async function drawing(
  id: string,
  description: string,
  spec: TopLevelSpec | null,
  still: Still = { spec, said: null },
): Promise<Html> {
  if (spec === null) return html`<p class="missing">Not measured in this run.</p>`;
  const said = still.said === null ? null : html`<p class="note">${still.said}</p>`;
  return html`<div class="chart" id="chart-${id}" role="img" aria-label="${description}"></div>
<noscript>${said}${still.spec === null ? html`<p class="missing">Not measured in these.</p>` : html`<div class="chart still">${raw(await drawSvg(still.spec, 'light'))}</div>`}</noscript>`;
}

/** A table that scrolls by itself where the screen is narrow. */
export function scrollTable(label: string, { head, rows }: Table): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${label}"><table><thead><tr>${head.map((title) => html`<th scope="col">${title}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map((text) => html`<td>${text}</td>`)}</tr>`)}</tbody></table></div>`;
}

/**
 * Behind a disclosure when there is anything; a sentence when not. The address of the page keeps whether it is open.
 *
 * @param printed whether it is open on paper
 */
export function list(title: string, items: readonly string[], printed = false): Html {
  if (items.length === 0) return html`<p>${title}: none.</p>`;
  return html`<details id="${idOf(title)}"${raw(printed ? ' class="printed"' : '')}><summary>${title}: ${items.length}</summary><ul>${items.map((item) => html`<li>${item}</li>`)}</ul></details>`;
}

/** `Left out` as `left-out`. */
function idOf(title: string): string {
  return title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
}

function asset(name: string): Html {
  return raw(readFileSync(new URL(name, import.meta.url), 'utf8'));
}
