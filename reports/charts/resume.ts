import { leastOf } from '../findings.js';
import type { Chart } from './chart.js';
import { describePoints, type Figure, figurePoints, figureSpec, metricsTable } from './figure.js';

const figure: Figure = {
  metric: 'resumeP50Us',
  scale: 1 / 1000,
  axisTitle: 'time to resume (ms)',
  log: false,
};

export const resume: Chart = {
  id: 'resume',
  group: 'Audience and load',
  name: 'Coming back',
  question: 'How long does it take until updates come again?',
  answer: (input) =>
    leastOf(input, { metric: 'resumeP50Us', scale: 1e-3, unit: 'ms', what: 'soonest back, of those that came back' }),
  reading:
    'From the moment a subscriber notices that it lost the server (a broken connection, a refusal, a wrong answer) to its next new update; of a trial the median over its losses. Waits before connecting again are part of it: SSE follows the server’s retry, all else waits for 250 ms ± 50 %. Who hangs on a dead connection, or lost it between two polls, notices nothing. Where not all came back, the time is of those that did.',
  // A run in which nothing is broken on purpose has it only when something broke by itself.
  concerns: ({ plan, summary }) =>
    plan.workloads.some(({ faults = [], proxy = 'none' }) => faults.length > 0 || proxy !== 'none') ||
    summary.arms.some(({ counts }) => counts.noticed > 0),
  spec: (input) => figureSpec(input, figure),
  describe: (input) => `Median time to resume in ms: ${describePoints(figurePoints(input, figure))}`,
  table(input) {
    const columns = [
      ['median ms', 'resumeP50Us', 1 / 1000],
      ['longest ms', 'resumeMaxUs', 1 / 1000],
      ['losses that were over %', 'resumedShare', 100],
      ['updates lost %', 'lostShare', 100],
      ['duplicates %', 'duplicateShare', 100],
    ] as const;
    return metricsTable(input, columns);
  },
};
