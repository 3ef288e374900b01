/** A run while it is measured: the charts that say most, drawn anew after each trial. */
import type { TopLevelSpec } from 'vega-lite';
import { bytes } from './charts/bytes.js';
import { latency } from './charts/latency.js';
import { staleness } from './charts/staleness.js';
import { armTitle, type ReportInput } from './data.js';
import { renderDocument } from './document.js';
import { cell, findingColumns } from './findings.js';
import { html } from './html.js';

const liveCharts = [latency, staleness, bytes];

/** What a page that follows a run is told after each trial. */
export interface LiveState {
  readonly recorded: number;
  readonly planned: number;
  /** The trial that ended last, in words. */
  readonly last: string;
  readonly charts: readonly { readonly id: string; readonly spec: TopLevelSpec }[];
  readonly table: { readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] };
  readonly done: boolean;
}

export function liveState(input: ReportInput, recorded: number, last: string): LiveState {
  const { plan, summary } = input;
  const several = plan.workloads.length > 1;
  const title = (id: string) => plan.workloads.find((workload) => workload.id === id)?.title ?? id;
  return {
    recorded,
    planned: plan.trials.length,
    last,
    charts: liveCharts.flatMap((chart) => {
      const spec = chart.spec(input);
      return spec === null ? [] : [{ id: chart.id, spec }];
    }),
    table: {
      head: [...(several ? ['workload'] : []), 'transport', 'trials', ...findingColumns.map((column) => column.title)],
      rows: summary.arms
        .filter(({ trials }) => trials > 0)
        .map((arm) => [
          ...(several ? [title(arm.workloadId)] : []),
          armTitle(arm, summary),
          String(arm.trials),
          ...findingColumns.map((column) => cell(input, arm, column).text),
        ]),
    },
    done: recorded >= plan.trials.length,
  };
}

/** The page; it asks `events` beside itself for its state. */
export function renderLive({ plan }: Pick<ReportInput, 'plan'>): string {
  return renderDocument({
    title: `${plan.suite.title}, live`,
    version: plan.versions.pushlab,
    main: [
      html`<header><p class="eyebrow"><a href="../../">pushlab</a> · ${plan.suite.title} · being measured</p>
<h1>${plan.suite.question}</h1>
<p class="finding" id="live-progress" role="status">Waiting for the first trial.</p></header>
<div class="scroll" tabindex="0" role="region" aria-label="Findings so far"><table id="live-table"></table></div>
<p class="note">Medians over the trials so far, with their intervals; nothing is said of an arm before its first trial.</p>`,
      ...liveCharts.map(
        ({ id, question, reading }) =>
          html`<section><figure><h2>${question}</h2><figcaption class="reading prose">${reading}</figcaption><div class="chart" id="chart-${id}" role="img" aria-label="${question}"></div></figure></section>`,
      ),
    ],
    charts: [],
    follows: 'live.js',
  });
}
