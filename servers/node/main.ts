/** The worker process of the Node subject. */
import { runWorker } from '../shared/worker.js';

await runWorker('servers/node/main.ts', async () => (await import('./app.js')).openNode);
