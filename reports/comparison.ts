/** Two runs side by side as a page: what became better or worse, by how much, and how sure that is. */
import type { TopLevelSpec } from 'vega-lite';
import { type Comparison, type ComparisonRow, fixed } from '../harness/model.js';
import { schema } from './charts/scales.js';
import { formatNumber, round } from './data.js';
import { drawing, list, renderDocument, scrollTable } from './document.js';
import { type Html, html } from './html.js';

interface ComparisonInput {
  readonly comparison: Comparison;
  readonly version: string;
  /** Repeats it, as a user would type it. */
  readonly command: string;
}

export async function renderComparison({ comparison, version, command }: ComparisonInput): Promise<string> {
  const spec = forestSpec(comparison);
  const { a, b, environment, rows } = comparison;
  return renderDocument({
    title: `${a} against ${b}`,
    version,
    main: [
      html`<header><p class="eyebrow">pushlab · comparison</p>
<h1>What changed from ${a} (A) to ${b} (B)?</h1>
<p class="finding">${told(comparison)}</p></header>`,
      environment.length === 0
        ? html`<p>Nothing that matters differs between the two environments.</p>`
        : list('The environments differ, so that only bytes and useless polls are compared', environment),
      html`<section><figure><h2>By how much does B differ?</h2>
<figcaption class="reading prose">Each mark is the difference B − A as a share of A, the bar its interval; whatever crosses the line at zero is tied. Figures of which A has none or zero are in the table only.</figcaption>
${await drawing('forest', told(comparison), spec)}</figure></section>`,
      html`<section><h2>All figures</h2>${scrollTable('All figures', {
        head: ['arm', 'metric', 'A', 'B', 'B − A', 'interval', 'share', 'effect', 'verdict'],
        rows: rows.map(cells),
      })}
<p class="note">Effect is Cliff’s delta. Pairs are repetitions in which both runs were sent the same updates; without them the difference is the Hodges–Lehmann shift.</p></section>`,
      html`<section><h2>How to repeat it</h2><pre><code>${command}</code></pre></section>`,
    ] satisfies Html[],
    charts: spec === null ? [] : [{ id: 'forest', spec }],
  });
}

function told({ rows, expectedByChance }: Comparison): string {
  const count = (verdict: ComparisonRow['verdict']) => rows.filter((row) => row.verdict === verdict).length;
  return `${count('better')} better, ${count('worse')} worse, ${count('tied')} tied, ${count('not comparable')} not comparable. Two runs of the same thing would differ in about ${formatNumber(expectedByChance)} of these figures by chance.`;
}

function cells(row: ComparisonRow): string[] {
  const number = (value: number | null) => (value === null ? 'not measured' : formatNumber(value));
  return [
    row.arm,
    row.metric,
    number(row.a),
    number(row.b),
    row.difference === null ? '' : formatNumber(row.difference),
    row.interval === null ? '' : `${formatNumber(row.interval[0])} to ${formatNumber(row.interval[1])}`,
    row.relative === null ? '' : `${formatNumber(row.relative * 100)} %`,
    row.effect === null ? '' : fixed(row.effect, 2),
    row.why === null ? row.verdict : `${row.verdict}: ${row.why}`,
  ];
}

/** Null when no figure can be told as a share. */
function forestSpec({ rows }: Comparison): TopLevelSpec | null {
  const values = rows.flatMap(({ arm, metric, relative, interval, a, verdict }) =>
    relative === null || interval === null || a === null
      ? []
      : [
          {
            arm,
            metric,
            verdict,
            share: round(relative * 100),
            low: round((interval[0] / a) * 100),
            high: round((interval[1] / a) * 100),
          },
        ],
  );
  if (values.length === 0) return null;
  const color = {
    field: 'verdict',
    type: 'nominal',
    scale: {
      domain: ['better', 'tied', 'worse'],
      range: ['theme:http-stream', 'theme:reference', 'theme:conditional-polling'],
    },
    legend: { title: null },
  };
  const shape = {
    ...color,
    scale: { domain: ['better', 'tied', 'worse'], range: ['triangle-down', 'circle', 'triangle-up'] },
  };
  const x = { type: 'quantitative', title: 'B − A, % of A' };
  return {
    $schema: schema,
    data: { values },
    facet: { row: { field: 'metric', type: 'nominal', title: null } },
    resolve: { scale: { x: 'independent' } },
    spec: {
      width: 460,
      height: { step: 18 },
      encoding: { y: { field: 'arm', type: 'nominal', title: null } },
      layer: [
        { mark: { type: 'rule', strokeDash: [3, 3], color: 'theme:reference' }, encoding: { x: { datum: 0 } } },
        {
          mark: { type: 'rule', strokeWidth: 3, opacity: 0.6 },
          encoding: { x: { ...x, field: 'low' }, x2: { field: 'high' }, color },
        },
        {
          mark: { type: 'point', filled: true, size: 70, opacity: 1 },
          encoding: { x: { ...x, field: 'share' }, color, shape },
        },
      ],
    },
  } as unknown as TopLevelSpec;
}
