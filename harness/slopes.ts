/** What one more connection costs in memory: a line through arms that differ in their number of subscribers only. */
import type { Workload } from '../contract/trial.js';
import type { Arm, MetricId, Plan, Slope } from './model.js';
import { median, medianInterval } from './stats.js';

/** Memory of each end by its own count, and of the kernel for both ends together. */
const sloped: readonly MetricId[] = [
  'serverAnonymousBytes',
  'generatorAnonymousBytes',
  'kernelSocketBytes',
  'idleServerAnonymousBytes',
  'idleGeneratorAnonymousBytes',
  'idleKernelSocketBytes',
];

/** A line needs two counts; the slope's interval comes from the repetitions, each with a line of its own. */
export function slopes(plan: Plan, arms: readonly Arm[]): Slope[] {
  // A count whose trials all failed does not take the line away from the others.
  const measured = arms.filter(({ trials }) => trials > 0);
  return groups(plan, measured).flatMap((group) =>
    sloped.flatMap((metric) => {
      const slope = slopeOf(group, metric);
      return slope === null ? [] : [slope];
    }),
  );
}

interface Counted {
  readonly arm: Arm;
  readonly subscribers: number;
}

/** Arms of one transport, client and subject whose workloads are the same but for subscribers. */
function groups(plan: Plan, arms: readonly Arm[]): Counted[][] {
  const byLikeness = new Map<string, Counted[]>();
  for (const arm of arms) {
    const {
      id: _id,
      title: _title,
      subscribers,
      ...rest
    } = plan.workloads.find(({ id }) => id === arm.workloadId) as Workload;
    const likeness = JSON.stringify([arm.transport, arm.client, arm.subject, rest]);
    byLikeness.set(likeness, [...(byLikeness.get(likeness) ?? []), { arm, subscribers }]);
  }
  return [...byLikeness.values()].filter((group) => new Set(group.map(({ subscribers }) => subscribers)).size > 1);
}

function slopeOf(group: readonly Counted[], metric: MetricId): Slope | null {
  const repetitions = new Set(group.flatMap(({ arm }) => arm.repetitions));
  const values = [...repetitions].flatMap((repetition) => {
    const points = group.flatMap(({ arm, subscribers }): [number, number][] => {
      const value = valueIn(arm, metric, repetition);
      return value === null ? [] : [[subscribers, value]];
    });
    return points.length < group.length ? [] : [leastSquaresSlope(points)];
  });
  const [first] = group;
  if (values.length === 0 || first === undefined) return null;
  const { transport, client, subject } = first.arm;
  return {
    metric,
    transport,
    client,
    subject,
    subscribers: group.map(({ subscribers }) => subscribers).sort((a, b) => a - b),
    perSubscriber: { median: median(values), ...medianInterval(values), values },
  };
}

function valueIn(arm: Arm, metric: MetricId, repetition: number): number | null {
  const values = arm.metrics[metric]?.values;
  if (values?.length !== arm.repetitions.length) return null;
  return values[arm.repetitions.indexOf(repetition)] ?? null;
}

/** @param points at least two different x */
function leastSquaresSlope(points: readonly (readonly [number, number])[]): number {
  const mean = (pick: (point: readonly [number, number]) => number) =>
    points.reduce((sum, point) => sum + pick(point), 0) / points.length;
  const [meanX, meanY] = [mean(([x]) => x), mean(([, y]) => y)];
  const covariance = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  return covariance / points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
}
