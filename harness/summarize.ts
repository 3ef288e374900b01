/**
 * From trials to arms: what the repeats of one transport × client × subject × workload say together.
 *
 * Pure: the same plan and records give the same summary, so yesterday's trials can be summarized by
 * tomorrow's code. Trials that disqualified themselves are left out and listed, never averaged in.
 */
import type hdr from 'hdr-histogram-js';
import { pageFeatures } from '../contract/clients.js';
import type { EncodedHistogram, TrialPlan, Workload } from '../contract/trial.js';
import { whyNotRunnable } from './browser/plan-check.js';
import { contrasts } from './contrast.js';
import { resolutionUs } from './floor/resolution.js';
import { decode, metrics } from './metrics.js';
import {
  type Arm,
  type Estimate,
  type Floor,
  type MetricId,
  methodVersion,
  metricIds,
  type OkTrial,
  type Plan,
  type Summary,
  type TrialRecord,
} from './model.js';
import { slopes } from './slopes.js';
import { confidenceOf, describeInterval, median, medianInterval } from './stats.js';

/**
 * @param floor what the instrument measured of itself before the run, or null
 * @param probes what became of what was to be measured beside the trials
 */
export function summarize(
  plan: Plan,
  records: readonly TrialRecord[],
  floor: Floor | null = null,
  probes: Summary['probes'] = [],
): Summary {
  const recorded = new Set(records.map(({ trial }) => trial.id));
  const excluded = records.flatMap(whyExcluded);
  const excludedIds = new Set(excluded.map(({ trialId }) => trialId));
  const counted = records
    .filter((record): record is OkTrial => record.status === 'ok' && !excludedIds.has(record.trial.id))
    .sort((a, b) => a.trial.repetition - b.trial.repetition);
  const arms = armKeysOf(plan).map((key) =>
    summarizeArm(
      plan,
      key,
      counted.filter(({ trial }) => armKey(trial) === key),
    ),
  );
  const resolution = floor === null ? null : resolutionUs(floor);
  const numbers = arms.map(({ trials }) => trials).filter((trials) => trials > 0);
  // Every arm has its own number of trials; the weakest interval is the one to speak of.
  const fewest = Math.min(...numbers, plan.repeats);
  return {
    methodVersion,
    runId: plan.runId,
    confidence: confidenceOf(fewest),
    intervalMethod: describeInterval(fewest, Math.max(fewest, ...numbers)),
    planned: plan.trials.length,
    arms,
    pages: pagesOf(counted),
    contrasts: contrasts(arms, resolution ?? 0),
    slopes: slopes(plan, arms),
    floor,
    resolutionUs: resolution,
    metering: meteringOf(records, floor),
    excluded,
    notRun: plan.trials
      .filter(({ id }) => !recorded.has(id))
      .map((trial) => ({ trialId: trial.id, reason: whyNotRunnable(plan, trial) ?? 'the run ended before it' })),
    probes,
    warnings: records.flatMap((record) => record.warnings.map((warning) => ({ trialId: record.trial.id, warning }))),
  };
}

/** `workload/transport/client/subject`: what makes two trials repeats of one another. */
export function armKey(trial: TrialPlan): string {
  return `${trial.workloadId}/${trial.transport}/${trial.client}/${trial.subject}`;
}

function armKeysOf(plan: Plan): string[] {
  const inSuiteOrder = plan.trials.filter(({ repetition }) => repetition === 0);
  return [...new Set(inSuiteOrder.map(armKey))];
}

/** Updates are an open loop always; interval polls are one only when they keep to a schedule. */
function loopOf({ transport }: TrialPlan, { poll }: Workload): Arm['loop'] {
  const polls = transport === 'polling' || transport === 'conditional-polling';
  return polls && poll.pacing === 'response-end' ? 'closed' : 'open';
}

function whyExcluded(record: TrialRecord): Summary['excluded'] {
  const trialId = record.trial.id;
  if (record.status === 'failed')
    return [{ trialId, reason: `failed (${record.failure.kind}): ${record.failure.message}` }];
  const disqualifying = record.warnings.find((warning) => warning.disqualifying);
  return disqualifying === undefined ? [] : [{ trialId, reason: disqualifying.message }];
}

