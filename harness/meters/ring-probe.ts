/** Whether an io_uring gives sockets here, found out in a process of its own. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const pathOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** @returns why not, in one line, or null where it does */
export function whyNoRing(): string | null {
  const { status, signal, stdout } = spawnSync(
    process.execPath,
    ['--import', pathOf('../../register.mjs'), pathOf('../../clients/uring/main.ts')],
    { encoding: 'utf8' },
  );
  if (status !== 0) return `trying one ended by ${signal ?? `code ${status}`}`;
  return stdout.trim() === '' ? null : stdout.trim();
}
