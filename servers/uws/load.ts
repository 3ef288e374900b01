import type { OpenSubject } from '../shared/server.js';

/**
 * Imports the subject late, so that a binary that does not load is a message and not a stack.
 *
 * @throws Error with one line that names the versions it would take
 */
export async function loadUws(): Promise<OpenSubject> {
  try {
    return (await import('./app.js')).openUws;
  } catch (error) {
    const { glibcVersionRuntime } = (process.report.getReport() as { header: { glibcVersionRuntime?: string } }).header;
    const reason = (error as Error).message.trim().split('\n').at(-1);
    throw new Error(
      `uWebSockets.js does not load on Node ${process.versions.node} with glibc ${glibcVersionRuntime ?? '(none)'}: ` +
        `${reason}; it has binaries for Node 20 (glibc 2.27 or newer) and Node 22, 24 and 25 (glibc 2.38 or newer)`,
    );
  }
}
