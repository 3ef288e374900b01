/**
 * The article's own comparison, cell by cell: what it says, restated, and what this run has for it.
 *
 * Every cell of ours is computed from arms that a verdict rests on, from what pages found, or from a probe. Where the run
 * has none of it the cell says so; nothing is carried over from another run or from what one would expect.
 */
import { type TransportId, transports } from '../contract/transports.js';
import { type Arm, type Evidence, formatCount, formatNumber, type MetricId, type Verdicts } from '../harness/model.js';
import { workloadOf } from './data.js';

export interface TableCell {
  readonly transport: TransportId;
  readonly theirs: string;
  /** Null: not measured in this run. */
  readonly ours: string | null;
}

export interface TableRow {
  readonly property: string;
  /** The claim that is judged by it. */
  readonly claim: string;
  readonly outcome: string | null;
  readonly cells: readonly TableCell[];
}

export interface TableInput extends Evidence {
  readonly verdicts: Verdicts;
}

export const articleTableTitle = 'The article’s table, cell by cell';
export const notMeasured = 'not measured in this run';

interface RowSpec {
  readonly property: string;
  readonly claim: string;
  readonly cells: readonly {
    readonly transport: TransportId;
    readonly theirs: string;
    readonly ours: (input: TableInput) => string | null;
  }[];
}

const rows: readonly RowSpec[] = [
  {
    property: 'Implementation complexity',
    claim: 'A12',
    cells: [
      { transport: 'sse', theirs: 'simple', ours: (input) => codeOf(input, 'sse') },
      { transport: 'websocket', theirs: 'complex', ours: (input) => codeOf(input, 'websocket') },
    ],
  },
  {
    property: 'Browser support',
    claim: 'A12',
    cells: [
      { transport: 'sse', theirs: 'native', ours: (input) => nativeness(input, 'sse', 'EventSource') },
      {
        transport: 'websocket',
        theirs: 'takes additional handling',
        ours: (input) => nativeness(input, 'websocket', 'WebSocket'),
      },
    ],
  },
  {
    property: 'Reconnects by itself',
    claim: 'A11',
    cells: (['sse', 'websocket'] as const).map((transport) => ({
      transport,
      theirs: transport === 'sse' ? 'built in' : 'by hand',
      ours: (input) => each(input, 'A11', transport, 'resumedShare', (share) => `${percent(share)} came back`),
    })),
  },
  {
    property: 'Direction of data',
    claim: 'A15',
    cells: [
      { transport: 'sse', theirs: 'server to client only', ours: (input) => upward(input, 'post', 'a request each') },
      {
        transport: 'websocket',
        theirs: 'both ways',
        ours: (input) => upward(input, 'websocket', 'on the same connection'),
      },
    ],
  },
  {
    property: 'Protocol overhead',
    claim: 'A14',
    cells: (['sse', 'websocket'] as const).map((transport) => ({
      transport,
      theirs: 'small',
      ours: (input) => framing(input, transport),
    })),
  },
  {
    property: 'Passes firewalls',
    claim: 'A13',
    cells: (['sse', 'websocket'] as const).map((transport) => ({
      transport,
      theirs: transport === 'sse' ? 'yes, as it is HTTP' : 'may be blocked',
      ours: (input) =>
        each(input, 'A13', transport, 'deliveredShare', (share, arm) => {
          const latency = arm.metrics.latencyP50Us;
          return `${percent(share)}${latency === undefined ? '' : `, ${formatNumber(latency.median / 1000)} ms old`}`;
        }),
    })),
  },
  {
    property: 'Bandwidth that is of use',
    claim: 'A7',
    cells: [
      {
        transport: 'sse',
        theirs: 'all of it',
        ours: (input) => across(input, 'A6', 'sse', 'downPayloadShare', (span) => `${span} % is payload`),
      },
      {
        transport: 'polling',
        theirs: 'a fifth',
        ours: (input) =>
          together(
            across(input, 'A7', 'polling', 'downPayloadShare', (span) => `${span} % is payload`),
            across(input, 'A7', 'polling', 'uselessPollShare', (span) => `${span} % of the polls in vain`),
          ),
      },
    ],
  },
  {
    property: 'Load of the server',
    claim: 'A9',
    cells: (['sse', 'polling'] as const).map((transport) => ({
      transport,
      theirs: transport === 'sse' ? 'minimal' : 'high',
      ours: (input) =>
        across(input, 'A9', transport, 'serverCpuUsPerUpdate', (span) => `${span} µs of CPU per update`, 1),
    })),
  },
  {
    property: 'Real time',
    claim: 'A10',
    cells: (['sse', 'polling'] as const).map((transport) => ({
      transport,
      theirs: transport === 'sse' ? 'yes' : 'late by the interval',
      ours: (input) => across(input, 'A10', transport, 'stalenessMeanUs', (span) => `${span} ms old on average`, 1e-3),
    })),
  },
];

/** Pure: the same run gives the same table. */
export function articleTable(input: TableInput): TableRow[] {
  return rows.map(({ property, claim, cells }) => {
    const verdict = input.verdicts.verdicts.find(({ id }) => id === claim);
    return {
      property,
      claim,
      outcome: verdict === undefined ? null : verdict.outcome,
      cells: cells.map(({ transport, theirs, ours }) => ({ transport, theirs, ours: ours(input) })),
    };
  });
}

