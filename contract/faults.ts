/**
 * What goes wrong on purpose, as data: what a server does to its updates, and what happens to a trial while its window
 * is open.
 *
 * Never on by itself: a faulty server is a subject of its own name (harness/processes.ts), apart from the real ones, and
 * a scheduled fault must stand in the workload.
 */

/** What a faulty server does to its updates. */
export type UpdateFault =
  /** Hands on every update this much after it was published. */
  | { readonly kind: 'delay'; readonly delayMs: number }
  /** Does each of these to one update in ten, of those intended inside the window: only they are accounted one by one. */
  | { readonly kind: 'rewrite'; readonly does: readonly Mistake[] }
  /** Burns this share of the CPU time that it has used, after every batch. */
  | { readonly kind: 'burn'; readonly share: number };

/** Never sent; sent twice; sent after its successor; sent with one byte changed. */
export type Mistake = 'drop' | 'repeat' | 'swap' | 'corrupt';

export const updateFaults = {
  'delay-5ms': { kind: 'delay', delayMs: 5 },
  'delay-50ms': { kind: 'delay', delayMs: 50 },
  'drop-tenth': { kind: 'rewrite', does: ['drop'] },
  'repeat-tenth': { kind: 'rewrite', does: ['repeat'] },
  'swap-tenth': { kind: 'rewrite', does: ['swap'] },
  'corrupt-tenth': { kind: 'rewrite', does: ['corrupt'] },
  'every-mistake': { kind: 'rewrite', does: ['drop', 'repeat', 'swap', 'corrupt'] },
  'burn-fifth': { kind: 'burn', share: 0.2 },
} as const satisfies Record<string, UpdateFault>;

export const updateFaultTitles: Readonly<Record<keyof typeof updateFaults, string>> = {
  'delay-5ms': 'hands on every update 5 ms after it was published',
  'delay-50ms': 'hands on every update 50 ms after it was published',
  'drop-tenth': 'never sends one update in ten',
  'repeat-tenth': 'sends one update in ten twice',
  'swap-tenth': 'sends one update in ten after its successor',
  'corrupt-tenth': 'sends one update in ten with a byte changed',
  'every-mistake': 'all four of these, each to another tenth',
  'burn-fifth': 'burns a fifth of the CPU time it has used',
};

/** What the name of every subject that is wrong on purpose begins with. */
export const faultyPrefix = 'faulty-';

export type UpdateFaultId = keyof typeof updateFaults;
export const updateFaultIds = Object.keys(updateFaults) as UpdateFaultId[];

/** What can happen to a trial at a planned time. */
export const faultKinds = {
  'restart-server': 'the server process is killed and started again on the same port',
  'reset-connections': 'every connection is reset (TCP RST)',
  'answer-204': 'every connection is reset, and new ones are answered 204 for a while',
  'answer-500': 'every connection is reset, and new ones are answered 500 for a while',
  'wrong-content-type':
    'every connection is reset, and new ones get an HTML page for a while, as from a sign-in portal',
  'half-event': 'half of the next update passes on every connection, which is then closed',
  'half-event-hang': 'half of the next update passes on every connection, and then nothing any more',
} as const;

export type FaultKind = keyof typeof faultKinds;
export const faultKindIds = Object.keys(faultKinds) as [FaultKind, ...FaultKind[]];

/** Those that happen on connections: a transparent proxy makes them. */
export type ConnectionFault = Exclude<FaultKind, 'restart-server'>;

/** A fault at a planned time. */
export interface ScheduledFault<Kind extends FaultKind = FaultKind> {
  readonly kind: Kind;
  /** After the start of the window. */
  readonly atMs: number;
  /** How long wrong answers are given; how long a killed server stays away at least. */
  readonly forMs: number;
}

export function isConnectionFault(fault: ScheduledFault): fault is ScheduledFault<ConnectionFault> {
  return fault.kind !== 'restart-server';
}
