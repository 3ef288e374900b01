import type { TopLevelSpec } from 'vega-lite';
import { clients } from '../../contract/clients.js';
import { transports } from '../../contract/transports.js';
import { type Arm, clockBoundUs, type MetricId, stepOf } from '../../harness/model.js';
import { formatNumber, formatPoint, type ReportInput, round, workloadOf } from '../data.js';
import type { Chart } from './chart.js';
import { estimates } from './marks.js';
import { rowsPerWorkload } from './rows.js';
import { quantity, schema, tooltip } from './scales.js';

/** A page and raw sockets that were sent the same updates over the same transport. */
interface Pair {
  readonly page: Arm;
  readonly raw: Arm;
}

export const browserVersusRaw: Chart = {
  id: 'browser-versus-raw',
  group: 'Audience and load',
  name: 'Pages and raw sockets',
  question: 'What does a page in a browser add?',
  reading:
    'Median latency of the same updates over the same transport, received by raw sockets and by pages. What lies between the two is the page’s: its network service, its parsing, its event queue. The bar of a page is its interval, wider on both sides by how far its clock may be off; no figure of a page is finer than that. On one core pages, network service and browser take turns, which is part of it.',
  answer(input) {
    const parts = pairsOf(input).flatMap((pair) => {
      const added = addedBy(input, pair);
      return added === null ? [] : [`${title(pair.page)} ${added}`];
    });
    return parts.length === 0 ? null : `Median latency of a page over that of raw sockets: ${parts.join('; ')}.`;
  },
  concerns: (input) => pairsOf(input).length > 0,
  spec(input) {
    const values = rows(input);
    if (values.length === 0) return null;
    const byClient = (range: readonly string[]) => ({
      field: 'client',
      type: 'nominal' as const,
      scale: { domain: ['raw sockets', 'page'], range: [...range] },
      legend: { title: null },
    });
    const chart = {
      encoding: {
        y: { field: 'arm', type: 'nominal', sort: [...new Set(values.map(({ arm }) => arm))], title: null },
        yOffset: { field: 'client', type: 'nominal', sort: ['raw sockets', 'page'] },
      },
      layer: estimates('x', {
        axis: quantity('latency p50 (ms, logarithmic)', true),
        looks: { color: byClient(['theme:reference', 'theme:sse']), shape: byClient(['circle', 'square']) },
        tooltip: tooltip({
          arm: 'transport',
          workload: 'workload',
          client: 'received by',
          shown: 'latency p50, ms, with the clock’s bound',
        }),
        size: 80,
      }),
    };
    return {
      $schema: schema,
      data: { values },
      ...rowsPerWorkload(values, 44, chart),
    } as unknown as TopLevelSpec;
  },
  describe: (input) =>
    `Median latency in ms, raw sockets then page: ${pairsOf(input)
      .map(
        ({ page, raw }) => `${title(page)} ${figure(raw, 'latencyP50Us', 1e-3)}, ${figure(page, 'latencyP50Us', 1e-3)}`,
      )
      .join('; ')}`,
  table(input) {
    const ofPage: readonly (readonly [string, MetricId, number])[] = [
      ['clock within ± ms', 'pageClockBoundUs', 1e-3],
      ['first update of a new page ms', 'firstUpdateUs', 1e-3],
      ['main thread µs/update', 'pageTaskUsPerUpdate', 1],
      ['script µs/update', 'pageScriptUsPerUpdate', 1],
      ['renderer CPU µs/update', 'rendererCpuUsPerUpdate', 1],
      ['network service CPU µs/update', 'networkCpuUsPerUpdate', 1],
      ['browser CPU µs/update', 'browserCpuUsPerUpdate', 1],
      ['heap KB', 'pageHeapBytes', 1e-3],
      ['down B/update, by DevTools', 'devtoolsDownBytesPerUpdate', 1],
    ];
    const ofBoth: readonly (readonly [string, MetricId, number])[] = [
      ['latency p50 ms', 'latencyP50Us', 1e-3],
      ['p99 ms', 'latencyP99Us', 1e-3],
      ['staleness ms', 'stalenessMeanUs', 1e-3],
      ['down B/update, on the sockets', 'wireStreamDownBytesPerUpdate', 1],
      ['up B/update, on the wire', 'wireUpBytesPerUpdate', 1],
    ];
    return {
      head: [
        'workload',
        'transport',
        ...ofBoth.flatMap(([name]) => [`${name}: raw`, 'page']),
        ...ofPage.map(([name]) => name),
      ],
      rows: pairsOf(input).map(({ page, raw }) => [
        workloadOf(input.plan, page).title,
        title(page),
        ...ofBoth.flatMap(([, metric, scale]) => [figure(raw, metric, scale), figure(page, metric, scale)]),
        ...ofPage.map(([, metric, scale]) => figure(page, metric, scale)),
      ]),
    };
  },
};

