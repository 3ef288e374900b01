/**
 * What this machine can measure exactly, what only by estimate, what not at all; and what stands in the way of quiet
 * figures. Each finding that could be better names the command that makes it so.
 */
import { existsSync, readFileSync } from 'node:fs';
import { browserAdvice, findBrowser } from './browser/find.js';
import { leftoverProfiles } from './browser/profile.js';
import {
  allowedCores,
  chooseCores,
  findProgram,
  readDescriptorLimits,
  readMachine,
  readVersions,
} from './meters/environment.js';
import { readMemory } from './meters/process-cost.js';
import { whyNoRing } from './meters/ring-probe.js';
import { readSocketBytes } from './meters/socket-memory.js';
import { probeUws } from './meters/uws-probe.js';
import { leftoverNamespaces, whyNoWire } from './meters/wire.js';
import type { Plan } from './model.js';
import { UserError } from './user-error.js';

/**
 * - `ok`: a fact that is as it should be;
 * - `look`: a fact that widens intervals or limits a run;
 * - `fails`: no run works here;
 * - `exact`, `estimate`, `missing`: how well something is measured here.
 */
export type FindingState = 'ok' | 'look' | 'fails' | 'exact' | 'estimate' | 'missing';

export interface Finding {
  readonly what: string;
  readonly state: FindingState;
  readonly detail: string;
  /** A command that would mend it, or null. */
  readonly fix: string | null;
}

interface FindingGroup {
  readonly title: string;
  readonly findings: readonly Finding[];
}

/** Other work on the machine beyond this share of its cores shows in the figures. */
const quietLoadShare = 0.25;
/** Descriptors that a process needs beside its connections. */
const spareDescriptors = 100;

export function examine(): FindingGroup[] {
  const machine = readMachine(chooseCores());
  return [
    { title: 'What a run needs', findings: [...essentials(machine), browser()] },
    { title: 'What is measured, and how well', findings: [wire(), ...costs(), noise()] },
    { title: 'What makes figures quieter', findings: [pinning(), ...surroundings(machine)] },
    { title: 'How many connections', findings: [...limits(machine), crowdSockets()] },
    { title: 'Second opinions', findings: peers() },
    { title: 'Left behind by killed runs', findings: leftovers() },
  ].filter(({ findings }) => findings.length > 0);
}

function finding(what: string, state: FindingState, detail: string, fix: string | null = null): Finding {
  return { what, state, detail, fix };
}

function essentials(machine: Plan['machine']): Finding[] {
  const versions = readVersions();
  const { reason } = probeUws();
  return [
    finding('machine', 'ok', `${machine.os}, ${machine.kernel}, ${machine.cpuModel}, ${machine.cores} cores`),
    finding('Node', 'ok', versions.node),
    reason === null
      ? finding(
          'uWebSockets.js',
          'ok',
          `${versions.uWebSockets}, sha256 ${versions.uWebSocketsSha256?.slice(0, 12) ?? 'unknown'}`,
        )
      : finding('uWebSockets.js', 'fails', reason, 'or measure the other server: npx pushlab run quick --subject node'),
  ];
}

function browser(): Finding {
  try {
    const found = findBrowser(process.env.PUSHLAB_BROWSER || null);
    return found.state === 'found'
      ? finding('browser', 'ok', `${found.version} (${found.source}), ${found.executable}`)
      : finding('browser', 'missing', `${found.why}; browser trials are reported as not run`, browserAdvice);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return finding('browser', 'missing', `PUSHLAB_BROWSER: ${error.message}`);
  }
}

function wire(): Finding {
  const why = whyNoWire();
  return why === null
    ? finding('TCP/IP bytes', 'exact', 'counted in a network namespace of the run’s own, MTU 1500')
    : finding(
        'TCP/IP bytes',
        'estimate',
        `from the bytes of the sockets and the packets of the loopback: ${why}`,
        'sudo apt install iproute2 nftables, then run as root',
      );
}

function costs(): Finding[] {
  const memory = readMemory(process.pid);
  const needsLinux = 'only Linux shows it, in /proc';
  return [
    readText('/proc/self/schedstat') === null
      ? finding('CPU time', 'missing', needsLinux)
      : finding('CPU time', 'exact', 'of every thread, in ns; user and system apart by ticks of 10 ms'),
    memory.anonymousBytes === null
      ? finding(
          'memory',
          memory.rssBytes === null ? 'missing' : 'estimate',
          'own memory (smaps_rollup) is not shown here',
        )
      : finding('memory', 'exact', 'resident, and of its own (Pss_Anon)'),
    readSocketBytes() === null
      ? finding('socket memory', 'missing', 'the kernel’s share needs /proc/slabinfo', 'run as root')
      : finding(
          'socket memory',
          'exact',
          'the kernel’s share, from its slab caches; of the whole machine, so stay alone on it',
        ),
  ];
}

/** What `qps`, `connections` and `capacity` have their sockets of (docs/decisions/0024). */
function crowdSockets(): Finding {
  const why = whyNoRing();
  return why === null
    ? finding('sockets', 'ok', 'of an io_uring in qps, connections and capacity; libuv’s in trials of suites')
    : finding(
        'sockets',
        'look',
        `libuv’s everywhere: ${why}; a connection takes more of the generator’s memory and time`,
        why.includes('koffi') ? 'npm ci, with optional packages' : null,
      );
}

