/**
 * What a reader must know before trusting a trial, as data.
 *
 * Each threshold says why it stands where it does. A disqualifying warning takes the trial out of the
 * summary, where it is listed with its reason; all others go beside the figures.
 */
import type { Workload } from '../contract/trial.js';
import { percentile, windowShare } from './metrics.js';
import { formatCount, type OkTrial, type Plan, type TrialRecord, type Warning } from './model.js';

/** From here on a process waits for its own core often enough to show in the tail (M/M/1: mean wait 2.3× service at 70 %). */
const busyShare = 0.7;
/** A core this full has no room left: what it measures is itself. */
const saturatedShare = 0.9;
/** Fewer latencies than this give no p99 worth the name: one value stands above it. */
const fewestSamples = 100;

/** More than this of a core's time taken by others shows in a p99: one update in a hundred meets it. */
const noisyShare = 0.02;
/**
 * Of its own CPU time a busy process also waits for a core: the kernel's work on its packets takes turns with it there. In a
 * reference run in which others used under 0.2 % of the cores that was a tenth for load generators that were half busy, a
 * fifth for the busiest; with those that were idle it was 1 % of the time.
 */
const ownWaitPerCpu = 0.2;
/** Strangers on the two cores: the harness itself is one of them, with about 1 %, and ticks are coarse. */
const foreignShare = 0.1;
/** Pressure counts every task of the machine, ours included, which wait for each other now and then. */
const pressuredShare = 0.25;
/** A core that clocks a fifth lower takes a quarter longer for the same work. */
const sameFrequency = 0.8;
/** The wall clock is read to 1 ms and slewed by at most 500 ppm (adjtimex(2)): half a millisecond in a second. */
const steppedUs = 5_000;
/** Little's law holds on average over whole requests; those cut by the window's ends blur it. */
const littleTolerance = 0.1;
/** Responses of one subscriber in the window from which on the law says something. */
const fewestCycles = 10;

/** The page's clock steps by 5 µs, and either end of a bound may be one step off (W3C High Resolution Time, 7.1). */
const clockStepsUs = 10;

type Measured = Omit<OkTrial, 'warnings'>;

/** All warnings of one trial. Pure. */
export function warningsOf(trial: Measured, workload: Workload): Warning[] {
  return [
    ...generatorBound(trial),
    ...serverBound(trial),
    ...scheduleSlipped(trial, workload),
    ...machineNoise(trial),
    ...throttled(trial),
    ...clockStep(trial),
    ...littlesLaw(trial, workload),
    ...loss(trial),
    ...errors(trial),
    ...fewSamples(trial),
    ...pageClock(trial),
  ];
}

function generatorBound(trial: Measured): Warning[] {
  const { generatorCpuUs, generatorCores } = trial.processes;
  const share = fullestShare(generatorCpuUs, generatorCores, trial);
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
  const share = fullestShare(trial.processes.serverCpuUs, trial.processes.serverCores, trial);
  if (share === null || share < saturatedShare) return [];
  // A saturated server is a finding, not a fault of the measurement.
  return [{ kind: 'server-bound', message: `the server used ${percent(share)} of its core`, disqualifying: false }];
}

/**
 * How full the fullest core is: that of the busiest process (each runs its code in one thread), or the average one when
 * several processes share fewer cores. Null where CPU time was not measured.
 */
