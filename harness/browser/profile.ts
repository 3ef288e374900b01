/**
 * The folder that a browser keeps its profile and its temporary files in: one per trial, removed with it.
 *
 * Named after the process of the harness, so that those of one that was killed can be found and removed.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const prefix = 'pushlab-profile-';
/** A browser whose pipe has closed needs a moment to go. */
const leaveTimeoutMs = 2_000;
const lookEveryMs = 20;

export function createProfile(): string {
  return mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-`));
}

/** Removes it once its browser is gone; a browser that stays is killed. */
export async function removeProfile(folder: string): Promise<void> {
  const deadline = Date.now() + leaveTimeoutMs;
  while (usersOf(folder).length > 0 && Date.now() < deadline) await delay(lookEveryMs);
  for (const pid of usersOf(folder)) kill(pid);
  while (usersOf(folder).length > 0 && Date.now() < deadline + leaveTimeoutMs) await delay(lookEveryMs);
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
}

/** Profiles of runs that were killed before they could remove them. */
export function leftoverProfiles(): string[] {
  return (
    readdirSync(tmpdir())
      .filter((name) => {
        const pid = new RegExp(`^${prefix}(\\d+)-`).exec(name)?.[1];
        return pid !== undefined && !isAlive(Number(pid));
      })
      .map((name) => join(tmpdir(), name))
      // Its browser may outlive the harness by a moment, and then belongs to a worker that removes it.
      .filter((folder) => usersOf(folder).length === 0)
  );
}

/** Removes them, and returns their names. */
export function removeLeftoverProfiles(): string[] {
  const folders = leftoverProfiles();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  return folders;
}

/** The browser whose profile it is; what it started ends with it. None where /proc is missing. */
function usersOf(folder: string): number[] {
  if (!existsSync('/proc/self/cmdline')) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`--user-data-dir=${folder}`);
      } catch {
        return false;
      }
    });
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has gone meanwhile.
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
