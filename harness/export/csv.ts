/** Tidy tables: one row a trial, or one a delivery, and the unit of each figure in its column's name. */
import type { Workload } from '../../contract/trial.js';
import { metrics } from '../metrics.js';
import { metricIds, type Plan, type SamplesFile, type Summary, type TrialRecord } from '../model.js';

type Cell = string | number | null;

const trialColumns = ['trial', 'workload', 'transport', 'client', 'subject', 'repetition', 'seed'] as const;

/** Every recorded trial, counted or not; a figure that was not measured is an empty cell. */
export function trialsCsv(plan: Plan, records: readonly TrialRecord[], { excluded }: Summary): string {
  const head = [...trialColumns, 'startedAt', 'elapsedMs', 'status', 'leftOutBecause', 'warnings', ...metricIds];
  const rows = records.map((record): Cell[] => {
    const { trial } = record;
    const workload = plan.workloads.find(({ id }) => id === trial.workloadId) as Workload;
    return [
      ...identity(record),
      record.startedAt,
      record.elapsedMs,
      record.status,
      excluded.find(({ trialId }) => trialId === trial.id)?.reason ?? '',
      [...new Set(record.warnings.map(({ kind }) => kind))].join(' '),
      ...metricIds.map((id) => (record.status === 'ok' ? metrics[id](record, workload) : null)),
    ];
  });
  return csv([head, ...rows]);
}

/** Deliveries that were kept one by one; times in µs after the window's start. */
export function samplesCsv(records: readonly TrialRecord[], samplesOf: (record: TrialRecord) => SamplesFile): string {
  const head = [...trialColumns, 'subscriber', 'seq', 'intendedUs', 'publishedUs', 'receivedUs', 'latencyUs'];
  const rows = records
    .filter(({ status }) => status === 'ok')
    .flatMap((record) =>
      samplesOf(record).rows.map(([subscriber, seq, intendedUs, publishedUs, receivedUs]): Cell[] => [
        ...identity(record),
        subscriber,
        seq,
        intendedUs,
        publishedUs,
        receivedUs,
        Number((receivedUs - intendedUs).toFixed(1)),
      ]),
    );
  return csv([head, ...rows]);
}

function identity({ trial }: TrialRecord): Cell[] {
  const { id, workloadId, transport, client, subject, repetition, seed } = trial;
  return [id, workloadId, transport, client, subject, repetition, seed];
}

/** RFC 4180, with a bare line feed as most readers have it. */
function csv(rows: readonly (readonly Cell[])[]): string {
  return rows.map((row) => `${row.map(cell).join(',')}\n`).join('');
}

function cell(value: Cell): string {
  if (value === null) return '';
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
