/**
 * What a reader must know before trusting a trial, as data.
 *
 * Each threshold says why it stands where it does. A disqualifying warning takes the trial out of the
 * summary, where it is listed with its reason; all others go beside the figures.
 */
import type { Workload } from '../contract/trial.js';
import { coreShare, percentile } from './metrics.js';
import type { OkTrial, Warning } from './model.js';

/** From here on a process waits for its own core often enough to show in the tail (M/M/1: mean wait 2.3× service at 70 %). */
const busyShare = 0.7;
/** A core this full has no room left: what it measures is itself. */
const saturatedShare = 0.9;
/** Fewer latencies than this give no p99 worth the name: one value stands above it. */
const fewestSamples = 100;

type Measured = Omit<OkTrial, 'warnings'>;

/** All warnings of one trial. Pure. */
export function warningsOf(trial: Measured, workload: Workload): Warning[] {
  return [
    ...generatorBound(trial),
    ...serverBound(trial),
    ...scheduleSlipped(trial, workload),
    ...loss(trial),
    ...errors(trial),
    ...fewSamples(trial),
  ];
}

function generatorBound(trial: Measured): Warning[] {
  const share = coreShare(trial.generatorCost, trial);
  if (share === null || share < busyShare) return [];
  const disqualifying = share >= saturatedShare;
  return [
    {
      kind: 'generator-bound',
      message: `the load generator used ${percent(share)} of its core${disqualifying ? ': it measured itself' : ''}`,
      disqualifying,
    },
  ];
}

function serverBound(trial: Measured): Warning[] {
  const share = coreShare(trial.serverCost, trial);
  if (share === null || share < saturatedShare) return [];
  // A saturated server is a finding, not a fault of the measurement.
  return [{ kind: 'server-bound', message: `the server used ${percent(share)} of its core`, disqualifying: false }];
}

function scheduleSlipped(trial: Measured, workload: Workload): Warning[] {
  const slipP50Us = percentile(trial.server.slip, 50) ?? 0;
  // Half of the updates later than half a mean gap: the offered load was not the one asked for.
  const limitUs = Math.max(5_000, 500_000 / workload.updates.rateHz);
  if (slipP50Us <= limitUs) return [];
  return [
    {
      kind: 'schedule-slipped',
      message: `half of the updates left the source more than ${(slipP50Us / 1000).toFixed(1)} ms after their time`,
      disqualifying: false,
    },
  ];
}

function loss({ client }: Measured): Warning[] {
  if (client.lost === 0) return [];
  return [
    {
      kind: 'loss',
      message: `${client.lost} of ${client.expected} deliveries never came`,
      disqualifying: false,
    },
  ];
}

function errors({ client }: Measured): Warning[] {
  const counted = Object.entries(client.errors).filter(([, count]) => count > 0);
  if (counted.length === 0) return [];
  const list = counted.map(([kind, count]) => `${count} × ${kind}`).join(', ');
  return [{ kind: 'errors', message: `the clients met errors: ${list}`, disqualifying: false }];
}

function fewSamples({ client }: Measured): Warning[] {
  if (client.latency.count >= fewestSamples) return [];
  return [
    {
      kind: 'few-samples',
      message: `${client.latency.count} latencies: too few for a p99`,
      disqualifying: false,
    },
  ];
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
