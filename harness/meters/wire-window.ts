/**
 * From readings of packet counters to what a trial's window carried: counted where the run has a network of its own,
 * estimated where it shares the machine's loopback with whoever else talks there.
 */
import type { Traffic } from '../../contract/trial.js';
import type { OkTrial } from '../model.js';
import { type PacketCount, readLoopback, readRetransmits, type WireReading } from './wire.js';

type Wire = NonNullable<OkTrial['wire']>;
export type Loopback = PacketCount & { readonly retransmits: number };

/** IPv4 (20 B), TCP (20 B) and its timestamps (12 B): what nearly every segment of a connection carries. */
const headerBytesPerPacket = 52;

/** The loopback as a process sees it, in whatever network it is. Null where /proc does not show it. */
export function readLoopbackOf(pid: number): Loopback | null {
  try {
    return { ...readLoopback(pid), retransmits: readRetransmits(pid) };
  } catch {
    return null;
  }
}

export function loopbackBetween(before: Loopback | null, after: Loopback | null): Loopback | null {
  if (before === null || after === null) return null;
  return { ...difference(before, after), retransmits: after.retransmits - before.retransmits };
}

/** Exact: nobody but the trial talks in that network, and each way has a counter of its own. */
export function countedWire([before, after]: readonly (WireReading | null)[], window: Loopback | null): Wire | null {
  if (before == null || after == null || window === null) return null;
  const { retransmits, ...packets } = window;
  return {
    method: 'counted',
    window: packets,
    down: difference(before.down, after.down),
    up: difference(before.up, after.up),
    retransmits,
  };
}

/**
 * What the sockets carried, and a header for each packet that the machine's loopback carried meanwhile. Too high by
 * 52 B for every packet of a stranger. Which way a packet went is not known: acknowledgements answer data, so half
 * of them are taken for either way.
 */
export function estimatedWire({ down, up }: Traffic, window: Loopback | null): Wire | null {
  if (window === null) return null;
  const sum = (way: Traffic['down']) =>
    Object.values(way).reduce<number | null>(
      (total, bytes) => (total === null || bytes === null ? null : total + bytes),
      0,
    );
  const [downBytes, upBytes] = [sum(down), sum(up)];
  // A page does not see what its sockets carry.
  if (downBytes === null || upBytes === null) return null;
  const half = Math.ceil(window.packets / 2);
  const way = (bytes: number, packets: number): PacketCount => ({
    packets,
    bytes: bytes + headerBytesPerPacket * packets,
  });
  const [downWay, upWay] = [way(downBytes, half), way(upBytes, window.packets - half)];
  return {
    method: 'estimated',
    window: { packets: window.packets, bytes: downWay.bytes + upWay.bytes },
    down: downWay,
    up: upWay,
    retransmits: window.retransmits,
  };
}

function difference(before: PacketCount, after: PacketCount): PacketCount {
  return { packets: after.packets - before.packets, bytes: after.bytes - before.bytes };
}
