/** Whether uWebSockets.js loads here, found out in a process of its own: a binary that does not fit may crash. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** @returns a reason with the ways out, or null when it loads */
export function probeUws(): { reason: string | null } {
  const cwd = fileURLToPath(new URL('../../', import.meta.url));
  const { status, stderr, signal } = spawnSync(process.execPath, ['-e', "require('uWebSockets.js').App"], {
    cwd,
    encoding: 'utf8',
  });
  if (status === 0) return { reason: null };
  // The library wraps the loader's reason in a message of its own; the reason comes later.
  const reasons = stderr.split('\n').filter((text) => /^\s*(\w*Error: )/.test(text));
  const line =
    reasons.find((text) => /GLIBC|\.node/.test(text)) ?? reasons.at(-1) ?? `ended by ${signal ?? `code ${status}`}`;
  return {
    reason:
      `${line.trim()}; its binaries need glibc 2.27 on Node 20, and glibc 2.38 on Node 22 and later: ` +
      'use Node 20, or a system with a newer glibc (Debian 13, Ubuntu 24.04)',
  };
}