/** Whether the run has anything for it: a table of nothing says nothing. */
export function hasArticleTable(table: readonly TableRow[]): boolean {
  return table.some(({ cells }) => cells.some(({ ours }) => ours !== null));
}

export function transportTitle(transport: TransportId): string {
  return transports[transport].title;
}

/** Arms of a transport that the verdict on a claim rests on, and which have the figure. */
function armsOf({ verdicts, summary }: TableInput, claim: string, transport: TransportId, metric: MetricId): Arm[] {
  const keys = verdicts.verdicts.find(({ id }) => id === claim)?.evidence ?? [];
  return summary.arms.filter(
    (arm) => arm.transport === transport && keys.includes(arm.key) && arm.metrics[metric] !== undefined,
  );
}

/** What there is of several figures. */
function together(...parts: readonly (string | null)[]): string | null {
  const found = parts.filter((part) => part !== null);
  return found.length === 0 ? null : found.join('; ');
}

/** One figure for each workload, under its title. */
function each(
  input: TableInput,
  claim: string,
  transport: TransportId,
  metric: MetricId,
  say: (median: number, arm: Arm) => string,
): string | null {
  const arms = armsOf(input, claim, transport, metric);
  if (arms.length === 0) return null;
  const titles = apart(arms.map((arm) => workloadOf(input.plan, arm).title));
  return arms.map((arm, i) => `${titles[i]}: ${say(median(arm, metric), arm)}`).join('; ');
}

/** Titles without what all of them say. */
function apart(titles: readonly string[]): string[] {
  const parts = titles.map((title) => title.split(/[,;] /));
  const [first = []] = parts;
  const shared = new Set(titles.length < 2 ? [] : first.filter((part) => parts.every((own) => own.includes(part))));
  return parts.map((own) => own.filter((part) => !shared.has(part)).join(', '));
}

/** The lowest and the highest of several workloads. */
function across(
  input: TableInput,
  claim: string,
  transport: TransportId,
  metric: MetricId,
  say: (span: string) => string,
  scale = 100,
): string | null {
  const values = armsOf(input, claim, transport, metric).map((arm) => median(arm, metric) * scale);
  if (values.length === 0) return null;
  const of = values.length === 1 ? 'of one workload' : `over ${values.length} workloads`;
  return `${say(spanOf(values))}, ${of}`;
}

function framing(input: TableInput, transport: TransportId): string | null {
  const bytes = armsOf(input, 'A14', transport, 'downFramingBytesPerUpdate').map(
    (arm) => median(arm, 'downFramingBytesPerUpdate') + (arm.metrics.upFramingBytesPerUpdate?.median ?? 0),
  );
  if (bytes.length === 0) return null;
  return `${spanOf(bytes)} B around each update, over ${bytes.length} payloads`;
}

function codeOf({ probes }: TableInput, transport: TransportId): string | null {
  const code = probes?.code ?? null;
  if (code === null) return null;
  const parts = (['page', 'uws', 'node'] as const).flatMap((end) => {
    const row = code.rows.find((one) => one.end === end && one.transport === transport);
    if (row === undefined) return [];
    const libraries = row.packages.map(({ name, bytes }) => ` and ${name} (${formatNumber(bytes / 1000)} kB)`).join('');
    return [`${end === 'page' ? 'page' : `server ${end}`} ${formatCount(row.own.lines)} lines${libraries}`];
  });
  return parts.length === 0 ? null : parts.join(', ');
}

function nativeness(input: TableInput, transport: TransportId, feature: 'EventSource' | 'WebSocket'): string | null {
  const { pages } = input.summary;
  if (pages === null) return null;
  const delivered = armsOf(input, 'A12', transport, 'deliveredShare').map((arm) => median(arm, 'deliveredShare'));
  const ran = delivered.length === 0 ? '' : `; delivers ${percent(Math.min(...delivered))} without a library`;
  return `${feature} is ${pages.features[feature] ? '' : 'not '}built in (${pages.versions.join(', ')})${ran}`;
}

function upward({ probes }: TableInput, way: 'post' | 'websocket', how: string): string | null {
  const upstream = probes?.upstream ?? null;
  const found = upstream?.rows.filter((row) => row.way === way) ?? [];
  if (upstream === null || found.length === 0) return null;
  const bytes = spanOf(found.map((row) => row.upBytesPerMessage + row.downBytesPerMessage));
  const connections = spanOf(found.map((row) => row.connections));
  return `a message of ${upstream.payloadBytes} B to the server and back: ${how}, ${bytes} B, ${spanOf(found.map((row) => row.roundTripP50Us))} µs; connections: ${connections}`;
}

function median(arm: Arm, metric: MetricId): number {
  return arm.metrics[metric]?.median as number;
}

/** From the least of them to the most. */
function spanOf(values: readonly number[]): string {
  const [low, high] = [formatNumber(Math.min(...values)), formatNumber(Math.max(...values))];
  return low === high ? low : `${low}–${high}`;
}

function percent(share: number): string {
  return `${formatNumber(share * 100).replace(/\.0+$/, '')} %`;
}
