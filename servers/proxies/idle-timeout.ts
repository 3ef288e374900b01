/** A TCP proxy that cuts a connection on which nothing has passed, either way, for `proxyIdleMs`. */
import { createServer } from 'node:net';
import { proxyIdleMs } from '../../contract/proxies.js';
import { Pair } from './pair.js';
import type { OpenProxy } from './proxy.js';

export const openIdleTimeout: OpenProxy = ({ host, targetPort, payloadBytes, counters }) => {
  const pairs = new Set<Pair>();
  const server = createServer((client) => {
    counters.connections++;
    const pair = new Pair(client, host, targetPort, payloadBytes);
    pairs.add(pair);
    client.on('close', () => pairs.delete(pair));
    // Whatever passes is read from this socket or written to it.
    client.setTimeout(proxyIdleMs, () => {
      counters.cut++;
      pair.close();
    });
  });
  return {
    server,
    cut() {
      for (const pair of pairs) pair.reset();
    },
  };
};
