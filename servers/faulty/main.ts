/** The worker process of a server that is wrong on purpose: uWebSockets.js behind the fault that its argument names. */
import { updateFaults } from '../../contract/faults.js';
import { runWorker } from '../shared/worker.js';
import { loadUws } from '../uws/load.js';
import { withFault } from './open-faulty.js';

await runWorker('servers/faulty/main.ts', async () => {
  const openUws = await loadUws();
  return (context) => {
    const { fault } = context.argument;
    if (fault === undefined) throw new Error('a faulty server needs a fault (contract/faults.ts) in its argument');
    return withFault(openUws, updateFaults[fault])(context);
  };
});
