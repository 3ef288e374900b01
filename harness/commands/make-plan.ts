/** Suite and options to a plan on disk: what `plan` and `run` have in common. */
import { findBrowser } from '../browser/find.js';
import { createRunDirectory, writePlan } from '../files.js';
import { type Cores, chooseCores } from '../meters/environment.js';
import { whyNoWire, wireMtuBytes } from '../meters/wire.js';
import type { Plan } from '../model.js';
import type { PlanCommandOptions } from '../options.js';
import { createPlan } from '../plan.js';
import { newRunId } from '../run-id.js';
import { loadSuite } from '../suite-file.js';

export async function makePlan(
  suiteName: string,
  options: PlanCommandOptions,
): Promise<{ plan: Plan; directory: string; cores: Cores }> {
  const suite = await loadSuite(suiteName);
  const { clientWorkers, serverProcesses } = options;
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
    wire: choosePlanWire(options.wire),
    findBrowser: () => findBrowser(options.browser ?? (process.env.PUSHLAB_BROWSER || null)),
    floor: options.floor,
    command: commandFor(suiteName, options),
    runId,
  });
  const directory = createRunDirectory(options.out, runId);
  writePlan(directory, plan);
  return { plan, directory, cores };
}

/** Exact counting where this machine allows it, and the reason where it does not. */
export function choosePlanWire(wanted: boolean): Plan['wire'] {
  const why = wanted ? whyNoWire() : 'switched off by --no-wire';
  return why === null ? { method: 'namespace', mtuBytes: wireMtuBytes } : { method: 'estimate', why };
}

/** The command that repeats this run, with every choice that is not a default of the suite. */
function commandFor(suiteName: string, options: PlanCommandOptions): string {
  const { repeats, seed, transport, subject, wire, floor, clientWorkers, serverProcesses, browser } = options;
  const parts = ['npx pushlab run', quoted(suiteName)];
  if (repeats !== undefined) parts.push(`--repeats ${repeats}`);
  if (seed !== undefined) parts.push(`--seed ${seed}`);
  if (transport !== undefined) parts.push(`--transport ${transport.join(' ')}`);
  if (subject !== undefined) parts.push(`--subject ${subject.join(' ')}`);
  if (clientWorkers !== undefined) parts.push(`--client-workers ${clientWorkers}`);
  if (serverProcesses !== undefined) parts.push(`--server-processes ${serverProcesses}`);
  if (!wire) parts.push('--no-wire');
  if (!floor) parts.push('--no-floor');
  if (browser !== undefined) parts.push(`--browser ${quoted(browser)}`);
  return parts.join(' ');
}

function quoted(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
