/** The table of a QPS measurement: every generator, what it reached, what that cost, and who was at the limit. */
import type { Estimate } from '../model.js';
import { describeInterval } from '../stats.js';
import { formatTable } from '../table.js';
import { ownGenerator, type Qps, type Row } from './model.js';

const limitWords: Readonly<Record<Row['limit'], string>> = {
  generator: 'the generator',
  server: 'the server',
  both: 'both',
  neither: 'neither',
  unknown: 'not measured',
};

export function formatQps(qps: Qps): string {
  const { settings, rows, target } = qps;
  const head = [
    'generator',
    'mode',
    'connections',
    'QPS',
    'per generator CPU s',
    'ours ÷ it',
    'per server CPU s',
    'B down',
    'B up',
    'mean µs',
    'p50',
    'p99',
    'p99.9',
    'limit',
    'Little',
    'errors',
  ];
  const lines = rows.map((row) => [
    row.generator,
    row.mode,
    String(row.connections),
    row.requestsPerS === null ? 'failed' : interval(row.requestsPerS, thousands),
    row.requestsPerGeneratorCpuS === null ? '—' : thousands(row.requestsPerGeneratorCpuS.median),
    row.toOwn === null ? '' : interval(row.toOwn, (value) => value.toFixed(2)),
    row.requestsPerServerCpuS === null ? '—' : thousands(row.requestsPerServerCpuS.median),
    figure(row.bytesPerResponse, 0),
    figure(row.bytesPerRequest, 0),
    figure(row.latency.meanUs, 0),
    figure(row.latency.p50Us, 0),
    figure(row.latency.p99Us, 0),
    figure(row.latency.p999Us, 0),
    limitWords[row.limit],
    figure(row.littlesLaw, 2),
    errorsOf(row),
  ]);
  return [titleOf(target.url, settings, qps.interrupted), formatTable([head, ...lines]), '', ...notes(qps), ''].join(
    '\n',
  );
}

function titleOf(url: string, settings: Qps['settings'], interrupted: boolean): string {
  const { rateHz, durationS, repeats, threads, pipeline } = settings;
  const model =
    rateHz === null ? 'closed model' : `open model, ${thousands(rateHz)} requests/s offered by ${ownGenerator}`;
  const parts = [
    model,
    `${durationS} s × ${repeats}`,
    `${threads} generator ${threads === 1 ? 'process' : 'processes'}`,
  ];
  if (pipeline > 1) parts.push(`${pipeline} requests in a row`);
  if (interrupted) parts.push('interrupted');
  return `GET ${url}: ${parts.join(', ')}`;
}

function notes({ rows, tools, settings, target, serverCores, generatorCores }: Qps): string[] {
  const lines = [`QPS: median [low–high], ${describeInterval(Math.max(0, ...rows.map(({ blocks }) => blocks)))}`];
  const missing = tools.filter(({ path }) => path === null).map(({ id }) => id);
  if (missing.length > 0) lines.push(`not on the PATH, so left out: ${missing.join(', ')}`);
  for (const row of rows) {
    for (const failure of row.failures) lines.push(`${row.generator}, ${row.mode}: ${failure}`);
    for (const [kind, example] of Object.entries(row.errorExamples))
      lines.push(`${row.generator}, ${row.mode}: first ${kind} error: ${example}${hint(example)}`);
  }
  if (rows.some(({ limit }) => limit === 'generator' || limit === 'both'))
    lines.push('limit: where the generator was at 90 % of its core or more, QPS is its own figure, not the server’s');
  if (settings.rateHz === null)
    lines.push('latency of a closed model: a slow server is asked less often; --rate measures from intended times');
  else lines.push(`latency of ${ownGenerator} counts from when a request was due; other tools ran closed`);
  if (target.subject === null && target.serverPids === 0)
    lines.push('server CPU not measured: no local process was found behind that port');
  if (serverCores === null && generatorCores === null) lines.push('not pinned: server and generator share cores');
  return lines;
}

/** What to do about it, where that is known. */
function hint(example: string): string {
  if (/EMFILE|ENFILE/.test(example))
    return ' (too many open files: raise the limit with ulimit -n, or use fewer --connections)';
  if (/EADDRNOTAVAIL|EADDRINUSE/.test(example))
    return ' (no local port is free: widen net.ipv4.ip_local_port_range, or use fewer --connections)';
  return '';
}

function errorsOf({ errors }: Row): string {
  const kinds = Object.entries(errors).map(([kind, count]) => `${count} ${kind}`);
  return kinds.length === 0 ? '0' : kinds.join(', ');
}

/** `1.23 [1.10–1.40]`; one value alone has no interval. */
function interval({ median, low, high, values }: Estimate, format: (value: number) => string): string {
  return values.length < 2 ? format(median) : `${format(median)} [${format(low)}–${format(high)}]`;
}

function figure(value: number | null, decimals: number): string {
  return value === null ? '—' : value.toFixed(decimals);
}

function thousands(value: number): string {
  return Math.round(value).toLocaleString('en');
}
