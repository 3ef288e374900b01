/** Every experiment: a small suite that claims name as what they need. One line each. */
import type { SuiteInput } from '../../harness/model.js';
import { articleIntervals } from './article-intervals.js';
import { browserObjects } from './browser-objects.js';
import { fiveUpdates } from './five-updates.js';
import { intermediaries } from './intermediaries.js';
import { payloadSize } from './payload-size.js';
import { pollInterval } from './poll-interval.js';
import { sparseUpdates } from './sparse-updates.js';
import { tenThousand } from './ten-thousand.js';
import { updateRate } from './update-rate.js';

export const experiments: readonly SuiteInput[] = [
  updateRate,
  pollInterval,
  articleIntervals,
  payloadSize,
  fiveUpdates,
  sparseUpdates,
  intermediaries,
  browserObjects,
  tenThousand,
];
