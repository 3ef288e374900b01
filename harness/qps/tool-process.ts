/**
 * Runs somebody else's load generator to its end, on the generator's cores, and says what it printed and cost.
 *
 * Its CPU time must hold all of its threads, ended ones too, and all of its life: polling /proc would miss the tail. The
 * shell that waits for it gets exactly that from the kernel, and its `times` prints it (POSIX, so any sh will do).
 */
import { spawn } from 'node:child_process';

export interface ToolOutput {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | null;
  readonly cpuUs: number | null;
  readonly timedOut: boolean;
}

/**
 * Beside the tool something waits at a pipe (4) whose other end only the harness holds: when that is gone, however it went,
 * the whole group goes too. A tool would otherwise load a server nobody measures to the end of its duration.
 */
const script = '( read -r _ <&4; kill -KILL 0 ) & watch=$!; "$@"; code=$?; kill $watch; times >&3; exit $code';
/** More than any tool prints in earnest. */
const mostOutput = 4 * 1024 * 1024;

/**
 * @param cores `taskset -c` list, or null for any
 * @throws the signal's reason when aborted; nothing of the tool is left running then
 */
export function runTool(command: readonly string[], { cores, cwd, timeoutMs, signal }: ToolRun): Promise<ToolOutput> {
  signal.throwIfAborted();
  const pinned = cores === null ? command : ['taskset', '-c', cores, ...command];
  // A group of its own: the shell and the tool are ended together.
  const shell = spawn('sh', ['-c', script, 'sh', ...pinned], {
    cwd,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
  });
  // Nothing is written to it, and its end must not hold up that of the shell.
  const lifeline = shell.stdio[4];
  shell.on('exit', () => lifeline?.destroy());
  const kill = (): void => {
    if (shell.pid === undefined) return;
    try {
      process.kill(-shell.pid, 'SIGKILL');
    } catch {
      // It has just ended by itself.
    }
  };
  // However this process leaves, the tool does not stay.
  process.once('exit', kill);
  const texts = ['', '', ''];
  for (const [index, stream] of [shell.stdout, shell.stderr, shell.stdio[3]].entries())
    stream?.on('data', (bytes: Buffer) => {
      if ((texts[index] as string).length < mostOutput) texts[index] += bytes.toString('utf8');
    });
  let timedOut = false;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      timedOut = true;
      kill();
    }, timeoutMs);
    signal.addEventListener('abort', kill, { once: true });
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', kill);
      process.removeListener('exit', kill);
    };
    shell.on('error', (error) => {
      done();
      reject(error);
    });
    shell.on('close', (exitCode) => {
      done();
      if (signal.aborted) reject(signal.reason);
      else {
        const [stdout = '', stderr = '', times = ''] = texts;
        resolve({ stdout, stderr, exitCode, cpuUs: childCpuUs(times), timedOut });
      }
    });
  });
}

interface ToolRun {
  readonly cores: string | null;
  readonly cwd: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** The second line of `times`: user and system time of children, as in `0m1.230s 0m4.560s`. Null when it is not there. */
export function childCpuUs(times: string): number | null {
  const found = /\n(\d+)m([\d.,]+)s (\d+)m([\d.,]+)s/.exec(times);
  if (found === null) return null;
  const seconds = (at: number): number => Number(found[at]) * 60 + Number((found[at + 1] as string).replace(',', '.'));
  return Math.round((seconds(1) + seconds(3)) * 1e6);
}
