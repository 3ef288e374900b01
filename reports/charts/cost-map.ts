/** Who costs less at which update rate and poll interval: a map between the loads that were measured, and no further. */
import type { TopLevelSpec } from 'vega-lite';
import { crossing } from '../../claims/evidence.js';
import { type CostMap, costMapsOf, placeOf } from '../cost-maps.js';
import { type Load, measuredRatio, modelledRatio, ratioAt, type Winner, winnerOf } from '../cost-model.js';
import { formatNumber, formatPoint, round } from '../data.js';
import { hullOf, isInside } from '../hull.js';
import type { Chart } from './chart.js';
import { having } from './marks.js';
import { panelTitle, panelWidthPx } from './rows.js';
import { quantity, schema, tooltip } from './scales.js';

/** Of the map in each direction. */
const cells = { rates: 32, intervals: 20 } as const;
const mapPx = 260;
const winners: Readonly<Record<Winner, { readonly title: string; readonly colour: string; readonly shape: string }>> = {
  polling: { title: 'polling costs less', colour: 'theme:polling', shape: 'circle' },
  tied: { title: 'tied', colour: 'theme:heads', shape: 'diamond' },
  sse: { title: 'SSE costs less', colour: 'theme:sse', shape: 'triangle-up' },
};

export const costMap: Chart = {
  id: 'cost-map',
  group: 'Server',
  name: 'Map of the two',
  question: 'At which update rate and poll interval does polling cost less than SSE?',
  answer(input) {
    const told = costMapsOf(input).map(tell);
    return told.length === 0 ? null : told.join(' ');
  },
  reading:
    'To the right the update rate, upwards the poll interval, both logarithmic. Marks are measured workloads, each with the winner of its own trials. The areas between them come from a cost model: so much for each second, wake-up and poll against so much for each second, wake-up and write to a socket (bytes likewise), fitted repetition by repetition. Its interval is the spread over repetitions, widened by the factor within which it meets four of five measured workloads; where that holds 1, the two are tied. Nothing is said outside of what the marks span. Only workloads count in which the current state is asked for, an update fits a packet, and neither server is about to be full.',
  concerns: (input) => costMapsOf(input).length > 0,
  spec(input) {
    const maps = costMapsOf(input);
    if (maps.length === 0) return null;
    return {
      $schema: schema,
      data: { values: maps.flatMap((map) => [...areas(map), ...marks(map)]) },
      vconcat: maps.map((map) => ({
        transform: [{ filter: { field: 'panel', equal: map.cost.title } }],
        title: panelTitle(`${map.cost.title}, for ${audience(map)}`),
        width: panelWidthPx,
        height: mapPx,
        layer: layers(map),
      })),
    } as unknown as TopLevelSpec;
  },
  describe: (input) =>
    costMapsOf(input)
      .map(
        (map) =>
          `Polling ÷ SSE in ${map.cost.title}: ${map.measured
            .map(({ workload, seen }) => {
              const measured = measuredRatio(seen);
              return `${workload} ${measured === null ? 'not measured' : formatPoint(measured)}, by the model ${formatNumber(modelledRatio(map.model, seen))}`;
            })
            .join('; ')}`,
      )
      .join('. ') || 'Too few workloads with polling and SSE were measured for a map.',
  table(input) {
    const maps = costMapsOf(input);
    const workloads = [...new Set(maps.flatMap(({ measured }) => measured.map(({ workload }) => workload)))];
    return {
      head: [
        'workload',
        'updates per poll (λT)',
        ...maps.flatMap(({ cost }) => [`${cost.title}, polling ÷ SSE`, 'by the model', 'less']),
      ],
      rows: workloads.map((workload) => {
        const one = maps.flatMap(({ measured }) => measured).find((measured) => measured.workload === workload);
        return [
          workload,
          one === undefined ? '' : formatNumber(lambdaT(one.load)),
          ...maps.flatMap((map) => tableCells(map, workload)),
        ];
      }),
    };
  },
};

function tableCells({ measured, model }: CostMap, workload: string): string[] {
  const one = measured.find((there) => there.workload === workload);
  const ratio = one === undefined ? null : measuredRatio(one.seen);
  if (one === undefined || ratio === null) return ['not measured', '', ''];
  return [formatPoint(ratio), formatNumber(modelledRatio(model, one.seen)), winners[winnerOf(ratio)].title];
}

function tell(map: CostMap): string {
  const { model, measured } = map;
  const named = measured.filter(({ seen, load }) => {
    const ratio = measuredRatio(seen);
    return ratio !== null && winnerOf(ratio) === winnerOf(ratioAt(model, load));
  });
  return `For ${audience(map)}, ${whoWins(map)}. The model meets the measured ratio within a factor of ${formatNumber(model.within)} in four workloads of five, is off by ${formatNumber(model.furthestOff)} at most, and names the winner of ${named.length} of ${measured.length}.`;
}

/** Where the two meet along the poll interval that most workloads have, or who wins wherever something was measured. */
function whoWins(map: CostMap): string {
  const { cost, at } = map;
  const row = rowOf(map);
  const meets = (end: 'median' | 'low' | 'high') =>
    crossing(
      row.map(({ load, ratio }) => [lambdaT(load), ratio[end]]),
      1,
    );
  const even = meets('median');
  if (even !== null) {
    const ends = [meets('low'), meets('high')].filter((end) => end !== null).sort((a, b) => a - b);
    const interval =
      ends.length === 2
        ? formatPoint({ median: even, low: ends[0] as number, high: ends[1] as number })
        : `about ${formatNumber(even)}, with an interval that goes beyond what was measured,`;
    const before = (row[0]?.ratio.median ?? 0) > 1 ? 'SSE' : 'polling';
    return `polled every ${at.intervalMs.toLocaleString('en')} ms both take the same ${cost.unit} at ${interval} updates per poll, and ${before} takes less below that`;
  }
  const certain = new Set(areas(map).map(({ winner }) => winner));
  const [only] = certain;
  if (certain.size === 1 && only === winners.sse.title) return `SSE takes less ${cost.unit} wherever the map reaches`;
  if (certain.size === 1 && only === winners.polling.title)
    return `polling takes less ${cost.unit} wherever the map reaches`;
  return `polled every ${at.intervalMs.toLocaleString('en')} ms the two do not meet in ${cost.unit} between the measured rates`;
}

