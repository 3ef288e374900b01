/** A run while it is measured: the charts that say most, drawn anew after each trial. */
import type { TopLevelSpec } from 'vega-lite';
import { bytes } from './charts/bytes.js';
import { latency } from './charts/latency.js';
import { staleness } from './charts/staleness.js';
import { armTitle, type ReportInput } from './data.js';
import { renderDocument } from './document.js';
import { cell, type FindingCell, findingColumns } from './findings.js';
import { html } from './html.js';

const liveCharts = [latency, staleness, bytes];

/** What a page that follows a run is told after each trial. */
export interface LiveState {
  readonly recorded: number;
  readonly planned: number;
  /** Where the run stands, in a sentence; then what else there is to say. */
  readonly told: readonly [string, ...string[]];
  readonly charts: readonly { readonly id: string; readonly spec: TopLevelSpec }[];
  /** The first cell of a row says whose it is. */
  readonly table: { readonly head: readonly string[]; readonly rows: readonly (readonly FindingCell[])[] };
  readonly done: boolean;
}

export function liveState(input: ReportInput, { recorded, told }: Pick<LiveState, 'recorded' | 'told'>): LiveState {
  const { plan, summary } = input;
  const several = plan.workloads.length > 1;
  const title = (id: string) => plan.workloads.find((workload) => workload.id === id)?.title ?? id;
  const plain = (text: string): FindingCell => ({ text, mark: null });
  return {
    recorded,
    planned: plan.trials.length,
    told,
    charts: liveCharts.flatMap((chart) => {
      const spec = chart.spec(input);
      return spec === null ? [] : [{ id: chart.id, spec }];
    }),
    table: {
      head: ['transport', ...(several ? ['workload'] : []), 'trials', ...findingColumns.map((column) => column.title)],
      rows: summary.arms
        .filter(({ trials }) => trials > 0)
        .map((arm) => [
          plain(armTitle(arm, summary)),
          ...(several ? [plain(title(arm.workloadId))] : []),
          plain(String(arm.trials)),
          ...findingColumns.map((column) => cell(input, arm, column)),
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
      html`<header><p class="eyebrow"><a href="../../">All runs</a> · ${plan.suite.title} · ${plan.runId}</p>
<h1>${plan.suite.question}</h1>
<progress id="live-bar" max="${plan.trials.length}" value="0" aria-label="Trials done"></progress>
<p class="finding" id="live-progress" role="status">Waiting for the run’s files.</p>
<ul class="plain note" id="live-notes"></ul></header>
<div class="scroll" id="live-findings" tabindex="0" role="region" aria-label="Findings so far" hidden><table><thead></thead><tbody></tbody></table></div>
<p class="note">Medians over the trials so far, with their intervals; an arm appears with its first trial, and ▸ (best) and ≈ (tied for best) once intervals allow it.</p>`,
      ...liveCharts.map(
        ({ id, question, reading }) =>
          html`<section><figure><h2>${question}</h2><figcaption class="reading prose">${reading}</figcaption><div class="chart" id="chart-${id}" role="img" aria-label="${question}"></div></figure></section>`,
      ),
    ],
    charts: [],
    follows: 'live.js',
  });
}
