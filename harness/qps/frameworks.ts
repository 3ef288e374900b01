/**
 * Servers of the published table that are in other languages: built once where their toolchain is, started like our own.
 *
 * They answer `GET /hello` and nothing else, so they are subjects of requests only, never of a transport.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '../user-error.js';

export interface Framework {
  readonly id: string;
  readonly title: string;
  /** The program that builds it. */
  readonly toolchain: string;
  /** Run in a copy of its sources. */
  readonly build: readonly string[];
  /** What that leaves, from there. */
  readonly binary: string;
}

export const frameworks: readonly Framework[] = [
  {
    id: 'hyperlane',
    title: 'Hyperlane 4.31.0 (Rust)',
    toolchain: 'cargo',
    build: ['cargo', 'build', '--release', '--locked'],
    binary: 'target/release/hello-hyperlane',
  },
  {
    id: 'tokio',
    title: 'Tokio, fixed bytes (Rust)',
    toolchain: 'cargo',
    build: ['cargo', 'build', '--release', '--locked'],
    binary: 'target/release/hello-tokio',
  },
  { id: 'go', title: 'Go net/http', toolchain: 'go', build: ['go', 'build', '-o', 'hello', '.'], binary: 'hello' },
];
export const frameworkIds: readonly string[] = frameworks.map(({ id }) => id);

/** A first build fetches and compiles some eighty crates: two minutes on two cores. */
const buildTimeoutMs = 15 * 60_000;
const startTimeoutMs = 10_000;

/** Where it is once built: under the hash of its sources, so that a change of them is a new build. */
export function binaryOf(framework: Framework): string {
  const folder = sourcesOf(framework);
  const hash = createHash('sha256');
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }).sort(byPath))
    if (entry.isFile())
      hash.update(`${entry.name}\n`).update(readFileSync(join(entry.parentPath ?? entry.path, entry.name)));
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'pushlab', 'hello');
  return join(cache, `${framework.id}-${hash.digest('hex').slice(0, 16)}`);
}

export function isBuilt(framework: Framework): boolean {
  return existsSync(binaryOf(framework));
}

/**
 * @param work an empty folder to build in
 * @throws UserError without the toolchain, and with the compiler's last words when it fails
 */
export async function buildFramework(framework: Framework, work: string): Promise<void> {
  const binary = binaryOf(framework);
  cpSync(sourcesOf(framework), work, { recursive: true });
  await new Promise<void>((resolve, reject) => {
    const [program = '', ...args] = framework.build;
    execFile(program, args, { cwd: work, timeout: buildTimeoutMs }, (error, _stdout, stderr) => {
      if (error === null) resolve();
      else if ((error as NodeJS.ErrnoException).code === 'ENOENT')
        reject(new UserError(`${framework.title}: no ${framework.toolchain} on the PATH to build it with`));
      else reject(new UserError(`${framework.title}: ${framework.build.join(' ')} failed: ${lastWords(stderr)}`));
    });
  });
  mkdirSync(join(binary, '..'), { recursive: true });
  // Beside, then renamed: on another file system a copy may be cut short.
  const beside = `${binary}.${process.pid}`;
  cpSync(join(work, framework.binary), beside);
  renameSync(beside, binary);
}

interface FrameworkServer {
  readonly pid: number;
  readonly port: number;
  stop(): Promise<void>;
}

/**
 * On a free port of loopback, and on these cores. It ends with this process, however that ends.
 *
 * @throws UserError when it is not built, or does not listen
 */
export async function startFramework(framework: Framework, cores: string | null): Promise<FrameworkServer> {
  if (!isBuilt(framework))
    throw new UserError(`${framework.title} is not built; build what this machine can: npm run frameworks`);
  const port = await freePort();
  const server = [binaryOf(framework), String(port)];
  const pinned = cores === null ? server : ['taskset', '-c', cores, ...server];
  // `exec`: the group's first process is the server itself, whose CPU time is read. The other waits for this end to go.
  const script = '( read -r _ <&3; kill -KILL 0 ) & exec "$@"';
  const child = spawn('sh', ['-c', script, 'sh', ...pinned], {
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  child.stderr?.on('data', (bytes: Buffer) => {
    stderr = (stderr + bytes.toString('utf8')).slice(-4096);
  });
  const stop = () => stopGroup(child);
  try {
    await listening(child, port);
  } catch {
    await stop();
    throw new UserError(`${framework.title} does not listen on port ${port}: ${lastWords(stderr)}`);
  }
  return { pid: child.pid as number, port, stop };
}

function sourcesOf({ id }: Framework): string {
  return fileURLToPath(new URL(`../../servers/hello/${id}`, import.meta.url));
}

function byPath(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

function lastWords(stderr: string): string {
  return stderr.trim().split('\n').at(-1) || 'it said nothing';
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** Rejects when it has ended, or was given its time. */
async function listening(child: ChildProcess, port: number): Promise<void> {
  const patience = AbortSignal.timeout(startTimeoutMs);
  while (!(await accepts(port))) {
    if (patience.aborted || child.exitCode !== null || child.signalCode !== null) throw new Error('not listening');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

async function stopGroup(child: ChildProcess): Promise<void> {
  if (child.pid === undefined) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  if (child.exitCode === null && child.signalCode === null) {
    process.kill(-child.pid, 'SIGKILL');
    await gone;
  }
  for (const stream of child.stdio) stream?.destroy();
}