function noise(): Finding {
  const sources = {
    'steal and foreign load': existsSync('/proc/stat'),
    'pressure (PSI)': existsSync('/proc/pressure/cpu'),
    'clock frequency': existsSync('/sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq'),
    'thermal throttling': existsSync('/sys/devices/system/cpu/cpu0/thermal_throttle'),
  };
  const named = (shown: boolean) =>
    Object.entries(sources)
      .filter(([, exists]) => exists === shown)
      .map(([name]) => name)
      .join(', ');
  const hidden = named(false);
  return finding(
    'noise',
    hidden === '' ? 'exact' : 'estimate',
    `seen: ${named(true) || 'nothing'}${hidden === '' ? '' : `; not shown by this machine: ${hidden}`}`,
  );
}

function pinning(): Finding {
  const { server, generator, whyNot } = chooseCores();
  return whyNot === null
    ? finding(
        'pinning',
        'ok',
        `server on core ${server}, generator on core ${generator}, of ${allowedCores().join(',')}`,
      )
    : finding(
        'pinning',
        'missing',
        `${whyNot}; server and generator share cores`,
        /taskset/.test(whyNot) ? 'sudo apt install util-linux' : null,
      );
}

function surroundings({
  governor,
  turbo,
  swapBytes,
  load1,
  cores,
  congestionControl,
  loopbackMtuBytes,
}: Plan['machine']): Finding[] {
  return [
    cores < 3
      ? finding('cores', 'look', `${cores}: the harness and everything else share those of server and generator`)
      : finding('cores', 'ok', String(cores)),
    load1 === null
      ? finding('load', 'missing', 'not shown by this system')
      : load1 > cores * quietLoadShare
        ? finding(
            'load',
            'look',
            `${load1.toFixed(2)} over one minute: other work widens every interval`,
            'see what runs: top',
          )
        : finding('load', 'ok', `${load1.toFixed(2)} over one minute`),
    governor === null || governor === 'performance'
      ? finding('governor', 'ok', governor ?? 'not shown by this machine, as in most virtual ones')
      : finding(
          'governor',
          'look',
          `${governor}: the clock follows the load, so a quiet arm runs on a slower core`,
          'sudo cpupower frequency-set --governor performance',
        ),
    turbo === true
      ? finding(
          'turbo',
          'look',
          'on: the clock depends on heat and on the other cores',
          'echo 1 | sudo tee /sys/devices/system/cpu/intel_pstate/no_turbo, or echo 0 into cpufreq/boost',
        )
      : finding('turbo', 'ok', turbo === null ? 'not shown by this machine' : 'off'),
    swapBytes !== null && swapBytes > 0
      ? finding(
          'swap',
          'look',
          `${Math.round(swapBytes / 2 ** 20)} MiB: memory may go there and come back late`,
          'sudo swapoff --all',
        )
      : finding('swap', 'ok', swapBytes === null ? 'not shown by this system' : 'none'),
    finding(
      'TCP',
      'ok',
      `congestion control ${congestionControl ?? 'unknown'}, loopback MTU ${loopbackMtuBytes ?? 'unknown'} B; both are in every plan`,
    ),
  ];
}

function limits({ portRange }: Plan['machine']): Finding[] {
  const descriptors = readDescriptorLimits();
  const found: Finding[] = [];
  if (descriptors === null) found.push(finding('descriptors', 'missing', 'limit not shown by this system'));
  else {
    const { soft, hard } = descriptors;
    const detail = `${soft.toLocaleString('en')} open files a process (hard limit ${hard.toLocaleString('en')}): about ${(soft - spareDescriptors).toLocaleString('en')} subscribers a worker`;
    found.push(
      soft < hard ? finding('descriptors', 'look', detail, `ulimit -n ${hard}`) : finding('descriptors', 'ok', detail),
    );
  }
  if (portRange === null) found.push(finding('ports', 'missing', 'range not shown by this system'));
  else {
    const [first, last] = portRange;
    found.push(
      finding(
        'ports',
        'ok',
        `${(last - first + 1).toLocaleString('en')} local ports (${first}–${last}) for each address connected to`,
      ),
    );
  }
  return found;
}

function peers(): Finding[] {
  const programs = [
    { name: 'wrk', what: 'requests per second beside ours', debian: 'wrk' },
    { name: 'ab', what: 'the article’s second tool', debian: 'apache2-utils' },
    { name: 'h2load', what: 'requests per second beside ours', debian: 'nghttp2-client' },
    { name: 'tshark', what: 'a capture beside the packet counters (tests)', debian: 'tshark' },
  ];
  return programs.map(({ name, what, debian }) => {
    const path = findProgram(name);
    return path === null
      ? finding(name, 'missing', `without it no ${what}`, `sudo apt install ${debian}`)
      : finding(name, 'ok', `${path}: ${what}`);
  });
}

function leftovers(): Finding[] {
  const clean = 'npx pushlab doctor --clean';
  return [
    ...leftoverNamespaces().map((name) => finding('namespace', 'look', name, clean)),
    ...leftoverProfiles().map((folder) => finding('browser profile', 'look', folder, clean)),
  ];
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
