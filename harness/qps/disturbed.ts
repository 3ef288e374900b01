/** Which blocks something else disturbed. */
import type { Block, Measured } from './model.js';

/** As for trials (warnings.ts): the harness itself takes about 1 %, and ticks are coarse. */
export const disturbedShare = 0.1;

export function isDisturbed({ strangersShare }: Pick<Measured, 'strangersShare'>): boolean {
  return (strangersShare ?? 0) > disturbedShare;
}

/** What figures come from: blocks that were measured and may be trusted. */
export function measuredOf(blocks: readonly Block[]): Measured[] {
  return blocks.flatMap(({ failure, measured }) => (failure === null && measured !== null ? [measured] : []));
}