function fullestShare(cpuUs: readonly (number | null)[], cores: number, trial: Measured): number | null {
  const shares = cpuUs.map((us) => windowShare(us, trial));
  if (shares.length === 0 || shares.includes(null)) return null;
  const known = shares as number[];
  const total = known.reduce((sum, share) => sum + share, 0);
  return Math.max(...known, cores === 0 ? 0 : total / cores);
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

function machineNoise(trial: Measured): Warning[] {
  const { stealUs, foreignCpuUs, pressureUs } = trial.noise;
  const watchedCores = trial.processes.serverCores + trial.processes.generatorCores || 2;
  const shareOf = (us: number | null) => windowShare(us, trial) ?? 0;
  const found: [share: number, limit: number, told: (share: number) => string][] = [
    [shareOf(stealUs), noisyShare, (share) => `${percent(share)} of a core was taken by the hypervisor`],
    [
      shareOf(foreignCpuUs) / watchedCores,
      foreignShare,
      (share) => `${percent(share)} of the ${watchedCores === 2 ? 'two' : watchedCores} cores went to other processes`,
    ],
    [
      shareOf(trial.serverCost.waitUs),
      noisyShare + ownWaitPerCpu * shareOf(trial.serverCost.cpuUs),
      waiting('the server', trial.processes.serverCpuUs.length),
    ],
    [
      shareOf(trial.generatorCost.waitUs),
      noisyShare + ownWaitPerCpu * shareOf(trial.generatorCost.cpuUs),
      waiting('the load generator', trial.processes.generatorCpuUs.length),
    ],
    [
      shareOf(pressureUs),
      pressuredShare,
      (share) => `${percent(share)} of the time some task of the machine waited for a core`,
    ],
  ];
  return found
    .filter(([share, limit]) => share > limit)
    .map(([share, , told]) => ({ kind: 'machine-noise', message: told(share), disqualifying: false }));
}

/** The kernel counts it for each thread, so of several together it may be more than a second in a second. */
function waiting(who: string, processes: number): (share: number) => string {
  const whose = processes === 1 ? `${who}’s threads` : `the threads of ${who}’s ${processes} processes`;
  return (share) =>
    `in each second ${whose} together were ready and waited for a core for ${formatCount(share * 1000)} ms`;
}

function throttled({ noise: { throttles, frequencyKHz } }: Measured): Warning[] {
  const messages: string[] = [];
  if (throttles !== null && throttles > 0) messages.push(`the processor throttled itself ${throttles} times, for heat`);
  if (frequencyKHz !== null && frequencyKHz[0] < frequencyKHz[1] * sameFrequency)
    messages.push(`cores ran at ${frequencyKHz.map((kHz) => `${Math.round(kHz / 1000)} MHz`).join(' to ')}`);
  return messages.map((message) => ({ kind: 'throttled', message, disqualifying: false }));
}

function clockStep({ noise: { clockStepUs } }: Measured): Warning[] {
  if (Math.abs(clockStepUs) < steppedUs) return [];
  return [
    {
      kind: 'clock-step',
      message: `the wall clock was set by ${(clockStepUs / 1000).toFixed(0)} ms; figures come from another one, which is not`,
      disqualifying: false,
    },
  ];
}

/**
 * In a closed loop every subscriber is either waiting for a response or pausing: N = X · (R + Z), with throughput X,
 * response time R and pause Z (Little, "A proof for the queuing formula L = λW", Operations Research 9 (1961)). When
 * it does not hold, time went by that nobody counted.
 */
function littlesLaw({ trial, client }: Measured, { subscribers, poll, faults = [] }: Workload): Warning[] {
  // Waits before connecting again belong to neither.
  if (faults.length > 0) return [];
  const pauseUs =
    trial.transport === 'long-polling' ? 0 : poll.pacing === 'response-end' ? poll.intervalMs * 1000 : null;
  const { windowResponses, responseTimeMeanUs, windowActualMs } = client;
  if (pauseUs === null || responseTimeMeanUs === null) return [];
  const cycles = windowResponses / subscribers;
  if (cycles < fewestCycles) return [];
  const inLoop = (windowResponses / (windowActualMs * 1000)) * (responseTimeMeanUs + pauseUs);
  if (Math.abs(inLoop / subscribers - 1) <= littleTolerance + 2 / cycles) return [];
  return [
    {
      kind: 'littles-law',
      message: `response rate × (response time + pause) makes ${inLoop.toFixed(1)} subscribers of ${subscribers}: time is missing that nobody counted`,
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

function pageClock({ client: { browser } }: Measured): Warning[] {
  if (browser === null || browser.clock.brokenByUs <= clockStepsUs) return [];
  return [
    {
      kind: 'page-clock',
      message: `a page’s clock was ${Math.round(browser.clock.brokenByUs)} µs further off than its exchange with ours allows: its times are not on the common clock`,
      disqualifying: true,
    },
  ];
}

function fewSamples({ client }: Measured): Warning[] {
  if (client.latency.count >= fewestSamples) return [];
  return [
    {
      kind: 'few-samples',
      message: `too few latencies for a p99: ${client.latency.count}`,
      disqualifying: false,
    },
  ];
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** Records with the warnings that follow from their figures by today's rules: an older run is not held to older ones. */
export function withTodaysWarnings(plan: Plan, records: readonly TrialRecord[]): TrialRecord[] {
  return records.map((record) => {
    const workload = plan.workloads.find(({ id }) => id === record.trial.workloadId);
    return record.status === 'ok' && workload !== undefined
      ? { ...record, warnings: warningsOf(record, workload) }
      : record;
  });
}
