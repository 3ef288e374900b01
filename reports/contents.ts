/** The way through a report: a column of short names where there is room, a row of them where there is not; plain links. */
import { charts, probeCharts } from './charts/index.js';
import { type Html, html } from './html.js';

export interface Section {
  readonly id: string;
  /** In one or two words: what it is about. */
  readonly name: string;
  readonly group: string;
  readonly body: Html;
}

/** Charts by what they are about, with a name short enough for a column. A test holds that none is missing. */
const chartNames: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'How late, how old': {
    latency: 'Latency',
    'latency-ecdf': 'Its distribution',
    'latency-tail': 'Its tail',
    staleness: 'Staleness',
    'saw-tooth': 'Its rise and fall',
    'staleness-law': 'By poll interval',
  },
  Bytes: { bytes: 'Per update', 'payload-share': 'Share of payload' },
  Polls: { 'useless-polls': 'Useless polls', 'poll-law': 'Their law' },
  Server: {
    'server-cpu': 'CPU per update',
    'cost-crossover': 'Polling or pushing',
    'cost-map': 'Map of the two',
    'memory-slope': 'Memory of a connection',
  },
  'Audience and load': {
    spread: 'First to last subscriber',
    'browser-versus-raw': 'Pages and raw sockets',
    deliveries: 'Evenness',
    knee: 'Subscribers it carries',
    'push-knee': 'Rate it carries',
    resume: 'Coming back',
    requests: 'Requests a second',
  },
};

/** A chart that nobody named goes by its question. */
export function nameOfChart(id: string): { readonly group: string; readonly name: string } {
  for (const [group, names] of Object.entries(chartNames)) {
    const name = names[id];
    if (name !== undefined) return { group, name };
  }
  return { group: 'More', name: [...charts, ...probeCharts].find((chart) => chart.id === id)?.question ?? id };
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
