/** Suite and options to a plan on disk: what `plan` and `run` have in common. */
import { arrange, explainArrangement } from '../arrange.js';
import { findBrowser } from '../browser/find.js';
import { createRunDirectory, writePlan } from '../files.js';
import { type Cores, chooseCores, readDescriptorLimits, readPortRange } from '../meters/environment.js';
import { namespacePorts, whyNoWire, wireMtuBytes } from '../meters/wire.js';
import type { Plan, Suite } from '../model.js';
import type { PlanCommandOptions } from '../options.js';
import { createPlan } from '../plan.js';
import { newRunId } from '../run-id.js';
import { loadSuite } from '../suite-file.js';

export interface MadePlan {
  readonly plan: Plan;
  readonly directory: string;
  readonly cores: Cores;
  /** Why there are several processes or addresses, or null. */
  readonly arranged: string | null;
}

export async function makePlan(suiteName: string, options: PlanCommandOptions): Promise<MadePlan> {
  return planSuite(await loadSuite(suiteName), options, commandFor(suiteName, options));
}

/** A plan on disk, with as many processes and addresses as its largest workload needs here where no option says. */
export function planSuite(suite: Suite, options: PlanCommandOptions, command: string): MadePlan {
  const wire = choosePlanWire(options.wire);
  const most = Math.max(...suite.arms.map(({ workload }) => workload.subscribers));
  const limits = {
    descriptors: readDescriptorLimits()?.hard ?? null,
    portRange: wire.method === 'namespace' ? namespacePorts : readPortRange(),
  };
  const needed = arrange(most, limits);
  const {
    clientWorkers = needed.clientWorkers,
    serverProcesses = needed.serverProcesses,
    addresses = needed.addresses,
  } = options;
  const cores = chooseCores(serverProcesses, clientWorkers);
  const runId = newRunId(suite.id, options.out, new Date());
  const plan = createPlan(suite, {
    repeats: options.repeats,
    seed: options.seed,
    transports: options.transport,
    subjects: options.subject,
    cores,
    serverProcesses,
    clientWorkers,
    addresses,
    wire,
    findBrowser: () => findBrowser(options.browser ?? (process.env.PUSHLAB_BROWSER || null)),
    floor: options.floor,
    command,
    runId,
  });
  const directory = createRunDirectory(options.out, runId);
  writePlan(directory, plan);
  const arranged = explainArrangement(most, { clientWorkers, serverProcesses, addresses }, limits);
  return { plan, directory, cores, arranged };
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
  const parts = ['npx pushlab run', quoted(suiteName)];
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
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
