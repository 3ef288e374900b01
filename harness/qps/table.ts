/** The table of a QPS measurement: every generator, what it reached, what that cost, and who was at the limit. */
import { ownGenerator, type SocketCalls } from '../../contract/qps.js';
import { formatTable } from '../columns.js';
import { formatCount } from '../model.js';
import { estimated, inDigits } from '../numbers.js';
import { describeInterval } from '../stats.js';
import { plainTerminal, type Terminal, wrapped } from '../terminal.js';
import { disturbedShare, isDisturbed, measuredOf } from './disturbed.js';
import type { Qps, Row } from './model.js';

const limitWords: Readonly<Record<Row['limit'], string>> = {
  generator: 'the generator',
  server: 'the server',
  both: 'both',
  neither: 'neither',
  unknown: 'not measured',
};

const engineWords: Readonly<Record<SocketCalls, string>> = {
  io_uring: 'io_uring',
  bare: 'libuv',
  documented: 'libuv (net.Socket)',
};

export function formatQps(qps: Qps, terminal: Terminal = plainTerminal): string {
  return [
    wrapped(titleOf(qps), terminal, 2),
    formatTable(qpsTable(qps), { terminal, names: 2 }),
    '',
    ...notesOf(qps).map((note) => wrapped(note, terminal, 2)),
    '',
  ].join('\n');
}

/** A row for each generator and mode, under a row of titles. */
export function qpsTable({ rows }: Qps): string[][] {
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
    formatCount(row.connections),
    row.requestsPerS === null ? 'failed' : estimated(row.requestsPerS),
    row.requestsPerGeneratorCpuS === null ? '—' : formatCount(row.requestsPerGeneratorCpuS.median),
    row.toOwn === null ? '' : estimated(row.toOwn),
    row.requestsPerServerCpuS === null ? '—' : formatCount(row.requestsPerServerCpuS.median),
    figure(row.bytesPerResponse),
    figure(row.bytesPerRequest),
    figure(row.latency.meanUs),
    figure(row.latency.p50Us),
    figure(row.latency.p99Us),
    figure(row.latency.p999Us),
    limitWords[row.limit],
    row.littlesLaw === null ? '—' : inDigits(row.littlesLaw, 3),
    errorsOf(row),
  ]);
  return [head, ...lines];
}

/** What was asked, and how, in one line. */
export function titleOf({ target, settings, interrupted }: Qps): string {
  const { rateHz, durationS, repeats, threads, pipeline } = settings;
  const model =
    rateHz === null ? 'closed model' : `open model, ${formatCount(rateHz)} requests/s offered by ${ownGenerator}`;
  const parts = [
    model,
    `${durationS} s × ${repeats}`,
    `${threads} generator ${threads === 1 ? 'process' : 'processes'}`,
  ];
  if (pipeline > 1) parts.push(`${pipeline} requests in a row`);
  if (interrupted) parts.push('interrupted');
  return `GET ${target.url}: ${parts.join(', ')}`;
}

/** What one has to know of the figures, one line each. */
export function notesOf({ rows, blocks, tools, settings, target, serverCores, generatorCores }: Qps): string[] {
  const lines = [`QPS: median [low–high], ${describeInterval(Math.max(0, ...rows.map((row) => row.blocks)))}`];
  const engines = [...new Set(blocks.flatMap(({ measured }) => measured?.sockets ?? []))];
  if (engines.length > 0) lines.push(`generator engine: ${engines.map((calls) => engineWords[calls]).join(', ')}`);
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
  const measured = measuredOf(blocks);
  const noisy = measured.filter(isDisturbed).length;
  if (noisy > 0)
    lines.push(
      `in ${noisy} of ${measured.length} blocks something else took more than ${disturbedShare * 100} % of the cores (machine-noise)`,
    );
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
  const kinds = Object.entries(errors).map(([kind, count]) => `${formatCount(count)} ${kind}`);
  return kinds.length === 0 ? '0' : kinds.join(', ');
}

function figure(value: number | null): string {
  return value === null ? '—' : formatCount(value);
}
