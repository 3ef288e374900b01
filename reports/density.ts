/**
 * The density of a distribution that is known by its quantiles, along the logarithm of its values: latencies span several
 * powers of ten, and their charts are logarithmic.
 *
 * Between two neighbouring quantiles lies their difference in probability. Each such mass is put in the middle of the two
 * and spread by a Gaussian kernel: f(x) = Σ mass / h · φ((x − middle) / h), the kernel estimate with the masses in the
 * place of 1/n (B. W. Silverman, "Density Estimation for Statistics and Data Analysis", 1986, eq. 2.2a). Its width is the
 * same book's rule of thumb, h = 0.9 · min(σ, IQR / 1.34) · n^(−1/5) (eq. 3.31), with n the number of values that the
 * quantiles came from; but never less than half of the step that the mass lies in, of whose inside nothing is known.
 */

/** Quantile (0–1) and value, ascending. */
export type Quantiles = readonly (readonly [q: number, value: number])[];

export interface DensityPoint {
  readonly value: number;
  /** Share of the whole per factor of ten. */
  readonly density: number;
}

/** Histograms keep three digits: nothing narrower than a hundredth of a factor of ten is worth drawing. */
const leastWidth = 0.01;
/** The last half percent would take most of the axis, and none of it would be seen to be above zero. */
const last = 0.995;
/** Kernel widths beyond the first and last value: a Gaussian is a ninetieth of its peak there. */
const margin = 3;

/**
 * @param values how many the quantiles came from
 * @param places at which it is evaluated, in equal steps of the logarithm
 * @returns nothing for no values; values at or below zero have no logarithm and are left out
 */
export function density(quantiles: Quantiles, values: number, places: number): DensityPoint[] {
  const logs = quantiles
    .filter(([q, value]) => q <= last && value > 0)
    .map(([q, value]): [number, number] => [q, Math.log10(value)]);
  const masses = massesOf(logs);
  const [first, end] = [masses[0], masses.at(-1)];
  if (first === undefined || end === undefined) return [];
  const width = widthOf(masses, values);
  const own = ({ step }: Mass) => Math.max(width, step / 2);
  const [from, to] = [first.middle - margin * own(first), end.middle + margin * own(end)];
  return Array.from({ length: places }, (_, i) => {
    const x = from + ((to - from) * i) / (places - 1);
    const parts = masses.map((one) => (one.mass / own(one)) * normal((x - one.middle) / own(one)));
    return { value: 10 ** x, density: parts.reduce((sum, part) => sum + part, 0) };
  });
}

interface Mass {
  readonly mass: number;
  readonly middle: number;
  /** From one quantile to the next. */
  readonly step: number;
}

/** Together they are 1, whatever the quantiles leave out at their ends. */
function massesOf(logs: readonly (readonly [number, number])[]): Mass[] {
  const between = logs.slice(1).map(([q, value], i): Mass => {
    const [before, lower] = logs[i] as readonly [number, number];
    return { mass: q - before, middle: (lower + value) / 2, step: value - lower };
  });
  const whole = between.reduce((sum, { mass }) => sum + mass, 0);
  if (whole <= 0) return logs.slice(0, 1).map(([, value]) => ({ mass: 1, middle: value, step: 0 }));
  return between.map((one) => ({ ...one, mass: one.mass / whole }));
}

function widthOf(masses: readonly Mass[], values: number): number {
  const mean = masses.reduce((sum, { mass, middle }) => sum + mass * middle, 0);
  const deviation = Math.sqrt(masses.reduce((sum, { mass, middle }) => sum + mass * (middle - mean) ** 2, 0));
  const quartiles = (at(masses, 0.75) - at(masses, 0.25)) / 1.34;
  const spread = quartiles > 0 ? Math.min(deviation, quartiles) : deviation;
  return Math.max(leastWidth, 0.9 * spread * Math.max(1, values) ** -0.2);
}

/** The middle of the mass at which a share of all is reached. */
function at(masses: readonly Mass[], share: number): number {
  let sum = 0;
  for (const { mass, middle } of masses) {
    sum += mass;
    if (sum >= share) return middle;
  }
  return masses.at(-1)?.middle ?? 0;
}

function normal(z: number): number {
  return Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
}
