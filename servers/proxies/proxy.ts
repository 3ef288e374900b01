/** What every proxy (an intermediary, RFC 9110, 3.7) is given, and what it must be able to do. */
import type { Server } from 'node:net';
import type { ConnectionFault } from '../../contract/faults.js';

export interface ProxyCounters {
  /** TCP connections accepted. */
  connections: number;
  /** Of those, ended by the proxy for having been idle. */
  cut: number;
}

interface ProxyOptions {
  readonly host: string;
  readonly targetPort: number;
  readonly payloadBytes: number;
  readonly counters: ProxyCounters;
}

export interface Intermediary {
  /** Not listening yet. */
  readonly server: Server;
  /** Cuts everything that is open. */
  cut(): void;
  /** Makes a fault happen on the connections; absent where faults are not made. */
  disturb?(fault: ConnectionFault, forMs: number): void;
}

export type OpenProxy = (options: ProxyOptions) => Intermediary;
