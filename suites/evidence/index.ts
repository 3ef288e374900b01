/** Every experiment: a small suite that claims name as what they need. One line each. */
import type { SuiteInput } from '../../harness/model.js';
import { articleClient } from './article-client.js';
import { articleIntervals } from './article-intervals.js';
import { audience } from './audience.js';
import { browserObjects } from './browser-objects.js';
import { fiveUpdates } from './five-updates.js';
import { fortyThousand } from './forty-thousand.js';
import { idleSockets } from './idle-sockets.js';
import { intermediaries } from './intermediaries.js';
import { interruption } from './interruption.js';
import { manyStreams } from './many-streams.js';
import { payloadSize } from './payload-size.js';
import { plainPages } from './plain-pages.js';
import { pollGap } from './poll-gap.js';
import { pollInterval } from './poll-interval.js';
import { pushRate } from './push-rate.js';
import { rareUpdates } from './rare-updates.js';
import { scenarios } from './scenarios.js';
import { sparseUpdates } from './sparse-updates.js';
import { tenThousand } from './ten-thousand.js';
import { updateRate } from './update-rate.js';

export const experiments: readonly SuiteInput[] = [
  audience,
  updateRate,
  pollInterval,
  articleIntervals,
  payloadSize,
  fiveUpdates,
  sparseUpdates,
  rareUpdates,
  pollGap,
  intermediaries,
  interruption,
  plainPages,
  browserObjects,
  articleClient,
  pushRate,
  manyStreams,
  idleSockets,
  tenThousand,
  fortyThousand,
  scenarios,
];
