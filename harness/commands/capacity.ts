/**
 * `pushlab capacity`: one search per transport, every step a trial of the run.
 *
 * The plan grows as the search goes: which load comes next depends on the last one. All else is fixed before the first
 * step, and the folder is a run like any other, so its report shows each figure over the loads that were tried.
 */
import { claims } from '../../claims/index.js';
import { deriveSeed } from '../../contract/random.js';
import type { TransportId } from '../../contract/transports.js';
import { type TrialPlan, type Workload, workloadSchema } from '../../contract/trial.js';
import { conclude, searchCapacity } from '../capacity.js';
import { formatCapacity, formatStep } from '../capacity-table.js';
import { createRunDirectory, displayPath, readTrials, writeCapacity, writePlan } from '../files.js';
import { chooseCores, readDescriptorLimits } from '../meters/environment.js';
import { metrics } from '../metrics.js';
import {
  type Capacity,
  type CapacitySearch,
  type CapacityStep,
  methodVersion,
  type Plan,
  suiteSchema,
  type TrialRecord,
} from '../model.js';
import { type CapacityOptions, capacityOptionsSchema, parseOptions } from '../options.js';
import { createPlan } from '../plan.js';
import { runPlan } from '../run.js';
import { newRunId } from '../run-id.js';
import { type Objective, parseSlo } from '../slo.js';
import { interruptedExitCode, listenForInterrupts } from './interrupts.js';
import { choosePlanWire } from './make-plan.js';
import { refuseWithoutServer } from './measure.js';
import { stdoutTerminal, tell } from './output.js';
import { judgeRun, reportRun, summarizeRun } from './stages.js';

const warmupMs = 1_000;
/** Of its core, as for the warning that a generator is bound. */
const busyShare = 0.7;
/** What a process holds open besides its subscribers' sockets. */
const spareDescriptors = 128;

export default async function capacity(_args: string[], given: Record<string, unknown>): Promise<number> {
  const options = parseOptions(capacityOptionsSchema, given);
  const objectives = parseSlo(options.slo);
  const interruption = listenForInterrupts();
  refuseWithoutServer();
  const transports = options.transport ?? (['sse', 'websocket'] as const);
  const run = new CapacityRun(options, transports, objectives, interruption.signal);
  tell(`every step a trial of ${options.window + warmupMs / 1000} s and more, into ${displayPath(run.directory)}`);
  let interrupted = false;
  try {
    for (const transport of transports) await run.search(transport);
  } catch (error) {
    if (!interruption.signal.aborted) throw error;
    interrupted = true;
  }
  const found = run.found();
  writeCapacity(run.directory, found);
  console.log(`\n${formatCapacity(found, stdoutTerminal())}\n`);
  if (readTrials(run.directory).length > 0) {
    summarizeRun(run.directory);
    judgeRun(run.directory, claims);
    if (options.report) console.log(`report: ${displayPath(await reportRun(run.directory))}`);
    else console.log(`trials: ${displayPath(run.directory)}`);
  }
  return interrupted ? interruptedExitCode : 0;
}

class CapacityRun {
  readonly directory: string;
  readonly #options: CapacityOptions;
  readonly #objectives: readonly Objective[];
  readonly #signal: AbortSignal;
  readonly #highest: number;
  readonly #steps = new Map<TransportId, CapacityStep[]>();
  readonly #ended = new Map<TransportId, CapacitySearch>();
  #plan: Plan;

