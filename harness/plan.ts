/**
 * From a suite to a plan: every trial in the order it will run, and every choice made.
 *
 * Repeats are interleaved and mirrored (A B C, C B A, …), so that a machine that slowly gets busier does
 * so to every arm alike. All arms of one workload and repetition share a seed: they are sent the same
 * updates at the same intended times, and differ in the transport only.
 */
import { clients } from '../contract/clients.js';
import { deriveSeed } from '../contract/random.js';
import type { TransportId } from '../contract/transports.js';
import type { TrialPlan, Workload } from '../contract/trial.js';
import type { Arranger } from './arranger.js';
import { whyNotInBrowser, whyNotRunnable } from './browser/plan-check.js';
import {
  browserTrialOverheadMs,
  defaultBins,
  defaultMaxBufferedBytes,
  defaultMaxSamples,
  defaultSeed,
  quickRepeats,
  trialOverheadMs,
} from './defaults.js';
import { type Cores, readMachine, readVersions } from './meters/environment.js';
import { methodVersion, type Plan, type ProbeId, type Suite } from './model.js';
import { plannedProbes, probesDurationMs } from './probes/index.js';
import { faultySubjectIds, subjectIds } from './processes.js';
import { UserError } from './user-error.js';

export interface PlanOptions {
  readonly repeats?: number | undefined;
  readonly seed?: number | undefined;
  /** Only these transports; all of the suite's when absent. */
  readonly transports?: readonly TransportId[] | undefined;
  /** These subjects instead of the suite's. */
  readonly subjects?: readonly string[] | undefined;
  /** Where server and generator run, one process each. */
  readonly cores: Cores;
  /** One process at each end when absent: on two cores more would only share the one core there is for them. */
  readonly arrange?: Arranger | undefined;
  readonly wire: Plan['wire'];
  /** Looked for only when a trial needs one; none when absent. */
  readonly findBrowser?: () => Plan['browser'];
  /** Whether the instrument measures its own floor first. */
  readonly floor: boolean;
  /** The claims the suite was put together for; null when absent: for none in particular. */
  readonly claims?: readonly string[] | null | undefined;
  /** What these need beside trials; none when absent. */
  readonly probes?: readonly ProbeId[] | undefined;
  /** The suites it was put together from; the suite alone when absent. */
  readonly parts?: readonly Suite[] | undefined;
  /** Only the suite's workloads for this, and three repeats. */
  readonly quick?: boolean | undefined;
  /** Repeats the run, as a user would type it. */
  readonly command: string;
  readonly runId: string;
}

/** @throws UserError when the suite contradicts itself, or nothing is left to run */
export function createPlan(whole: Suite, options: PlanOptions): Plan {
  const suite = options.quick === true ? thinned(whole) : whole;
  const seed = options.seed ?? defaultSeed;
  const arms = armsOf(suite, options);
  const repeats = Math.max(0, ...arms.map((arm) => arm.repeats));
  const trials = interleave(arms, repeats, seed);
  const probes = plannedProbes(options.probes ?? [], options.quick === true);
  if (trials.length === 0 && probes.length === 0)
    throw new UserError(
      options.transports === undefined || suite.arms.length === 0
        ? `suite ${suite.id} has nothing to run in its thinned version; leave out --quick`
        : `suite ${suite.id} has no arm with ${options.transports.join(' or ')}; see: pushlab list`,
    );
  return {
    methodVersion,
    runId: options.runId,
    suite: { id: suite.id, title: suite.title, question: suite.question },
    claims: options.claims == null ? null : [...options.claims],
    experiments: (options.parts ?? [whole]).map((part) => experimentIn(part, trials)),
    thinned: options.quick === true,
    createdAt: new Date().toISOString(),
    command: options.command,
    seed,
    repeats,
    machine: readMachine(options.cores),
    versions: readVersions(),
    serverCores: options.cores.server,
    generatorCores: options.cores.generator,
    wire: options.wire,
    browser: browserFor(trials, options.findBrowser),
    floor: options.floor,
    probes,
    maxBufferedBytes: defaultMaxBufferedBytes,
    maxSamples: defaultMaxSamples,
    bins: defaultBins,
    workloads: workloadsOf(suite),
    trials,
  };
}

/** What the trials hold of a suite. */
function experimentIn(part: Suite, trials: readonly TrialPlan[]): Plan['experiments'][number] {
  const planned = new Set(trials.map((trial) => armOf(trial)));
  const arms = part.arms.flatMap(({ workload, transports, subjects, clients: kinds }) =>
    transports.flatMap((transport) =>
      kinds.flatMap((client) =>
        subjects.map((subject) => armOf({ workloadId: workload.id, transport, client, subject })),
      ),
    ),
  );
  const workloads = [...new Set(part.arms.map(({ workload }) => workload.id))];
  return {
    id: part.id,
    title: part.title,
    question: part.question,
    workloads: workloads.filter((id) => trials.some(({ workloadId }) => workloadId === id)),
    whole: arms.every((arm) => planned.has(arm)),
  };
}

