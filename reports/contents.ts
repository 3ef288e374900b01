/** The way through a report: a column of short names where there is room, a row of them where there is not; plain links. */
import { type Html, html } from './html.js';

export interface Section {
  readonly id: string;
  /** In one or two words: what it is about. */
  readonly name: string;
  readonly group: string;
  readonly body: Html;
}

export function contents(sections: readonly Pick<Section, 'id' | 'name' | 'group'>[]): Html {
  const groups = [...new Set(sections.map(({ group }) => group))];
  return html`<nav class="contents" aria-label="Contents"><ul>${groups.map(
    (group) =>
      html`<li><span>${group}</span><ul>${sections
        .filter((section) => section.group === group)
        .map(({ id, name }) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></li>`,
  )}</ul></nav>`;
}
