/** Every chart of the report, in its order: one line each. */
import { browserVersusRaw } from './browser-versus-raw.js';
import { bytes } from './bytes.js';
import type { Chart } from './chart.js';
import { costCrossover } from './cost-crossover.js';
import { costMap } from './cost-map.js';
import { deliveries } from './deliveries.js';
import { knee } from './knee.js';
import { latency } from './latency.js';
import { latencyEcdf } from './latency-ecdf.js';
import { latencyTail } from './latency-tail.js';
import { memorySlope } from './memory-slope.js';
import { payloadShare } from './payload-share.js';
import { pollLaw } from './poll-law.js';
import { pushKnee } from './push-knee.js';
import { requests } from './requests.js';
import { resume } from './resume.js';
import { sawTooth } from './saw-tooth.js';
import { serverCpu } from './server-cpu.js';
import { spread } from './spread.js';
import { staleness } from './staleness.js';
import { stalenessLaw } from './staleness-law.js';
import { uselessPolls } from './useless-polls.js';

export const charts: readonly Chart[] = [
  latency,
  latencyEcdf,
  latencyTail,
  staleness,
  sawTooth,
  stalenessLaw,
  bytes,
  payloadShare,
  uselessPolls,
  pollLaw,
  serverCpu,
  costCrossover,
  costMap,
  memorySlope,
  spread,
  browserVersusRaw,
  deliveries,
  knee,
  pushKnee,
  resume,
];

/** Of what was measured beside the trials: they have no arms. */
export const probeCharts: readonly Chart[] = [requests];
