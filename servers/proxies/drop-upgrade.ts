/** An HTTP/1.1 proxy that does not know Upgrade: a handshake arrives at the server as an ordinary GET. */
import { Agent, createServer } from 'node:http';
import { forward } from './forward.js';
import type { OpenProxy } from './proxy.js';

export const openDropUpgrade: OpenProxy = ({ host, targetPort: port, counters }) => {
  const agent = new Agent({ keepAlive: true });
  // Without a listener for 'upgrade', Node hands such a request on as any other.
  const server = createServer((incoming, response) =>
    forward(incoming, response, { host, port, agent }, (answer) => {
      response.flushHeaders();
      answer.pipe(response);
    }),
  );
  server.on('connection', () => counters.connections++);
  return {
    server,
    cut() {
      server.closeAllConnections();
      agent.destroy();
    },
  };
};