function armOf({ workloadId, transport, client, subject }: ArmPlan['arm']): string {
  return `${workloadId}/${transport}/${client}/${subject}`;
}

/** What is left of a suite for somebody in a hurry. */
export function thinned(suite: Suite): Suite {
  const { quick: kept, arms } = suite;
  return {
    ...suite,
    repeats: Math.min(suite.repeats, quickRepeats),
    arms: arms
      .filter(({ workload }) => kept?.includes(workload.id) ?? true)
      .map((arm) => (arm.repeats === undefined ? arm : { ...arm, repeats: Math.min(arm.repeats, quickRepeats) })),
  };
}

/** How long trials and probes take when no trial has to wait for its drain, in ms. */
export function expectedDurationMs(
  plan: Pick<Plan, 'trials' | 'workloads' | 'browser' | 'probes' | 'thinned'>,
): number {
  const perWorkload = new Map(
    plan.workloads.map((w) => [w.id, (w.idleMs ?? 0) + w.warmupMs + w.windowMs + openingMs(w)]),
  );
  return plan.trials
    .filter((trial) => whyNotRunnable(plan, trial) === null)
    .reduce((sum, { workloadId, client }) => {
      const overheadMs = clients[client].inBrowser ? browserTrialOverheadMs : trialOverheadMs;
      return sum + (perWorkload.get(workloadId) ?? 0) + overheadMs;
    }, probesDurationMs(plan));
}

/** `12 trials; beside them: churn`. */
export function describeSize({ trials, probes }: Pick<Plan, 'trials' | 'probes'>): string {
  const counted = `${trials.length} ${trials.length === 1 ? 'trial' : 'trials'}`;
  return probes.length === 0 ? counted : `${counted}; beside them: ${probes.join(', ')}`;
}

/** Without browser trials nothing is unpacked, started or asked for its version. */
function browserFor(trials: readonly TrialPlan[], find: PlanOptions['findBrowser']): Plan['browser'] {
  if (!trials.some(({ client }) => clients[client].inBrowser)) return { state: 'none', why: 'no trial needs one' };
  return find?.() ?? { state: 'none', why: 'none was looked for' };
}

/** 5,000 to 40,000 connections took this long to open and to close, on two cores with neighbours. */
function openingMs({ subscribers }: Workload): number {
  return subscribers / 3;
}

interface ArmPlan {
  readonly arm: Omit<TrialPlan, 'id' | 'index' | 'repetition' | 'seed'>;
  readonly repeats: number;
}

/** Subjects innermost: two servers of one transport run side by side, and so are listed. */
function armsOf(
  suite: Suite,
  { transports: only, subjects: chosen, repeats: chosenRepeats, arrange }: PlanOptions,
): ArmPlan[] {
  const arms = new Map<string, ArmPlan>();
  for (const { workload, transports, subjects, clients: kinds, repeats: own } of suite.arms) {
    const repeats = chosenRepeats ?? own ?? suite.repeats;
    const run = chosen ?? subjects;
    const unknown = run.find((subject) => !subjectIds.includes(subject) && !faultySubjectIds.includes(subject));
    if (unknown !== undefined)
      throw new UserError(`suite ${suite.id}: no subject '${unknown}'; there is: ${subjectIds.join(', ')}`);
    for (const client of kinds)
      for (const transport of transports) {
        if (only !== undefined && !only.includes(transport)) continue;
        const why = whyNotInBrowser(client, transport, workload);
        if (why !== null) throw new UserError(`suite ${suite.id}: ${why}`);
        for (const subject of run) {
          // Experiments of several claims may share an arm: it is run once.
          const key = `${workload.id}/${transport}/${client}/${subject}`;
          if (arms.has(key)) continue;
          const arm = { transport, client, subject, workloadId: workload.id, ...arrange?.(workload, subject) };
          arms.set(key, { arm, repeats });
        }
      }
  }
  return [...arms.values()];
}

function interleave(arms: readonly ArmPlan[], repeats: number, seed: number): TrialPlan[] {
  const trials: TrialPlan[] = [];
  for (let repetition = 0; repetition < repeats; repetition++) {
    const due = arms.filter((arm) => arm.repeats > repetition);
    const inOrder = repetition % 2 === 0 ? due : due.reverse();
    for (const { arm } of inOrder)
      trials.push({
        ...arm,
        id: `${arm.workloadId}.${arm.transport}.${arm.client}.${arm.subject}.${repetition + 1}`,
        index: trials.length,
        repetition,
        seed: deriveSeed(seed, `${arm.workloadId}#${repetition}`),
      });
  }
  return trials;
}

function workloadsOf(suite: Suite): Workload[] {
  const byId = new Map<string, Workload>();
  for (const { workload } of suite.arms) {
    const known = byId.get(workload.id);
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(workload))
      throw new UserError(`suite ${suite.id}: two different workloads are called '${workload.id}'`);
    byId.set(workload.id, workload);
  }
  return [...byId.values()];
}
