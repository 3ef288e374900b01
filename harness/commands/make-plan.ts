/** Suite and options to a plan on disk: what `plan` and `run` have in common. */
import { arranger, explainTrials } from '../arranger.js';
import { findBrowser } from '../browser/find.js';
import { createRunDirectory, writePlan } from '../files.js';
import {
  chooseClaims,
  evidenceFor,
  evidenceSuiteId,
  type Known,
  knownClaims,
  partsFor,
  probesFor,
} from '../known-claims.js';
import { type Cores, chooseCores, readDescriptorLimits, readFreeBytes, readPortRange } from '../meters/environment.js';
import { namespacePorts, whyNoWire, wireMtuBytes } from '../meters/wire.js';
import type { Claim, Plan, Suite } from '../model.js';
import type { PlanCommandOptions } from '../options.js';
import { createPlan, thinned } from '../plan.js';
import { newRunId } from '../run-id.js';
import { loadSuite } from '../suite-file.js';
import { UsageError } from '../user-error.js';

interface MadePlan {
  readonly plan: Plan;
  readonly directory: string;
  readonly cores: Cores;
  /** Why some trials take several processes or addresses, or are not run; a line each. */
  readonly arranged: readonly string[];
}

export async function makePlan(suiteName: string, options: PlanCommandOptions): Promise<MadePlan> {
  const known = await knownClaims(options.claimsFrom);
  const { suite, claims, parts } = await chooseSuite(suiteName, options, known);
  return planSuite(suite, options, commandFor(suiteName, options), claims, parts);
}

/**
 * A plan on disk, each trial with as many processes and addresses as it needs here where no option says.
 *
 * @param claims that it is made for; null: for none in particular
 * @param parts suites that it was put together from
 * @param alike see `arranger`
 */
export function planSuite(
  whole: Suite,
  options: PlanCommandOptions,
  command: string,
  claims: readonly Claim[] | null = null,
  parts: readonly Suite[] = [whole],
  alike = 0,
): MadePlan {
  const suite = options.quick ? thinned(whole) : whole;
  const wire = choosePlanWire(options.wire);
  const machine = {
    descriptors: readDescriptorLimits()?.hard ?? null,
    portRange: wire.method === 'namespace' ? namespacePorts : readPortRange(),
    freeBytes: readFreeBytes(),
    cores: chooseCores,
  };
  const { clientWorkers, serverProcesses, addresses } = options;
  const cores = chooseCores();
  const planned = createPlan(suite, {
    repeats: options.repeats,
    seed: options.seed,
    transports: options.transport,
    subjects: options.subject,
    cores,
    arrange: arranger(machine, { serverProcesses, clientWorkers, addresses }, alike),
    wire,
    findBrowser: () => findBrowser(options.browser ?? (process.env.PUSHLAB_BROWSER || null)),
    floor: options.floor,
    claims: claims?.map(({ id }) => id),
    probes: probesFor(claims ?? []),
    parts,
    quick: options.quick,
    command,
    runId: newRunId(suite.id, new Date()),
  });
  const { runId, directory } = createRunDirectory(options.out, planned.runId);
  const plan = { ...planned, runId };
  writePlan(directory, plan);
  return { plan, directory, cores, arranged: explainTrials(plan, machine) };
}

/** The suite by its name; `article` as far as the claims chosen need it, which are a pack's own unless others are named. */
async function chooseSuite(
  name: string,
  { claims: ids, claimsFrom }: PlanCommandOptions,
  known: Known,
): Promise<{ suite: Suite; claims: readonly Claim[] | null; parts?: Suite[] }> {
  if (name !== evidenceSuiteId) {
    if (ids !== undefined)
      throw new UsageError(
        `--claims chooses from the suite ${evidenceSuiteId}: pushlab run ${evidenceSuiteId} --claims ${ids.join(',')}`,
      );
    return { suite: await loadSuite(name, known.suites), claims: null };
  }
  const chosen = ids === undefined ? known.tested : chooseClaims(known.claims, ids);
  const whole = await loadSuite(name);
  const suite = evidenceFor(chosen, known.suites);
  const parts = partsFor(chosen, known.suites);
  // All of ours have a title of their own.
  return {
    suite: ids === undefined && claimsFrom === undefined ? { ...suite, ...headOf(whole) } : suite,
    claims: chosen,
    parts,
  };
}

function headOf({ title, question }: Suite): Pick<Suite, 'title' | 'question'> {
  return { title, question };
}

/** Exact counting where this machine allows it, and the reason where it does not. */
export function choosePlanWire(wanted: boolean): Plan['wire'] {
  const why = wanted ? whyNoWire() : 'switched off by --no-wire';
  return why === null ? { method: 'namespace', mtuBytes: wireMtuBytes } : { method: 'estimate', why };
}

/** The command that repeats this run, with every choice that is not a default of the suite. */
function commandFor(suiteName: string, options: PlanCommandOptions): string {
  const { repeats, seed, transport, subject, wire, floor, clientWorkers, serverProcesses, addresses, browser } =
    options;
  const { quick, claims, claimsFrom } = options;
  const parts = ['npx pushlab run', quoted(suiteName)];
  if (quick) parts.push('--quick');
  if (claims !== undefined) parts.push(`--claims ${quoted(claims.join(','))}`);
  if (claimsFrom !== undefined) parts.push(`--claims-from ${quoted(claimsFrom)}`);
  if (repeats !== undefined) parts.push(`--repeats ${repeats}`);
  if (seed !== undefined) parts.push(`--seed ${seed}`);
  if (transport !== undefined) parts.push(`--transport ${transport.join(' ')}`);
  if (subject !== undefined) parts.push(`--subject ${subject.join(' ')}`);
  if (clientWorkers !== undefined) parts.push(`--client-workers ${clientWorkers}`);
  if (serverProcesses !== undefined) parts.push(`--server-processes ${serverProcesses}`);
  if (addresses !== undefined) parts.push(`--addresses ${addresses}`);
  if (!wire) parts.push('--no-wire');
  if (!floor) parts.push('--no-floor');
  if (browser !== undefined) parts.push(`--browser ${quoted(browser)}`);
  return parts.join(' ');
}

function quoted(text: string): string {
  return /^[\w.,/-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
