/** Pairs of arms set against each other: what differs, by how much, and what only seems to. */
import { type Contrast, fixed } from '../harness/model.js';
import { armTitle, formatNumber, formatPoint, type ReportInput } from './data.js';
import { scrollTable } from './document.js';
import { findingColumns } from './findings.js';
import { type Html, html } from './html.js';

export function differences(input: ReportInput): Html | null {
  const { contrasts } = input.summary;
  const [first] = contrasts;
  if (first === undefined) return null;
  const apart = contrasts.filter(({ verdict }) => verdict === 'lower' || verdict === 'higher').length;
  const tied = contrasts.filter(({ verdict }) => verdict === 'tied').length;
  const told =
    apart + tied === 0
      ? 'Fewer than three repetitions of any two arms pair up: nothing is said of their differences.'
      : `${apart} of ${apart + tied} paired differences exclude zero, ${tied} are tied. Each is taken within a repetition, in which both arms were sent the same updates, so it can be certain where two intervals overlap; of differences between equal arms about ${formatNumber((1 - first.confidence) * 100)} % would exclude zero too.`;
  return html`<section id="differences"><h2>Which differences are real?</h2>
<p class="reading prose">${told}</p>
${findingColumns.map(({ title, metric, scale }) => {
  const rows = contrasts.filter((contrast) => contrast.metric === metric);
  if (rows.length === 0) return '';
  return html`<details id="pairs-${metric}"><summary>${title}: ${rows.length} pairs</summary>${scrollTable(
    `Differences: ${title}`,
    {
      head: [
        ...(input.plan.workloads.length > 1 ? ['workload'] : []),
        'this arm',
        'against',
        'lies by',
        'ratio',
        'effect',
        'verdict',
      ],
      rows: rows.map((row) => cells(input, row, scale)),
    },
  )}</details>`;
})}
<p class="note">Effect is Cliff’s delta: ±1 when all values of one arm lie above all of the other, 0 when neither tends to. A difference between two latencies that is smaller than the instrument’s resolution is tied, whatever its interval says.</p></section>`;
}

function cells(input: ReportInput, row: Contrast, scale: number): string[] {
  const { plan, summary } = input;
  const title = (key: string) => {
    const arm = summary.arms.find((candidate) => candidate.key === key);
    return arm === undefined ? key : armTitle(arm, summary);
  };
  const { median, low, high } = row.difference;
  return [
    ...(plan.workloads.length > 1 ? [plan.workloads.find(({ id }) => id === row.workloadId)?.title ?? ''] : []),
    title(row.b),
    title(row.a),
    formatPoint({ median: median * scale, low: low * scale, high: high * scale }),
    row.ratio === null ? '—' : `${formatPoint(row.ratio)} ×`,
    fixed(row.effect, 2),
    row.verdict,
  ];
}
