/**
 * Bytes on the wire, TCP/IP headers included: packet counters in a network namespace of the run's own.
 *
 * Needs root, `ip`, `nsenter` and `nft`. Only the run's processes talk in there, over a loopback that is made like
 * Ethernet: its MTU of 65,536 would spare large payloads nearly all headers, and segmentation offload would show
 * the counters one packet where a network carries forty. nftables counts each packet once, on its way out.
 */
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { findProgram } from './environment.js';

/** At the IP level: IP and TCP headers, ACKs, handshakes and retransmits in; Ethernet frames out. */
export interface WireReading {
  readonly down: PacketCount;
  readonly up: PacketCount;
}

export interface PacketCount {
  readonly packets: number;
  readonly bytes: number;
}

/** Ethernet's. */
export const wireMtuBytes = 1500;
/** First and last local port for connections inside a namespace. */
export const namespacePorts: readonly [number, number] = [1024, 65_535];
const cutTable = 'pushlab_cut';
const namePrefix = 'pushlab-';
const namespacesFolder = '/run/netns';
const execute = promisify(execFile);

/** Why bytes on the wire cannot be counted here, or null when they can. */
export function whyNoWire(): string | null {
  if (process.platform !== 'linux') return 'network namespaces exist on Linux only';
  if (process.getuid?.() !== 0) return 'a network namespace of its own needs root';
  const missing = ['ip', 'nsenter', 'nft'].filter((name) => findProgram(name) === null);
  if (missing.length > 0) return `not installed: ${missing.join(', ')} (Debian: apt install iproute2 nftables)`;
  return tryOut();
}

/** A container may have root and the programs, and still not be allowed. */
function tryOut(): string | null {
  try {
    NetNamespace.create('probe').remove();
    return null;
  } catch (error) {
    return `a network namespace cannot be made here (${(error as Error).message.trim().split('\n').at(-1)})`;
  }
}

export class NetNamespace {
  readonly name: string;
  #port: number | null = null;

  private constructor(name: string) {
    this.name = name;
  }

  /**
   * Makes the namespace and its loopback. Whoever makes one removes it.
   *
   * @param use tells several of one process apart
   * @throws Error when the system refuses; nothing is left then
   */
  static create(use = 'run'): NetNamespace {
    const namespace = new NetNamespace(`${namePrefix}${process.pid}-${use}`);
    run('ip', ['netns', 'add', namespace.name]);
    try {
      namespace.#widenPorts();
      run('ip', ['-n', namespace.name, 'link', 'set', 'lo', 'mtu', String(wireMtuBytes), 'gso_max_segs', '1', 'up']);
    } catch (error) {
      namespace.remove();
      throw error;
    }
    return namespace;
  }

  /** Nobody else is in there, so connections may come from any port above the reserved ones. */
  #widenPorts(): void {
    this.#set('ip_local_port_range', namespacePorts.join(' '));
  }

  /** How often TCP sends to a peer that does not answer before the connection is given up (ip-sysctl, tcp_retries2). */
  giveUpAfter(tries: number): void {
    this.#set('tcp_retries2', String(tries));
  }

  #set(name: string, value: string): void {
    run('nsenter', [...this.enter.slice(1), 'sh', '-c', `echo ${value} > /proc/sys/net/ipv4/${name}`]);
  }

  /** Lets nothing through from or to a port, until it is mended. */
  cut(port: number): void {
    this.#nft(`table inet ${cutTable} {
      chain out {
        type filter hook output priority 0; policy accept;
        tcp sport ${port} drop
        tcp dport ${port} drop
      }
    }`);
  }

  mend(): void {
    this.#nft(`delete table inet ${cutTable}`);
  }

  #nft(commands: string): void {
    execFileSync('nsenter', [...this.enter.slice(1), 'nft', '-f', '-'], { input: commands });
  }

  /** What a command line starts with to run inside. */
  get enter(): readonly string[] {
    return ['nsenter', `--net=${namespacesFolder}/${this.name}`];
  }

  /** Counts from now on what goes from and to a server's port, and forgets what was counted before. */
  count(port: number): void {
    const table = `table inet pushlab {
      counter down { }
      counter up { }
      chain out {
        type filter hook output priority 0; policy accept;
        tcp sport ${port} counter name "down"
        tcp dport ${port} counter name "up"
      }
    }`;
    const forget = this.#port === null ? '' : 'delete table inet pushlab\n';
    this.#port = port;
    this.#nft(forget + table);
  }

  async read(): Promise<WireReading> {
    const { stdout } = await execute('nsenter', [...this.enter.slice(1), 'nft', '-j', 'list', 'counters']);
    return parseCounters(stdout);
  }

  /** Processes still inside keep their network until they end; the name is gone at once. */
  remove(): void {
    if (existsSync(`${namespacesFolder}/${this.name}`)) run('ip', ['netns', 'delete', this.name]);
  }
}

/**
 * What the loopback of a process's namespace carried so far, both ways together: one read of a file, so it can be
 * taken at the very edge of a window. The kernel counts a loopback packet without its Ethernet header.
 *
 * @throws Error when the process is gone
 */
export function readLoopback(pid: number): PacketCount {
  const line = /^\s*lo:\s*(.*)$/m.exec(readFileSync(`/proc/${pid}/net/dev`, 'utf8'))?.[1];
  const [bytes, packets] = (line ?? '').split(/\s+/).map(Number);
  if (bytes === undefined || packets === undefined) throw new Error(`/proc/${pid}/net/dev has no line for lo`);
  return { packets, bytes };
}

/** TCP segments that were sent again in a process's namespace so far (RetransSegs, RFC 4022). @throws as above */
export function readRetransmits(pid: number): number {
  const [names, values] = readFileSync(`/proc/${pid}/net/snmp`, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('Tcp:'))
    .map((line) => line.split(' '));
  const at = names?.indexOf('RetransSegs') ?? -1;
  if (at < 0) throw new Error(`/proc/${pid}/net/snmp has no RetransSegs`);
  return Number(values?.[at]);
}

/** What `nft -j list counters` prints. @throws Error when a counter is missing */
export function parseCounters(json: string): WireReading {
  const { nftables } = JSON.parse(json) as { nftables: { counter?: { name: string } & PacketCount }[] };
  const find = (name: string): PacketCount => {
    const counter = nftables.find((entry) => entry.counter?.name === name)?.counter;
    if (counter === undefined) throw new Error(`nftables has no counter '${name}'`);
    return { packets: counter.packets, bytes: counter.bytes };
  };
  return { down: find('down'), up: find('up') };
}

/** Namespaces of runs that were killed before they could remove them. */
export function leftoverNamespaces(): string[] {
  if (!existsSync(namespacesFolder)) return [];
  return readdirSync(namespacesFolder).filter((name) => {
    const pid = new RegExp(`^${namePrefix}(\\d+)-`).exec(name)?.[1];
    return pid !== undefined && !existsSync(`/proc/${pid}`);
  });
}

/** Removes them, and returns their names. */
export function removeLeftoverNamespaces(): string[] {
  const names = leftoverNamespaces();
  for (const name of names) run('ip', ['netns', 'delete', name]);
  return names;
}

function run(program: string, args: readonly string[]): void {
  execFileSync(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
}
