/** `pushlab doctor`: what this machine has, and what each missing thing would have been for. */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { browserAdvice, findBrowser } from '../browser/find.js';
import { allowedCores, chooseCores, findProgram, readMachine, readVersions } from '../meters/environment.js';
import { probeUws } from '../meters/uws-probe.js';
import { leftoverNamespaces, removeLeftoverNamespaces, whyNoWire } from '../meters/wire.js';
import { UserError } from '../user-error.js';

interface Finding {
  readonly what: string;
  readonly state: 'ok' | 'missing' | 'fails';
  readonly detail: string;
}

export default async function doctor(_args: string[], options: Record<string, unknown>): Promise<number> {
  if (options.clean === true) return clean();
  const findings = [...essentials(), ...extras()];
  for (const { what, state, detail } of findings) console.log(`${what.padEnd(15)} ${state.padEnd(7)}  ${detail}`);
  const failed = findings.filter(({ state }) => state === 'fails');
  console.log(
    failed.length === 0
      ? '\nA run works here.'
      : `\nA run does not work here: ${failed.map(({ what }) => what).join(', ')}.`,
  );
  return failed.length === 0 ? 0 : 1;
}

function essentials(): Finding[] {
  const machine = readMachine(chooseCores());
  const versions = readVersions();
  const uws = probeUws();
  return [
    {
      what: 'machine',
      state: 'ok',
      detail: `${machine.os}, ${machine.kernel}, ${machine.cpuModel}, ${availableParallelism()} cores`,
    },
    { what: 'Node', state: 'ok', detail: versions.node },
    uws.reason === null
      ? {
          what: 'uWebSockets.js',
          state: 'ok',
          detail: `${versions.uWebSockets}, sha256 ${versions.uWebSocketsSha256?.slice(0, 12) ?? 'unknown'}`,
        }
      : { what: 'uWebSockets.js', state: 'fails', detail: uws.reason },
  ];
}

function extras(): Finding[] {
  const cores = chooseCores();
  const hasProc = readText('/proc/self/schedstat') !== null;
  const program = (what: string, name: string, without: string): Finding => {
    const path = findProgram(name);
    return path === null
      ? { what, state: 'missing', detail: `without it: ${without}` }
      : { what, state: 'ok', detail: path };
  };
  return [
    cores.whyNot === null
      ? {
          what: 'pinning',
          state: 'ok',
          detail: `server on core ${cores.server}, generator on core ${cores.generator}, of ${allowedCores().join(',')}`,
        }
      : { what: 'pinning', state: 'missing', detail: `${cores.whyNot}; server and generator share cores` },
    hasProc
      ? { what: '/proc', state: 'ok', detail: 'CPU time and memory of both ends are read from it' }
      : { what: '/proc', state: 'missing', detail: 'CPU time and memory are reported as not measured' },
    { what: 'descriptors', state: 'ok', detail: descriptorLimit() },
    {
      what: 'load',
      state: 'ok',
      detail: `${readText('/proc/loadavg')?.split(' ').slice(0, 3).join(' ') ?? 'unknown'} (1, 5, 15 min); other work on these cores widens every interval`,
    },
    ...wire(),
    browser(),
    program('wrk', 'wrk', 'no second opinion on requests per second (planned)'),
  ];
}

function wire(): Finding[] {
  const why = whyNoWire();
  const left = leftoverNamespaces();
  return [
    why === null
      ? { what: 'TCP/IP bytes', state: 'ok', detail: 'counted exactly, in a network namespace of the run’s own' }
      : { what: 'TCP/IP bytes', state: 'missing', detail: `${why}; reported as not measured` },
    ...(left.length === 0
      ? []
      : [
          {
            what: 'left-overs',
            state: 'ok' as const,
            detail: `${left.join(', ')}: pushlab doctor --clean removes them`,
          },
        ]),
  ];
}

function browser(): Finding {
  const what = 'browser';
  try {
    const found = findBrowser(process.env.PUSHLAB_BROWSER || null);
    return found.state === 'found'
      ? { what, state: 'ok', detail: `${found.version} (${found.source}), ${found.executable}` }
      : { what, state: 'missing', detail: `${found.why}; its trials are reported as not run. ${browserAdvice}` };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { what, state: 'missing', detail: `PUSHLAB_BROWSER: ${error.message}` };
  }
}

function clean(): number {
  const removed = removeLeftoverNamespaces();
  console.log(removed.length === 0 ? 'nothing to remove' : `removed: ${removed.join(', ')}`);
  return 0;
}

function descriptorLimit(): string {
  const limits = /^Max open files\s+(\d+)\s+(\d+)/m.exec(readText('/proc/self/limits') ?? '');
  return limits === null
    ? 'limit unknown'
    : `${limits[1]} open files (hard limit ${limits[2]}); one per subscriber and side`;
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
