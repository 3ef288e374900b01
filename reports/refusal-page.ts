/** Why a page of `pushlab view` is not shown, for whoever followed a link to it. */
import { renderDocument } from './document.js';
import { html } from './html.js';

export function renderRefusal(why: string, version: string): string {
  return renderDocument({
    title: 'Not shown',
    version,
    main: [
      html`<header><p class="eyebrow"><a href="/">All runs</a></p><h1>This page cannot be shown</h1>
<p class="finding">${why}</p></header>`,
    ],
    charts: [],
  });
}
