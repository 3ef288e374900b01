/** The worker process of the uWebSockets.js subject. */
import { runWorker } from '../shared/worker.js';

await runWorker('servers/uws/main.ts', async () => {
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
});