function audience({ at }: CostMap): string {
  return `${at.subscribers.toLocaleString('en')} subscribers and updates of ${at.payloadBytes.toLocaleString('en')} B`;
}

function lambdaT({ rateHz, intervalMs }: Load): number {
  return (rateHz * intervalMs) / 1000;
}

function layers({ measured }: CostMap): object[] {
  const rates = measured.map(({ load }) => load.rateHz);
  const intervals = measured.map(({ load }) => load.intervalMs);
  const axis = (title: string, values: readonly number[]) => ({
    ...quantity(title, true),
    scale: { type: 'log', nice: false, padding: 12 },
    axis: { grid: false, format: ',~r', values: [...new Set(values)].sort((a, b) => a - b), labelOverlap: true },
  });
  const x = axis('updates per second', rates);
  const y = axis('poll interval (ms)', intervals);
  const by = (look: 'colour' | 'shape') => ({
    field: 'winner',
    type: 'nominal',
    scale: {
      domain: Object.values(winners).map(({ title }) => title),
      range: Object.values(winners).map((winner) => winner[look]),
    },
    legend: { title: null },
  });
  return [
    {
      ...having('toHz'),
      mark: { type: 'rect', opacity: 0.28 },
      encoding: {
        x: { ...x, field: 'rateHz' },
        x2: { field: 'toHz' },
        y: { ...y, field: 'intervalMs' },
        y2: { field: 'toMs' },
        color: by('colour'),
        tooltip: tooltip(
          { winner: 'by the model', shown: 'polling ÷ SSE' },
          { rateHz: 'updates per second, from', intervalMs: 'poll interval from, ms' },
        ),
      },
    },
    {
      ...having('workload'),
      mark: { type: 'point', filled: true, size: 90, opacity: 1, stroke: 'theme:reference', strokeWidth: 1 },
      encoding: {
        x: { ...x, field: 'rateHz' },
        y: { ...y, field: 'intervalMs' },
        color: by('colour'),
        shape: by('shape'),
        tooltip: tooltip(
          { workload: 'workload', winner: 'measured', shown: 'polling ÷ SSE', modelled: 'by the model' },
          { rateHz: 'updates per second', intervalMs: 'poll interval, ms' },
        ),
      },
    },
  ];
}

function marks({ cost, model, measured }: CostMap) {
  return measured.flatMap(({ workload, load, seen }) => {
    const ratio = measuredRatio(seen);
    if (ratio === null) return [];
    return [
      {
        panel: cost.title,
        workload,
        rateHz: round(load.rateHz),
        intervalMs: load.intervalMs,
        winner: winners[winnerOf(ratio)].title,
        shown: formatPoint(ratio),
        modelled: formatNumber(modelledRatio(model, seen)),
      },
    ];
  });
}

/** Equal steps of the logarithm, from the least to the largest of what was measured. */
function steps(values: readonly number[], count: number): number[] {
  const [from, to] = [Math.min(...values), Math.max(...values)];
  return Array.from({ length: count + 1 }, (_, i) => from * (to / from) ** (i / count));
}

/** Cells whose middle lies among the measured loads. */
function areas(map: CostMap) {
  const { cost, model, measured, at } = map;
  const hull = hullOf(measured.map(({ load }) => placeOf(load)));
  const rates = steps(
    measured.map(({ load }) => load.rateHz),
    cells.rates,
  );
  const intervals = steps(
    measured.map(({ load }) => load.intervalMs),
    cells.intervals,
  );
  return rates.slice(1).flatMap((toHz, i) =>
    intervals.slice(1).flatMap((toMs, j) => {
      const [fromHz, fromMs] = [rates[i] as number, intervals[j] as number];
      const load = { ...at, rateHz: Math.sqrt(fromHz * toHz), intervalMs: Math.sqrt(fromMs * toMs) };
      if (!isInside(hull, placeOf(load))) return [];
      const ratio = ratioAt(model, load);
      const digits = (value: number) => Number(value.toPrecision(4));
      return [
        {
          panel: cost.title,
          rateHz: digits(fromHz),
          toHz: digits(toHz),
          intervalMs: digits(fromMs),
          toMs: digits(toMs),
          winner: winners[winnerOf(ratio)].title,
          shown: formatPoint(ratio),
        },
      ];
    }),
  );
}

/** Along the rates, at the poll interval that most workloads have, as far as loads were measured around it. */
function rowOf({
  model,
  measured,
  at,
}: CostMap): { readonly load: Load; readonly ratio: ReturnType<typeof ratioAt> }[] {
  const hull = hullOf(measured.map(({ load }) => placeOf(load)));
  const rates = measured.map(({ load }) => load.rateHz);
  return steps(rates, cells.rates * 4)
    .map((rateHz) => ({ ...at, rateHz }))
    .filter((load) => isInside(hull, placeOf(load)))
    .map((load) => ({ load, ratio: ratioAt(model, load) }));
}
