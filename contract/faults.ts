/**
 * What a server can do wrong on purpose, as data.
 *
 * Never on by itself: each fault makes a subject of its own name (harness/processes.ts), apart from the real ones.
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

export type UpdateFaultId = keyof typeof updateFaults;
export const updateFaultIds = Object.keys(updateFaults) as UpdateFaultId[];
