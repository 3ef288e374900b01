/** Which way to sockets a worker uses: the first of those it is told to try that works on this machine. */
import type { LoadArgument, SocketCalls } from '../../contract/qps.js';
import { findBareSockets } from './bare-sockets.js';
import { openRingSockets } from './ring-sockets.js';
import { documentedSockets, type SocketEngine } from './sockets.js';

/**
 * @param outstandingBytes the most that a connection has sent and no answer to
 * @throws Error with the reason of each when none works
 */
export async function chooseEngine(
  { sockets, connections }: LoadArgument,
  outstandingBytes: number,
): Promise<SocketEngine> {
  const find: Readonly<Record<SocketCalls, () => Promise<SocketEngine>>> = {
    io_uring: () => openRingSockets(connections, outstandingBytes),
    bare: findBareSockets,
    documented: async () => documentedSockets,
  };
  const reasons: string[] = [];
  for (const calls of sockets)
    try {
      return await find[calls]();
    } catch (error) {
      reasons.push(`${calls} sockets: ${(error as Error).message}`);
    }
  throw new Error(reasons.join('; '));
}
