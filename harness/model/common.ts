/** What several files of a run begin with or count by. */
import { z } from 'zod';

/** Raised whenever a change moves numbers; runs with different values are never compared silently. */
export const methodVersion = 3;

export const count = z.number().int().nonnegative();
export const methodVersionField = z.literal(methodVersion);
