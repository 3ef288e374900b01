/** Marks that charts share: an estimate with its interval, the trials it came from, a line of reference. */
interface Drawn {
  /** The axis the estimate lies along, as `quantity` has it. */
  readonly axis: object;
  readonly looks: { readonly color: object; readonly shape: object };
  readonly tooltip: readonly object[];
  /** The other axis, where it is not the chart's own. */
  readonly at?: object;
  readonly size?: number;
}

/** A dot at `median` on a bar from `low` to `high`. */
export function estimates(along: 'x' | 'y', { axis, looks: { color, shape }, tooltip, at = {}, size = 70 }: Drawn) {
  return [
    {
      mark: { type: 'rule', strokeWidth: 3, opacity: 0.55 },
      encoding: { ...at, [along]: { ...axis, field: 'low' }, [`${along}2`]: { field: 'high' }, color, tooltip },
    },
    {
      mark: { type: 'point', filled: true, size, opacity: 1 },
      encoding: { ...at, [along]: { ...axis, field: 'median' }, color, shape, tooltip },
    },
  ];
}

/** Every trial, outliers too: the interval alone would hide what it came from. */
export function trialTicks(axis: object, color: object, tooltip: readonly object[]) {
  return {
    transform: [{ flatten: ['values'], as: ['trial'] }],
    mark: { type: 'tick' as const, thickness: 1.5, size: 14, opacity: 0.8 },
    encoding: { x: { ...axis, field: 'trial' }, color, tooltip },
  };
}

/** For a mark of reference: drawn once, and not once for each row of the chart. */
export const once = { data: { values: [{}] } };

/** Rows of several kinds stand in one table; those without the field would break a line. */
export function having(field: string) {
  return { transform: [{ filter: `isValid(datum.${field})` }] };
}
