/** Requests per second of each server by each generator, beside the table that the article's figure comes from. */
import type { TopLevelSpec } from 'vega-lite';
import { publishedRequests } from '../../contract/published-requests.js';
import type { Estimate } from '../../harness/model.js';
import { formatNumber, formatPoint, type ReportInput, round } from '../data.js';
import { themeColour } from '../theme.js';
import type { Chart } from './chart.js';
import { estimates, trialTicks } from './marks.js';
import { rowsPerWorkload } from './rows.js';
import { schema, tooltip } from './scales.js';

type Row = NonNullable<NonNullable<ReportInput['probes']>['requests']>['targets'][number]['rows'][number];

/** Names as `rowsPerWorkload` has them: a panel a mode, in it a row for each server and generator. */
interface Shown {
  readonly arm: string;
  readonly workload: string;
  readonly server: string;
  readonly median: number;
  readonly low: number;
  readonly high: number;
  readonly shown: string;
  readonly values: readonly number[];
}

/** Who was at the limit. */
export const limitWords: Readonly<Record<Row['limit'], string>> = {
  generator: 'the generator',
  server: 'the server',
  both: 'both',
  neither: 'neither',
  unknown: 'not measured',
};
const modes = ['keep-alive', 'close'] as const;
const rowPx = 30;
/** A server’s, in the order in which they were asked. */
const marks = [
  { colour: 'user', shape: 'circle' },
  { colour: 'system', shape: 'square' },
  { colour: 'wire', shape: 'triangle-up' },
] as const;

export const requests: Chart = {
  id: 'requests',
  group: 'Audience and load',
  name: 'Requests a second',
  question: 'How many requests does a server answer, and who asks for how many?',
  answer(input) {
    const told = modes.flatMap((mode) => {
      const most = shown(input)
        .filter(({ workload }) => workload === mode)
        .sort((a, b) => b.median - a.median)[0];
      return most === undefined ? [] : [`${mode}: ${most.arm}, ${formatNumber(most.median)} requests/s`];
    });
    return told.length === 0 ? null : `Highest median, ${told.join('; ')}.`;
  },
  reading:
    'A GET of five bytes, by each generator in turns; a dot is the median of the repeats, the line its interval, each tick a repeat. Where the table says that the generator was at its limit, the figure is the generator’s and not the server’s. Below ours in the table is the one that the article’s figure stands in: of another machine, with more cores.',
  concerns: ({ probes }) => probes?.requests != null,
  spec(input) {
    const values = shown(input);
    if (values.length === 0) return null;
    const servers = [...new Set(values.map(({ server }) => server))];
    const x = {
      type: 'quantitative' as const,
      title: 'requests per second',
      axis: { format: ',~r', labelOverlap: true },
    };
    const byServer = (range: readonly string[]) => ({
      field: 'server',
      type: 'nominal' as const,
      scale: { domain: servers, range: [...range] },
      legend: null,
    });
    const color = byServer(servers.map((_, i) => themeColour(marks[i % marks.length]?.colour ?? 'reference')));
    const chart = {
      encoding: { y: { field: 'arm', type: 'nominal', sort: null, title: null } },
      layer: [
        trialTicks(x, color, tooltip({ arm: 'server and generator' }, { trial: 'one repeat, requests per second' })),
        ...estimates('x', {
          axis: x,
          looks: { color, shape: byServer(servers.map((_, i) => marks[i % marks.length]?.shape ?? 'circle')) },
          tooltip: tooltip({ arm: 'server and generator', workload: 'connection', shown: 'requests per second' }),
          size: 90,
        }),
      ],
    };
    return { $schema: schema, data: { values }, ...rowsPerWorkload(values, rowPx, chart, true) } as TopLevelSpec;
  },
  describe: (input) =>
    `Requests per second: ${shown(input)
      .map((one) => `${one.workload}, ${one.arm} ${formatPoint(one)}`)
      .join('; ')}`,
  table(input) {
    const head = [
      'server',
      'mode',
      'generator',
      'requests/s',
      'per server CPU s',
      'per generator CPU s',
      'bytes of a response',
      'at its limit',
    ];
    return { head, rows: [...rowsOf(input).map(ourCells), ...theirCells()] };
  },
};

function ourCells({ server, row }: { readonly server: string; readonly row: Row }): string[] {
  const of = (estimate: Estimate | null) => (estimate === null ? 'not measured' : interval(estimate));
  return [
    server,
    row.mode,
    row.generator,
    row.requestsPerS === null ? (row.failures[0] ?? 'not measured') : interval(row.requestsPerS),
    of(row.requestsPerServerCpuS),
    of(row.requestsPerGeneratorCpuS),
    row.bytesPerResponse === null ? 'not measured' : formatNumber(row.bytesPerResponse),
    limitWords[row.limit],
  ];
}

function theirCells(): string[][] {
  return Object.entries(publishedRequests).flatMap(([name, row]) => {
    const cells = [
      ['keep-alive', 'wrk', row.wrkKeepAlive],
      ['close', 'wrk', row.wrkClose],
      ['keep-alive', 'ab', row.abKeepAlive],
      ['close', 'ab', row.abClose],
    ] as const;
    return cells.map(([mode, tool, perS]) => [
      `theirs: ${name}`,
      mode,
      tool,
      formatNumber(perS),
      '',
      '',
      '',
      'not published',
    ]);
  });
}

function rowsOf({ probes }: ReportInput): { readonly server: string; readonly row: Row }[] {
  const targets = probes?.requests?.targets ?? [];
  return modes.flatMap((mode) =>
    targets.flatMap(({ subject, rows }) =>
      rows.filter((row) => row.mode === mode).map((row) => ({ server: subject, row })),
    ),
  );
}

function shown(input: ReportInput): Shown[] {
  return rowsOf(input).flatMap(({ server, row: { generator, mode, requestsPerS } }) =>
    requestsPerS === null
      ? []
      : [
          {
            arm: `${server} by ${generator}`,
            workload: mode,
            server,
            median: round(requestsPerS.median),
            low: round(requestsPerS.low),
            high: round(requestsPerS.high),
            shown: interval(requestsPerS),
            values: requestsPerS.values.map(round),
          },
        ],
  );
}

function interval({ median, low, high }: Estimate): string {
  return formatPoint({ median, low, high });
}
