/**
 * A TCP proxy that hands bytes on as they come, and the place where faults of connections are made.
 *
 * Faults are made here and not in the server, so that the server under test stays the real one. A server that cannot be
 * reached is, as behind any such proxy, a connection that opens and closes again.
 */
import { createServer, type Socket } from 'node:net';
import type { ConnectionFault } from '../../contract/faults.js';
import { Pair } from './pair.js';
import type { OpenProxy } from './proxy.js';

const page = '<html><title>Sign in</title><p>Please sign in to use this network.</html>\n';

/** What new connections are answered while a fault lasts. */
const answers = {
  'answer-204': 'HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n',
  'answer-500': 'HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n',
  'wrong-content-type': `HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: ${page.length}\r\nConnection: close\r\n\r\n${page}`,
} as const satisfies Partial<Record<ConnectionFault, string>>;

export const openTransparent: OpenProxy = ({ host, targetPort, payloadBytes, counters }) => {
  const pairs = new Set<Pair>();
  const answering = new Set<Socket>();
  let answer: string | null = null;
  let timer: NodeJS.Timeout | undefined;

  const server = createServer((client) => {
    counters.connections++;
    if (answer !== null) {
      answering.add(client.on('close', () => answering.delete(client)));
      return answerOnce(client, answer);
    }
    const pair = new Pair(client, host, targetPort, payloadBytes);
    pairs.add(pair);
    client.on('close', () => pairs.delete(pair));
  });

  const resetAll = (): void => {
    for (const pair of pairs) pair.reset();
  };

  return {
    server,
    cut() {
      clearTimeout(timer);
      resetAll();
      for (const client of answering) client.destroy();
    },
    disturb(fault, forMs) {
      switch (fault) {
        case 'half-event':
        case 'half-event-hang':
          for (const pair of pairs) pair.breakOff(fault === 'half-event' ? 'close' : 'hang');
          return;
        case 'reset-connections':
          return resetAll();
        case 'answer-204':
        case 'answer-500':
        case 'wrong-content-type':
          answer = answers[fault];
          clearTimeout(timer);
          timer = setTimeout(() => {
            answer = null;
          }, forMs);
          return resetAll();
      }
    },
  };
};

/** Once the request's head is in: an answer to nothing would be another fault. */
function answerOnce(client: Socket, answer: string): void {
  let head = '';
  client.on('error', () => {});
  client.on('data', (chunk) => {
    head += chunk.toString('latin1');
    if (head.includes('\r\n\r\n')) client.end(answer);
  });
}
