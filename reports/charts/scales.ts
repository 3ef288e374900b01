/** How arms look, and what axes and tooltips say: what every chart has in common with every other. */
import { presentArms, type ReportInput, variantsOf } from '../data.js';
import { dashes, shapes, themeColour, variantDashes, variantShapes } from '../theme.js';

export const schema = 'https://vega.github.io/schema/vega-lite/v6.json';

/** Shapes without a stroke: dashed all round, they could not be told from one another. */
const legend = { title: null, symbolStrokeWidth: 0 };

interface OfAnArm {
  readonly arm: string;
}

/**
 * Colour, shape and dash of the arms that rows show. A legend lists those and no others.
 *
 * Each arm has its transport's looks, so variants of a transport share them, and want panels or rows of their own.
 */
export function looksOf(input: ReportInput, rows: readonly OfAnArm[], withLegend = false) {
  const shown = new Set(rows.map(({ arm }) => arm));
  const arms = presentArms(input).filter(({ title }) => shown.has(title));
  const order = arms.map(({ title }) => title);
  const by = (range: readonly unknown[]) => ({
    field: 'arm',
    type: 'nominal' as const,
    scale: { domain: order, range: [...range] },
    legend: withLegend ? legend : null,
  });
  return {
    order,
    color: by(arms.map(({ transport }) => themeColour(transport))),
    shape: by(arms.map(({ transport }) => shapes[transport])),
    strokeDash: by(arms.map(({ transport }) => [...dashes[transport]])),
  };
}

/** Where a panel holds the variants of one transport: they differ by dash and shape. */
export function variantLooks(input: ReportInput) {
  const domain = variantsOf(input);
  // Without a colour of their own symbols would be black, on dark ground too.
  const visible = { ...legend, symbolFillColor: 'theme:reference' };
  const by = (range: readonly unknown[]) => ({
    field: 'variant',
    type: 'nominal' as const,
    scale: { domain, range: domain.map((_, i) => range[i % range.length]) },
    legend: visible,
  });
  return { strokeDash: by(variantDashes), shape: by(variantShapes) };
}

/** A measured quantity along an axis; every title ends in its unit. */
export function quantity(title: string, log = false) {
  return {
    type: 'quantitative' as const,
    title,
    scale: log ? { type: 'log' as const, nice: false, padding: 8 } : { zero: true },
  };
}

/** Numbers that have no interval to take their digits from: three that count, and thousands apart. */
const numberFormat = ',.3~r';

/**
 * What pointing at a mark tells, in the order given: field → its title, with the unit. Texts are shown as they stand in
 * the row; fields listed as numbers are formatted.
 */
export function tooltip(titles: Readonly<Record<string, string>>, numbers: Readonly<Record<string, string>> = {}) {
  return [
    ...Object.entries(titles).map(([field, title]) => ({ field, type: 'nominal' as const, title })),
    ...Object.entries(numbers).map(([field, title]) => ({
      field,
      type: 'quantitative' as const,
      title,
      format: numberFormat,
    })),
  ];
}
