import { leastOf } from '../findings.js';
import type { Chart } from './chart.js';
import { describePoints, type Figure, figurePoints, figureSpec, pointsTable } from './figure.js';

const figure: Figure = { metric: 'stalenessMeanUs', scale: 1e-3, axisTitle: 'mean staleness (ms)', log: false };

export const staleness: Chart = {
  id: 'staleness',
  group: 'How late, how old',
  name: 'Staleness',
  question: 'How old is what a subscriber knows, at any moment?',
  answer: (input) => leastOf(input, { metric: 'stalenessMeanUs', scale: 1e-3, unit: 'ms', what: 'freshest' }),
  reading:
    'The age of the newest update held, averaged over the window: the fair yardstick between polling and push, because it also counts the waiting between polls. Even an instant transport is not at zero, since the newest update itself ages until the next one comes. Repeats have different random arrivals, so intervals are wide; within one repeat all transports are sent the same updates.',
  spec: (input) => figureSpec(input, figure),
  describe: (input) => `Mean staleness in ms: ${describePoints(figurePoints(input, figure))}`,
  table: (input) => pointsTable(figurePoints(input, figure), 'mean staleness ms'),
};