function pairsOf({ summary }: ReportInput): Pair[] {
  return summary.arms
    .filter(({ client }) => clients[client].inBrowser)
    .flatMap((page) => {
      const raw = summary.arms.find(
        (arm) =>
          arm.client === 'raw' &&
          arm.workloadId === page.workloadId &&
          arm.transport === page.transport &&
          arm.subject === page.subject,
      );
      return raw === undefined ? [] : [{ page, raw }];
    });
}

/** By how much the page is later, from pairs of repetitions; in steps that its clock allows. */
function addedBy({ summary }: ReportInput, { page, raw }: Pair): string | null {
  const contrast = summary.contrasts.find(
    ({ metric, a, b }) =>
      metric === 'latencyP50Us' && (a === raw.key || b === raw.key) && (a === page.key || b === page.key),
  );
  if (contrast === undefined || contrast.verdict === 'too few') return null;
  if (contrast.verdict === 'tied') return 'tied';
  const sign = contrast.b === page.key ? 1 : -1;
  const stepMs = stepOf(Math.max(clockBoundUs(page, 'latencyP50Us'), 1) / 1000);
  const ms = (us: number) =>
    (Math.round((sign * us) / 1000 / stepMs) * stepMs).toFixed(Math.max(0, -Math.floor(Math.log10(stepMs))));
  const { median, low, high } = contrast.difference;
  const ends = [low, high].sort((a, b) => sign * (a - b)).map(ms);
  return `${sign * median > 0 ? '+' : ''}${ms(median)} ms [${ends.join(' to ')}]`;
}

function rows(input: ReportInput) {
  const pairs = pairsOf(input).filter(
    ({ page, raw }) => page.metrics.latencyP50Us !== undefined && raw.metrics.latencyP50Us !== undefined,
  );
  return pairs.flatMap(({ page, raw }) =>
    [raw, page].map((arm) => {
      const { median, low, high } = arm.metrics.latencyP50Us as NonNullable<Arm['metrics']['latencyP50Us']>;
      const bound = clockBoundUs(arm, 'latencyP50Us');
      const shown = (us: number) => round((bound === 0 ? us : Math.round(us / stepOf(bound)) * stepOf(bound)) / 1000);
      const estimate = {
        median: Math.max(shown(median), round(bound / 1000)),
        // A logarithmic scale has no zero.
        low: round(Math.max(low - bound, bound / 10, 1) / 1000),
        high: round((high + bound) / 1000),
      };
      return {
        workload: workloadOf(input.plan, page).title,
        arm: title(page),
        client: arm === raw ? 'raw sockets' : 'page',
        ...estimate,
        shown: formatPoint({ ...estimate, ...(bound === 0 ? {} : { bound: bound / 1000 }) }),
      };
    }),
  );
}

/** Where a run has one way per transport, the transport says it all. */
function title({ transport, client }: Arm): string {
  const way = client === 'browser' ? '' : `, ${clients[client].title}`;
  return `${transports[transport].title}${way}`;
}

function figure(arm: Arm, metric: MetricId, scale: number): string {
  const estimate = arm.metrics[metric];
  if (estimate === undefined) return 'not measured';
  const bound = clockBoundUs(arm, metric) * scale;
  if (bound === 0) return formatNumber(estimate.median * scale);
  const step = stepOf(bound);
  return (Math.round((estimate.median * scale) / step) * step).toFixed(Math.max(0, -Math.floor(Math.log10(step))));
}
