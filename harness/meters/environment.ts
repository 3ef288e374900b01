/** Facts about the machine and the versions in use: what a reader must know to compare two runs. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plan } from '../model.js';

/** Where processes are pinned: `taskset -c` lists, or null for anywhere. */
export interface Cores {
  readonly server: string | null;
  readonly generator: string | null;
  /** Why there is no pinning, or null. */
  readonly whyNot: string | null;
}

const projectRoot = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Different cores for server and generator, when this machine lets us choose.
 *
 * Every process gets one of its own where there are enough; where there are not, both ends get their share of them.
 */
export function chooseCores(serverProcesses = 1, clientWorkers = 1): Cores {
  const unpinned = (whyNot: string): Cores => ({ server: null, generator: null, whyNot });
  if (findProgram('taskset') === null) return unpinned('taskset (util-linux) is not installed');
  const allowed = allowedCores();
  if (allowed.length < 2)
    return unpinned(`this process may use ${allowed.length === 0 ? 'an unknown number of cores' : 'one core only'}`);
  const fair = Math.floor((allowed.length * serverProcesses) / (serverProcesses + clientWorkers));
  const forServers = Math.min(serverProcesses, Math.max(1, Math.min(fair, allowed.length - 1)));
  return {
    server: allowed.slice(0, forServers).join(','),
    generator: allowed.slice(forServers, forServers + clientWorkers).join(','),
    whyNot: null,
  };
}

/** The cores this process may run on, from its affinity mask; none where /proc does not say. */
export function allowedCores(): number[] {
  const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(readText('/proc/self/status') ?? '')?.[1];
  if (list === undefined) return [];
  return list.split(',').flatMap((range) => {
    const [first = Number.NaN, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
}

export function readMachine(cores: Cores): Plan['machine'] {
  return {
    os: prettyOs(),
    kernel: `${type()} ${release()}`,
    cpuModel: cpus()[0]?.model.trim() || 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    congestionControl: readText('/proc/sys/net/ipv4/tcp_congestion_control')?.trim() ?? null,
    pinning: cores.server !== null,
    governor: readText('/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor')?.trim() ?? null,
    turbo: readTurbo(),
    swapBytes: readSwapBytes(),
    descriptorLimit: readDescriptorLimits()?.soft ?? null,
    portRange: readPortRange(),
    loopbackMtuBytes: numberIn('/sys/class/net/lo/mtu'),
    load1: type() === 'Windows_NT' ? null : (loadavg()[0] ?? null),
  };
}

/** Open files a process may have; the hard limit is how far it may raise that itself. Null where /proc does not say. */
export function readDescriptorLimits(): { readonly soft: number; readonly hard: number } | null {
  const found = /^Max open files\s+(\d+)\s+(\d+)/m.exec(readText('/proc/self/limits') ?? '');
  return found === null ? null : { soft: Number(found[1]), hard: Number(found[2]) };
}

/** Memory that processes may still take, of the machine's and of this control group's; null where neither says. */
export function readFreeBytes(): number | null {
  const kilobytes = /^MemAvailable:\s+(\d+) kB$/m.exec(readText('/proc/meminfo') ?? '')?.[1];
  const ofMachine = kilobytes === undefined ? Number.POSITIVE_INFINITY : Number(kilobytes) * 1024;
  // 'max' where there is no limit, which is no number.
  const [limit, used] = ['memory.max', 'memory.current'].map((file) => numberIn(`/sys/fs/cgroup/${file}`));
  const ofGroup = limit == null || used == null || Number.isNaN(limit) ? Number.POSITIVE_INFINITY : limit - used;
  const free = Math.min(ofMachine, ofGroup);
  return Number.isFinite(free) ? Math.max(0, free) : null;
}

/** Whether the processor may clock itself higher for a while: Intel's driver and the generic one say it inversely. */
function readTurbo(): boolean | null {
  const noTurbo = numberIn('/sys/devices/system/cpu/intel_pstate/no_turbo');
  if (noTurbo !== null) return noTurbo === 0;
  const boost = numberIn('/sys/devices/system/cpu/cpufreq/boost');
  return boost === null ? null : boost === 1;
}

function readSwapBytes(): number | null {
  const kilobytes = /^SwapTotal:\s+(\d+) kB$/m.exec(readText('/proc/meminfo') ?? '')?.[1];
  return kilobytes === undefined ? null : Number(kilobytes) * 1024;
}

/** First and last local port for connections that ask for none; null where /proc does not say. */
export function readPortRange(): [number, number] | null {
  const [first, last] = (readText('/proc/sys/net/ipv4/ip_local_port_range') ?? '').trim().split(/\s+/).map(Number);
  return first === undefined || last === undefined ? null : [first, last];
}

function numberIn(path: string): number | null {
  const text = readText(path)?.trim();
  return text === undefined || text === '' ? null : Number(text);
}

export function readVersions(): Plan['versions'] {
  const uws = readUwsBinary();
  return {
    pushlab: packageVersion(join(projectRoot, 'package.json')),
    commit: readCommit(),
    node: process.versions.node,
    uWebSockets: uws.version,
    uWebSocketsCommit: uws.commit,
    uWebSocketsSha256: uws.sha256,
    ws: packageVersion(createRequire(import.meta.url).resolve('ws/package.json')),
    lockfileSha256: sha256Of(join(projectRoot, 'package-lock.json')),
  };
}

/** The binary that Node would load here, found without loading it. */
function readUwsBinary(): { version: string; commit: string | null; file: string; sha256: string | null } {
  const folder = dirname(createRequire(import.meta.url).resolve('uWebSockets.js'));
  const file = join(folder, `uws_${process.platform}_${process.arch}_${process.versions.modules}.node`);
  return {
    version: packageVersion(join(folder, 'package.json')),
    commit: readText(join(folder, 'source_commit'))?.trim() ?? null,
    file,
    sha256: sha256Of(file),
  };
}

function sha256Of(file: string): string | null {
  return existsSync(file) ? createHash('sha256').update(readFileSync(file)).digest('hex') : null;
}

/** The path of a program, or null. */
export function findProgram(name: string): string | null {
  for (const folder of (process.env.PATH ?? '').split(':')) {
    const path = join(folder, name);
    if (folder !== '' && existsSync(path)) return path;
  }
  return null;
}

function packageVersion(path: string): string {
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
}

function readCommit(): string | null {
  if (!existsSync(join(projectRoot, '.git'))) return null;
  try {
    const git = (...args: string[]) =>
      execFileSync('git', args, { cwd: projectRoot, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    const commit = git('rev-parse', '--short=12', 'HEAD');
    return git('status', '--porcelain', '--untracked-files=no') === '' ? commit : `${commit} (with changes)`;
  } catch {
    return null;
  }
}

function prettyOs(): string {
  return /^PRETTY_NAME="?([^"\n]+)"?$/m.exec(readText('/etc/os-release') ?? '')?.[1] ?? type();
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