  constructor(
    options: CapacityOptions,
    transports: readonly TransportId[],
    objectives: readonly Objective[],
    signal: AbortSignal,
  ) {
    this.#options = options;
    this.#objectives = objectives;
    this.#signal = signal;
    const files = readDescriptorLimits()?.hard ?? Number.POSITIVE_INFINITY;
    this.#highest = options.find === 'rate' ? 100_000 : Math.min(200_000, files - spareDescriptors);
    const start = options.find === 'rate' ? options.rate : options.subscribers;
    const suite = suiteSchema.parse({
      id: 'capacity',
      title: `Capacity at ${options.slo}`,
      question: `What is the ${options.find === 'rate' ? 'highest update rate' : 'largest audience'} at which ${options.slo}?`,
      repeats: 1,
      arms: [{ workload: this.#workload(start), transports: [...transports] }],
    });
    const planned = createPlan(suite, {
      seed: options.seed,
      cores: chooseCores(),
      wire: choosePlanWire(options.wire),
      floor: false,
      command: commandFor(options, transports),
      runId: newRunId('capacity', new Date()),
    });
    const { runId, directory } = createRunDirectory(options.out, planned.runId);
    this.#plan = { ...planned, runId, workloads: [], trials: [] };
    this.directory = directory;
    writePlan(this.directory, this.#plan);
  }

  async search(transport: TransportId): Promise<void> {
    const { find, rate, subscribers, resolution, confirm } = this.#options;
    const steps: CapacityStep[] = [];
    this.#steps.set(transport, steps);
    const found = await searchCapacity(
      {
        start: find === 'rate' ? rate : subscribers,
        lowest: find === 'rate' ? 0.1 : 1,
        highest: this.#highest,
        resolution: resolution / 100,
        confirmations: confirm,
        probe: (value, phase, repetition) => this.#probe(transport, value, phase, repetition),
        onStep: (step) => tell(`${transport.padEnd(12)} ${formatStep(find, step)}`),
      },
      steps,
    );
    this.#ended.set(transport, { transport, ...found });
  }

  /** What the finished searches found, and what the one under way knows so far. */
  found(): Capacity {
    const { find, slo, resolution } = this.#options;
    const searches = [...this.#steps].map(
      ([transport, steps]): CapacitySearch =>
        this.#ended.get(transport) ?? {
          transport,
          ...conclude(steps, this.#highest),
          limitedBy: 'interruption',
          steps,
        },
    );
    return { methodVersion, runId: this.#plan.runId, axis: find, slo, resolution: resolution / 100, searches };
  }

  async #probe(
    transport: TransportId,
    value: number,
    phase: CapacityStep['phase'],
    repetition: number,
  ): Promise<CapacityStep> {
    const load = this.#options.find === 'rate' ? value : Math.round(value);
    const workload = this.#workload(load);
    const trial: TrialPlan = {
      id: `${workload.id}.${transport}.raw.uws.${repetition + 1}`,
      index: this.#plan.trials.length,
      repetition,
      subject: 'uws',
      transport,
      client: 'raw',
      workloadId: workload.id,
      seed: deriveSeed(this.#plan.seed, `${workload.id}#${repetition}`),
    };
    const known = this.#plan.workloads.some(({ id }) => id === workload.id);
    this.#plan = {
      ...this.#plan,
      repeats: Math.max(this.#plan.repeats, repetition + 1),
      workloads: known ? this.#plan.workloads : [...this.#plan.workloads, workload],
      trials: [...this.#plan.trials, trial],
    };
    writePlan(this.directory, this.#plan);
    await runPlan(this.#plan, this.directory, { signal: this.#signal });
    const record = readTrials(this.directory).at(-1) as TrialRecord;
    return stepOf(record, workload, load, phase, this.#objectives);
  }

  #workload(load: number): Workload {
    const { find, subscribers, rate, payload, pollInterval, window } = this.#options;
    const [audience, rateHz] = find === 'rate' ? [subscribers, load] : [load, rate];
    return workloadSchema.parse({
      sockets: 'auto',
      id: `${find}-${load}`,
      title: `${audience.toLocaleString('en')} subscribers, ${rateHz} updates/s, ${payload} B`,
      subscribers: audience,
      updates: { rateHz, arrival: 'periodic' },
      payloadBytes: payload,
      poll: { intervalMs: pollInterval, pacing: 'request-start', phase: 'random', connection: 'keep-alive' },
      longPollTimeoutMs: 25_000,
      delivery: 'every',
      warmupMs,
      windowMs: Math.round(window * 1000),
      drainMs: Math.ceil(pollInterval) + 3_000,
    });
  }
}

function stepOf(
  record: TrialRecord,
  workload: Workload,
  value: number,
  phase: CapacityStep['phase'],
  objectives: readonly Objective[],
): CapacityStep {
  const common = { value, phase, trialId: record.trial.id };
  if (record.status === 'failed')
    return {
      ...common,
      met: false,
      missed: [record.failure.message],
      generatorBound: false,
      noisy: false,
      offeredPerS: null,
      achievedPerS: null,
      p99Us: null,
      serverCpuShare: null,
      generatorCpuShare: null,
      lost: null,
      droppedSlow: null,
    };
  const generatorBound = record.warnings.some(({ kind, disqualifying }) => kind === 'generator-bound' && disqualifying);
  const missed = objectives.flatMap((objective) => objective.missedBy(record, workload) ?? []);
  const figure = (id: keyof typeof metrics) => metrics[id](record, workload);
  return {
    ...common,
    // Met with a saturated generator is met all the same: the server did what was asked, and more would be needed to fail it.
    met: missed.length === 0,
    missed,
    generatorBound,
    // A server that fills its core makes others wait for it by itself.
    noisy: (figure('serverCpuShare') ?? 1) < busyShare && record.warnings.some(({ kind }) => kind === 'machine-noise'),
    offeredPerS: figure('offeredPerS'),
    achievedPerS: figure('achievedPerS'),
    p99Us: figure('latencyP99Us'),
    serverCpuShare: figure('serverCpuShare'),
    generatorCpuShare: figure('generatorCpuShare'),
    lost: record.client.lost,
    droppedSlow: record.server.droppedSlow,
  };
}

function commandFor(options: CapacityOptions, transports: readonly TransportId[]): string {
  const { find, slo, subscribers, rate, payload, pollInterval, window, resolution, confirm, wire } = options;
  return `npx pushlab capacity --find ${find} --slo '${slo}' --transport ${transports.join(' ')} --subscribers ${subscribers} --rate ${rate} --payload ${payload} --poll-interval ${pollInterval} --window ${window} --resolution ${resolution} --confirm ${confirm}${wire ? '' : ' --no-wire'}`;
}
