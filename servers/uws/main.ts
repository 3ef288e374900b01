/** The worker process of the uWebSockets.js subject. */
import { runWorker } from '../shared/worker.js';
import { loadUws } from './load.js';

await runWorker('servers/uws/main.ts', loadUws);