function summarizeArm(plan: Plan, key: string, trials: readonly OkTrial[]): Arm {
  const planned = plan.trials.find((trial) => armKey(trial) === key) as TrialPlan;
  const workload = plan.workloads.find(({ id }) => id === planned.workloadId) as Workload;
  return {
    key,
    workloadId: planned.workloadId,
    transport: planned.transport,
    client: planned.client,
    subject: planned.subject,
    loop: loopOf(planned, workload),
    trials: trials.length,
    repetitions: trials.map(({ trial }) => trial.repetition),
    metrics: estimates(trials, workload),
    latencyQuantiles: quantiles(trials.map(({ client }) => client.latency)),
    trialLatencyQuantiles: trials.map(({ client }) => fewQuantiles(client.latency)),
    serviceLatencyQuantiles: quantiles(trials.map(({ client }) => client.serviceLatency)),
    stalenessQuantiles: quantiles(trials.map(({ client }) => client.staleness)),
    deliveriesPerS: deliveriesPerS(trials, workload),
    counts: {
      expected: total(trials, ({ client }) => client.expected),
      delivered: total(trials, ({ client }) => client.delivered),
      lost: total(trials, ({ client }) => client.lost),
      superseded: total(trials, ({ client }) => client.superseded),
      duplicate: total(trials, ({ client }) => client.duplicate),
      outOfOrder: total(trials, ({ client }) => client.outOfOrder),
      reconnects: total(trials, ({ client }) => client.reconnects),
      errors: total(trials, ({ client }) => Object.values(client.errors).reduce((sum, n) => sum + n, 0)),
      droppedSlow: total(trials, ({ server }) => server.droppedSlow),
      noticed: total(trials, ({ client }) => client.disruptions.noticed),
      resumed: total(trials, ({ client }) => client.disruptions.resumed),
    },
  };
}

function estimates(trials: readonly OkTrial[], workload: Workload): Arm['metrics'] {
  const found: Partial<Record<MetricId, Estimate>> = {};
  for (const id of metricIds) {
    const values = trials.map((trial) => metrics[id](trial, workload)).filter((value) => value !== null);
    if (values.length > 0) found[id] = { median: median(values), ...medianInterval(values), values };
  }
  return found;
}

function pagesOf(trials: readonly OkTrial[]): Summary['pages'] {
  const browsers = trials.flatMap(({ client }) => (client.browser === null ? [] : [client.browser]));
  if (browsers.length === 0) return null;
  const features = pageFeatures.map((name) => [name, browsers.every((browser) => browser.features[name])]);
  return { versions: [...new Set(browsers.map(({ version }) => version))], features: Object.fromEntries(features) };
}

/** What being careful cost: the floor and the readings, beside everything the run took. */
function meteringOf(records: readonly TrialRecord[], floor: Floor | null): Summary['metering'] {
  const readingsUs = records.flatMap((record) => (record.status === 'ok' ? [record.metering.elapsedUs] : []));
  if (readingsUs.length === 0) return { perTrialUs: null, share: null };
  const floorUs = (floor?.elapsedMs ?? 0) * 1000;
  const trialsUs = records.reduce((sum, { elapsedMs }) => sum + elapsedMs * 1000, 0);
  const spentUs = floorUs + readingsUs.reduce((sum, us) => sum + us, 0);
  return { perTrialUs: median(readingsUs), share: spentUs / (floorUs + trialsUs) };
}

/** Where a distribution is read: every half percent, and ever finer into the tail. */
const quantileGrid: readonly number[] = [
  ...Array.from({ length: 199 }, (_, i) => i / 200),
  0.995,
  0.9975,
  0.999,
  0.9995,
  0.9999,
  1,
];

/** All trials' values together: the shape of the distribution, without an interval. */
function quantiles(histograms: readonly EncodedHistogram[]): [number, number][] {
  const merged = merge(histograms);
  if (merged === null) return [];
  // A quantile finer than one value of the distribution would only repeat its maximum.
  return quantileGrid
    .filter((q) => q === 1 || (1 - q) * merged.totalCount >= 1)
    .map((q) => [q, merged.getValueAtPercentile(q * 100)]);
}

/** Of one trial: its middle, the half of its values around that, and nine tenths of them. */
const trialQuantileGrid: readonly number[] = [0.05, 0.25, 0.5, 0.75, 0.95];

function fewQuantiles(histogram: EncodedHistogram): [number, number][] {
  if (histogram.count === 0) return [];
  const decoded = decode(histogram);
  return trialQuantileGrid.map((q) => [q, decoded.getValueAtPercentile(q * 100)]);
}

function merge(histograms: readonly EncodedHistogram[]): hdr.Histogram | null {
  const [first, ...rest] = histograms.filter(({ count }) => count > 0).map(decode);
  if (first === undefined) return null;
  first.autoResize = true;
  for (const histogram of rest) first.add(histogram);
  return first;
}

function deliveriesPerS(trials: readonly OkTrial[], { windowMs }: Workload): [number, number][] {
  const bins = trials[0]?.client.deliveriesPerBin.length ?? 0;
  const binS = windowMs / 1000 / bins;
  return Array.from({ length: bins }, (_, bin) => [
    Number((bin * binS).toFixed(6)),
    median(trials.map(({ client }) => client.deliveriesPerBin[bin] ?? 0)) / binS,
  ]);
}

function total(trials: readonly OkTrial[], count: (trial: OkTrial) => number): number {
  return trials.reduce((sum, trial) => sum + count(trial), 0);
}
